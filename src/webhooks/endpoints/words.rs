//! What staff write of a webhook, checked.

use url::{Host, Url};

use crate::{
    events::EventType,
    kernel::{Code, Path, Refusal, Refusals, Shop},
    webhooks::sending::is_public,
};

const URL_LENGTH: usize = 2_000;

/// Where the webhook is, as the WHATWG writes it. A name is resolved when something is sent: what it stands for may
/// change.
pub fn url(refusals: &mut Refusals, path: Path, shop: &Shop, written: &str) -> String {
    let parsed = match Url::parse(written.trim()) {
        Ok(url) => url,
        Err(error) => {
            refusals.invalid(path, format!("This is no URL: {error}."));
            return String::new();
        }
    };
    let literal = match parsed.host() {
        Some(Host::Ipv4(address)) => Some(address.into()),
        Some(Host::Ipv6(address)) => Some(address.into()),
        Some(Host::Domain(_)) | None => None,
    };
    let wrong = if parsed.scheme() != "https" {
        "A webhook has an https URL."
    } else if !parsed.username().is_empty() || parsed.password().is_some() {
        "The URL can't hold a user or a password: requests are signed instead."
    } else if parsed.fragment().is_some() {
        "The URL can't have a fragment: it would not be sent."
    } else if parsed.as_str().len() > URL_LENGTH {
        "A URL has 2,000 characters at most."
    } else if !shop.private_webhooks && literal.is_some_and(|address| !is_public(address)) {
        "This address is not public."
    } else {
        return parsed.into();
    };
    refusals.invalid(path, wrong);
    String::new()
}

/// Of what the webhook is told, each once.
pub fn types(refusals: &mut Refusals, path: Path, written: Vec<EventType>) -> Vec<EventType> {
    let mut types: Vec<EventType> = Vec::with_capacity(written.len());
    for kind in written {
        if !types.contains(&kind) {
            types.push(kind);
        }
    }
    if types.is_empty() {
        refusals.add(Refusal::input(Code::Required, path, "Name a type of events, or several."));
    }
    types
}
