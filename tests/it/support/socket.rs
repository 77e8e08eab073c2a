//! A client of `graphql-transport-ws`, as thin as can be.

use std::time::Duration;

use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::{Value, json};
use tokio::{net::TcpStream, time::timeout};
use tokio_tungstenite::{
    WebSocketStream, client_async,
    tungstenite::{
        Error, Message,
        client::IntoClientRequest as _,
        http::{HeaderName, HeaderValue},
    },
};

use super::Client;

/// How long anything may take on a machine that is busy with other things.
const PATIENCE: Duration = Duration::from_mins(1);

/// An open socket.
pub struct Socket(pub WebSocketStream<TcpStream>);

impl Socket {
    /// Opens a socket with further headers, or tells with what status that is refused.
    pub async fn with(client: &Client, headers: &[(&str, &str)]) -> Result<Self, u16> {
        let address = client.address();
        let mut request = format!("ws://{address}/graphql").into_client_request().expect("it is an address");
        for (name, value) in headers {
            let name: HeaderName = name.parse().expect("it is the name of a header");
            request.headers_mut().insert(name, HeaderValue::from_str(value).expect("it is a header"));
        }
        let link = TcpStream::connect(address).await.expect("the store takes connections");
        match client_async(request, link).await {
            Ok((socket, _)) => Ok(Self(socket)),
            Err(Error::Http(response)) => Err(response.status().as_u16()),
            Err(error) => panic!("{error}"),
        }
    }

    /// Opens a socket by the protocol.
    pub async fn open(client: &Client) -> Self {
        Self::with(client, &[("sec-websocket-protocol", "graphql-transport-ws")]).await.expect("it opens")
    }

    /// Opens a socket and says who one is.
    pub async fn of(client: &Client) -> Self {
        let mut socket = Self::open(client).await;
        socket.init(client.token.as_deref()).await;
        socket
    }

    /// Says who one is, and is believed.
    pub async fn init(&mut self, token: Option<&str>) {
        let payload = token.map(|token| json!({ "Authorization": format!("Bearer {token}") }));
        self.say(json!({ "type": "connection_init", "payload": payload })).await;
        assert_eq!(self.hear().await, json!({ "type": "connection_ack" }));
    }

    pub async fn say(&mut self, message: Value) {
        self.say_text(&message.to_string()).await;
    }

    pub async fn say_text(&mut self, text: &str) {
        self.0.send(Message::text(text)).await.expect("the socket is open");
    }

    pub async fn subscribe(&mut self, id: &str, query: &str, variables: Value) {
        let payload = json!({ "query": query, "variables": variables });
        self.say(json!({ "type": "subscribe", "id": id, "payload": payload })).await;
    }

    /// The next message.
    pub async fn hear(&mut self) -> Value {
        match self.next().await {
            Some(Ok(Message::Text(text))) => serde_json::from_str(&text).expect("messages are JSON"),
            other => panic!("no message but {other:?}"),
        }
    }

    /// The next message, if one comes soon.
    pub async fn hear_soon(&mut self) -> Option<Value> {
        timeout(Duration::from_millis(700), self.hear()).await.ok()
    }

    /// What an operation with one result comes to: the result, and that it is complete.
    pub async fn result(&mut self, query: &str, variables: Value) -> Value {
        self.subscribe("once", query, variables).await;
        let next = self.hear().await;
        assert_eq!((&next["type"], &next["id"]), (&json!("next"), &json!("once")), "{next:#}");
        assert_eq!(self.hear().await, json!({ "type": "complete", "id": "once" }));
        next["payload"].clone()
    }

    /// The code with which the server closes, whatever else it says before.
    pub async fn end(&mut self) -> u16 {
        self.end_with_reason().await.0
    }

    /// The code and the reason with which the server closes.
    pub async fn end_with_reason(&mut self) -> (u16, String) {
        loop {
            match self.next().await {
                Some(Ok(Message::Close(Some(frame)))) => {
                    return (frame.code.into(), frame.reason.to_string());
                }
                Some(Ok(_)) => {}
                other => panic!("the server did not close but {other:?}"),
            }
        }
    }

    /// What comes but for pings of the link itself.
    async fn next(&mut self) -> Option<Result<Message, Error>> {
        loop {
            let next = timeout(PATIENCE, self.0.next()).await.expect("something comes in time");
            if !matches!(next, Some(Ok(Message::Ping(_) | Message::Pong(_)))) {
                return next;
            }
        }
    }
}
