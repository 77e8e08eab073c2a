//! A reader of server-sent events.

use std::time::Duration;

use reqwest::{RequestBuilder, Response};
use serde_json::Value;
use tokio::time::timeout;

/// Events as they come.
pub struct Events {
    response: Response,
    text: String,
    /// By which event one goes on that was cut off.
    pub last_id: Option<String>,
}

impl Events {
    /// Sends a request that is answered by events.
    pub async fn of(request: RequestBuilder) -> Self {
        let response = request.header("accept", "text/event-stream").send().await.expect("the store answers");
        let content_type = response.headers().get("content-type").and_then(|value| value.to_str().ok());
        assert_eq!(
            (response.status().as_u16(), content_type),
            (200, Some("text/event-stream; charset=utf-8"))
        );
        Self { response, text: String::new(), last_id: None }
    }

    /// The next event with its data, or none at the end.
    pub async fn next(&mut self) -> Option<(String, Value)> {
        loop {
            if let Some(end) = self.text.find("\n\n") {
                let event: String = self.text.drain(..end + 2).collect();
                let field =
                    |name: &str| event.lines().find_map(|line| line.strip_prefix(name)).map(str::trim);
                // What has no name is a comment that keeps the link alive.
                if let Some(name) = field("event:") {
                    let data = field("data:").expect("each event has data, if only an empty one");
                    self.last_id = field("id:").map(str::to_owned).or(self.last_id.take());
                    return Some((name.to_owned(), serde_json::from_str(data).unwrap_or(Value::Null)));
                }
                continue;
            }
            let chunk = timeout(Duration::from_mins(1), self.response.chunk()).await;
            let chunk = chunk.expect("something comes in time").expect("the link holds")?;
            self.text.push_str(str::from_utf8(&chunk).expect("events are text"));
        }
    }

    /// The next event, if one comes soon.
    pub async fn next_soon(&mut self) -> Option<(String, Value)> {
        timeout(Duration::from_millis(700), self.next()).await.ok().flatten()
    }
}
