//! Whole responses as JSON.

use async_graphql::Response;

use super::Text;

/// A response as it is sent.
#[must_use]
pub fn written(response: &Response) -> Vec<u8> {
    let mut out = Text::default();
    out.raw(b"{");
    if !response.errors.is_empty() {
        out.key("errors");
        out.json(&response.errors);
    }
    out.key("data");
    out.value(&response.data);
    if !response.extensions.is_empty() {
        out.key("extensions");
        out.json(&response.extensions);
    }
    out.raw(b"}");
    out.json
}
