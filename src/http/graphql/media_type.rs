//! In which form a client wants its answer.

use axum::http::{HeaderMap, HeaderValue, StatusCode, header};

use crate::api::OperationKind;

/// A media type that answers come in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MediaType {
    /// `application/graphql-response+json`: the status tells whether anything was executed.
    GraphQLResponse,
    /// `application/json`, for older clients: the status is 200 once the request could be read.
    Json,
    /// `text/event-stream`: results as they come. A request that is refused as such is answered as
    /// [`Self::GraphQLResponse`].
    EventStream,
}

impl MediaType {
    /// The status of an answer that tells what is wrong: under `application/json` it is one like any other.
    pub fn wrong(self) -> StatusCode {
        match self {
            Self::GraphQLResponse | Self::EventStream => StatusCode::BAD_REQUEST,
            Self::Json => StatusCode::OK,
        }
    }

    /// The header of an answer that is all there at once.
    pub fn header(self) -> HeaderValue {
        HeaderValue::from_static(match self {
            Self::GraphQLResponse | Self::EventStream => "application/graphql-response+json; charset=utf-8",
            Self::Json => "application/json; charset=utf-8",
        })
    }
}

/// What the `Accept` header asks for.
#[derive(Clone, Copy, Debug)]
pub struct Accepted {
    /// The one that it likes best.
    pub best: MediaType,
    /// Whether events are among what it takes.
    events: bool,
}

impl Accepted {
    /// What the header says; without one, `application/json`; none if it is nothing of ours.
    pub fn by(headers: &HeaderMap) -> Option<Self> {
        let mut best: Option<(f32, MediaType)> = None;
        let (mut asked, mut events) = (false, false);
        for value in headers.get_all(header::ACCEPT) {
            for range in value.to_str().unwrap_or("").split(',').map(str::trim).filter(|r| !r.is_empty()) {
                asked = true;
                let mut parts = range.split(';').map(str::trim);
                let found = match parts.next().map(str::to_ascii_lowercase).as_deref() {
                    Some("application/graphql-response+json") => MediaType::GraphQLResponse,
                    Some("application/json" | "application/*" | "*/*") => MediaType::Json,
                    Some("text/event-stream") => MediaType::EventStream,
                    _ => continue,
                };
                let quality = parts
                    .find_map(|part| part.strip_prefix("q=").or_else(|| part.strip_prefix("Q=")))
                    .map_or(1.0, |q| q.parse().unwrap_or(0.0));
                if quality > 0.0 {
                    events |= found == MediaType::EventStream;
                    if best.is_none_or(|(other, _)| quality > other) {
                        best = Some((quality, found));
                    }
                }
            }
        }
        match best {
            Some((_, best)) => Some(Self { best, events }),
            None if !asked => Some(Self { best: MediaType::Json, events }),
            None => None,
        }
    }

    /// What an operation is answered as. Many clients send the same header with everything, so a subscription's
    /// events need not be what they like best.
    pub fn of(self, kind: OperationKind) -> MediaType {
        if kind == OperationKind::Subscription && self.events { MediaType::EventStream } else { self.best }
    }
}
