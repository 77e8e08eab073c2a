//! What is said over a socket, and why one ends.

use std::borrow::Cow;

use async_graphql::{Response, ServerError};
use axum::extract::ws::{CloseFrame, Message};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::{
    graphql::plan::written,
    http::graphql::{Event, Parameters},
};

/// The longest reason that fits into a close frame.
const LONGEST_REASON: usize = 123;

/// What a client says.
#[derive(Deserialize, Debug)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ClientMessage {
    /// Who it is; before all else.
    ConnectionInit { payload: Option<Map<String, Value>> },
    /// Are you there?
    Ping { payload: Option<Map<String, Value>> },
    /// I am.
    Pong {
        #[serde(rename = "payload")]
        _payload: Option<Map<String, Value>>,
    },
    /// Run this.
    Subscribe { id: String, payload: SubscribePayload },
    /// I have heard enough of this.
    Complete { id: String },
}

/// What is to be run. Here the protocol is stricter than HTTP: whatever has another form breaks it.
#[derive(Deserialize, Debug)]
#[serde(rename_all = "camelCase")]
pub struct SubscribePayload {
    query: String,
    operation_name: Option<String>,
    variables: Option<Map<String, Value>>,
    extensions: Option<Map<String, Value>>,
}

impl ClientMessage {
    /// Reads a message.
    pub fn read(text: &str) -> Result<Self, End> {
        let message = serde_json::from_str(text).map_err(|error| End::invalid(&error.to_string()))?;
        match &message {
            Self::Subscribe { id, .. } | Self::Complete { id } if id.is_empty() => {
                Err(End::invalid("the id is empty"))
            }
            _ => Ok(message),
        }
    }
}

impl From<SubscribePayload> for Parameters {
    fn from(sent: SubscribePayload) -> Self {
        Self {
            // Clients that name a document send an empty text.
            query: Some(sent.query).filter(|text| !text.is_empty()),
            operation_name: sent.operation_name,
            variables: sent.variables.map(Value::Object),
            extensions: sent.extensions.map(Value::Object),
            document_id: None,
        }
    }
}

/// What the server says.
#[derive(Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ServerMessage {
    /// Go ahead.
    ConnectionAck,
    /// I am here.
    Pong {
        #[serde(skip_serializing_if = "Option::is_none")]
        payload: Option<Map<String, Value>>,
    },
    /// A result.
    Next {
        id: String,
        #[serde(skip)]
        payload: Box<Response>,
    },
    /// It was refused.
    Error { id: String, payload: Vec<ServerError> },
    /// There are no more results.
    Complete { id: String },
}

impl ServerMessage {
    /// What the client hears of an operation's event.
    pub fn of(id: String, event: Event) -> Self {
        match event {
            Event::Next(payload) => Self::Next { id, payload },
            Event::Error(payload) => Self::Error { id, payload },
            Event::Complete => Self::Complete { id },
        }
    }

    /// As it is sent.
    pub fn written(&self) -> Message {
        // Messages have no keys but strings, so they can be written.
        let mut text = serde_json::to_string(self).unwrap_or_default();
        if let Self::Next { payload, .. } = self {
            text.truncate(text.len() - "}".len());
            text.push_str(",\"payload\":");
            text.push_str(&String::from_utf8_lossy(&written(payload)));
            text.push('}');
        }
        Message::text(text)
    }
}

/// Why a socket ends.
#[derive(Debug, PartialEq, Eq)]
pub enum End {
    /// The client has closed it, or can't be reached.
    Gone,
    /// With this code and reason.
    Closed(u16, Cow<'static, str>),
}

impl End {
    pub const GOING_AWAY: Self = Self::because(1001, "The server ends, connect again");
    pub const SILENT: Self = Self::because(1001, "Nothing was heard for too long");
    pub const BROKEN_FRAME: Self = Self::because(1002, "Not a WebSocket frame that can be read");
    pub const TOO_BIG: Self = Self::because(1009, "The message is too big");
    pub const FAULT: Self = Self::because(1011, "Something went wrong on our side");
    pub const UNAVAILABLE: Self = Self::because(1013, "The store is too busy, try again soon");
    pub const TOO_SLOW: Self = Self::because(1013, "Too many messages wait for you to read them");
    pub const UNAUTHORIZED: Self = Self::because(4401, "Unauthorized");
    pub const TOKEN_ENDED: Self = Self::because(4401, "The token is no longer good");
    pub const FORBIDDEN: Self = Self::because(4403, "Forbidden");
    pub const SUBPROTOCOL: Self = Self::because(4406, "Subprotocol not acceptable");
    pub const INIT_TIMEOUT: Self = Self::because(4408, "Connection initialisation timeout");
    pub const TOO_MANY_INITS: Self = Self::because(4429, "Too many initialisation requests");
    pub const TOO_MANY_SOCKETS: Self = Self::because(4429, "Too many sockets");

    const fn because(code: u16, reason: &'static str) -> Self {
        Self::Closed(code, Cow::Borrowed(reason))
    }

    /// A message that the protocol does not know.
    pub fn invalid(why: &str) -> Self {
        Self::Closed(4400, format!("Invalid message: {why}").into())
    }

    /// The id belongs to an operation that still runs.
    pub fn taken(id: &str) -> Self {
        Self::Closed(4409, format!("Subscriber for {id} already exists").into())
    }

    /// What tells the client of it.
    pub fn frame(&self) -> Option<CloseFrame> {
        match self {
            Self::Gone => None,
            Self::Closed(code, reason) => {
                let reason = &reason[..reason.floor_char_boundary(LONGEST_REASON)];
                Some(CloseFrame { code: *code, reason: reason.into() })
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_the_protocol_knows_and_nothing_else() {
        for text in [
            r#"{"type":"connection_init"}"#,
            r#"{"type":"connection_init","payload":null}"#,
            r#"{"type":"ping","payload":{"a":1}}"#,
            r#"{"type":"pong","further":1}"#,
            r#"{"type":"complete","id":"1"}"#,
            r#"{"id":"1","type":"subscribe","payload":{"query":"{a}","variables":null,"extensions":{}}}"#,
        ] {
            assert!(ClientMessage::read(text).is_ok(), "{text}");
        }
        for text in [
            "",
            "{",
            "null",
            "[]",
            "{}",
            r#"{"type":"start"}"#,
            r#"{"type":"connection_init","payload":"x"}"#,
            r#"{"type":"ping","payload":1}"#,
            r#"{"type":"complete"}"#,
            r#"{"type":"complete","id":""}"#,
            r#"{"type":"subscribe","id":1,"payload":{"query":"{a}"}}"#,
            r#"{"type":"subscribe","id":"1"}"#,
            r#"{"type":"subscribe","id":"1","payload":{}}"#,
            r#"{"type":"subscribe","id":"1","payload":{"query":1}}"#,
            r#"{"type":"subscribe","id":"1","payload":{"query":"{a}","variables":"{}"}}"#,
            r#"{"type":"next","id":"1","payload":{}}"#,
        ] {
            let end = ClientMessage::read(text).expect_err(text);
            assert!(matches!(end, End::Closed(4400, _)), "{text}");
        }
    }

    #[test]
    fn a_long_reason_is_cut_between_letters() {
        let frame = End::taken(&"é".repeat(300)).frame().expect("it has a code");
        assert!(frame.reason.len() <= LONGEST_REASON && frame.reason.len() > LONGEST_REASON - 2);
    }
}
