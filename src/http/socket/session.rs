//! What happens on a socket between its opening and its end.

use std::{collections::HashMap, sync::Arc};

use axum::{Error, body::Bytes, extract::ws::Message};
use futures_util::{
    Stream, StreamExt as _,
    future::BoxFuture,
    stream::{self, AbortHandle, BoxStream, SelectAll},
};
use serde_json::{Map, Value};
use tokio::{
    sync::mpsc,
    time::{Instant, interval_at, sleep_until},
};
use tungstenite::error::Error as LinkError;

use super::{
    SocketSettings,
    messages::{ClientMessage, End, ServerMessage, SubscribePayload},
};
use crate::{
    accounts::{ClientInfo, LiveToken},
    api::{Asker, OperationKind},
    graphql::Problem,
    http::{
        HttpState, access,
        drain::Worker,
        graphql::{Event, Outcome, Parameters, error, finished},
        seats::{Holder, Seat},
    },
    kernel::{Caller, Denial, Fault},
};

/// What is known of a socket before its client says anything.
pub struct Opening {
    pub state: Arc<HttpState>,
    pub client: ClientInfo,
    pub request_id: String,
    /// The token that the request for the socket came with.
    pub token: Result<Option<String>, Denial>,
    pub seat: Seat,
}

/// A socket's session.
pub struct Session {
    opening: Opening,
    outgoing: mpsc::Sender<Message>,
    worker: Worker,
    /// Whether the client has said who it is.
    is_acknowledged: bool,
    caller: Option<Caller>,
    /// Comes to its end when the token does.
    token_end: BoxFuture<'static, ()>,
    operations: HashMap<Arc<str>, Running>,
    events: SelectAll<BoxStream<'static, (Arc<str>, Event)>>,
    /// Whether the server ends.
    is_leaving: bool,
}

struct Running {
    kind: OperationKind,
    stop: AbortHandle,
}

type Step = Result<(), End>;

impl Session {
    pub fn new(opening: Opening, outgoing: mpsc::Sender<Message>) -> Self {
        Self {
            worker: opening.state.drain.worker(),
            opening,
            outgoing,
            is_acknowledged: false,
            caller: None,
            token_end: Box::pin(std::future::pending()),
            operations: HashMap::new(),
            events: SelectAll::new(),
            is_leaving: false,
        }
    }

    /// Listens until something ends the socket. With the session its operations end, but for mutations that have
    /// begun.
    pub async fn run(mut self, incoming: &mut (impl Stream<Item = Result<Message, Error>> + Unpin)) -> End {
        let SocketSettings { init_timeout, idle, .. } = self.opening.state.settings.sockets;
        let init_due = Instant::now() + init_timeout;
        let mut heard = Instant::now();
        let mut pulse = interval_at(heard + idle / 2, idle / 2);
        loop {
            let step = tokio::select! {
                message = incoming.next() => {
                    heard = Instant::now();
                    match message {
                        Some(Ok(message)) => self.hear(message).await,
                        Some(Err(error)) => Err(broken(error)),
                        None => Err(End::Gone),
                    }
                }
                Some((id, event)) = self.events.next(), if !self.events.is_empty() => self.tell(&id, event),
                () = &mut self.token_end => Err(End::TOKEN_ENDED),
                () = self.worker.told_to_end(), if !self.is_leaving => self.leave(),
                () = sleep_until(init_due), if !self.is_acknowledged => Err(End::INIT_TIMEOUT),
                () = sleep_until(heard + idle) => Err(End::SILENT),
                _ = pulse.tick() => self.send(Message::Ping(Bytes::new())),
            };
            if let Err(end) = step {
                return end;
            }
        }
    }

    async fn hear(&mut self, message: Message) -> Step {
        let text = match message {
            Message::Text(text) => text,
            Message::Binary(_) => return Err(End::invalid("it is binary")),
            // The library answers pings, and closes in return.
            Message::Ping(_) | Message::Pong(_) => return Ok(()),
            Message::Close(_) => return Err(End::Gone),
        };
        match ClientMessage::read(&text)? {
            ClientMessage::ConnectionInit { payload } => self.init(payload.unwrap_or_default()).await,
            ClientMessage::Ping { payload } => self.say(&ServerMessage::Pong { payload }),
            ClientMessage::Pong { .. } => Ok(()),
            ClientMessage::Subscribe { id, payload } => self.subscribe(id.into(), payload),
            ClientMessage::Complete { id } => {
                if let Some(running) = self.operations.remove(id.as_str()) {
                    running.stop.abort();
                }
                self.go_if_idle()
            }
        }
    }

    /// Finds out who the client is.
    async fn init(&mut self, payload: Map<String, Value>) -> Step {
        if self.is_acknowledged {
            return Err(End::TOO_MANY_INITS);
        }
        let HttpState { auth, db, sockets, .. } = &*self.opening.state;
        let token = match sent_token(&payload)? {
            Some(token) => Some(token.to_owned()),
            None => self.opening.token.clone().map_err(|_| End::FORBIDDEN)?,
        };
        if let Some(token) = token {
            let token: LiveToken = auth.authenticate(db, &token).await.map_err(|fault| refused(&fault))?;
            // Before the other seat is given back, which belongs to the address.
            let holder = Holder::of(Some(&token.caller), &self.opening.client);
            self.opening.seat = sockets.take(holder).ok_or(End::TOO_MANY_SOCKETS)?;
            self.caller = Some(token.caller.clone());
            let (auth, db) = (auth.clone(), db.clone());
            self.token_end = Box::pin(async move { auth.outlive(&db, &token).await });
        }
        self.is_acknowledged = true;
        self.say(&ServerMessage::ConnectionAck)
    }

    /// Begins an operation.
    fn subscribe(&mut self, id: Arc<str>, payload: SubscribePayload) -> Step {
        if !self.is_acknowledged {
            return Err(End::UNAUTHORIZED);
        }
        if self.operations.contains_key(&id) {
            return Err(End::taken(&id));
        }
        if self.is_leaving {
            return Err(End::GOING_AWAY);
        }
        let Opening { state, client, request_id, .. } = &self.opening;
        let most = state.settings.sockets.operations;
        if self.operations.len() >= most {
            let message = format!("A socket runs {most} operations at a time at most.");
            return self.refuse(&id, vec![error(Problem::RATE_LIMITED, message)]);
        }
        let operation = match Parameters::from(payload).operation(&state.api, self.caller.as_ref()) {
            Ok(operation) => operation,
            Err(Outcome::Refused(_, errors) | Outcome::Wrong(errors)) => return self.refuse(&id, errors),
            Err(Outcome::Done(..)) => return Err(End::FAULT),
        };
        let asker = Asker {
            db: state.db.for_request(),
            auth: state.auth.clone(),
            caller: self.caller.clone(),
            client: client.clone(),
            last_event: None,
        };
        let kind = operation.runnable.kind;
        let events = operation.events(Arc::clone(state), asker, request_id.clone());
        let (events, stop) = stream::abortable(events);
        let named = Arc::clone(&id);
        self.events.push(events.map(move |event| (Arc::clone(&named), event)).boxed());
        self.operations.insert(id, Running { kind, stop });
        Ok(())
    }

    fn refuse(&self, id: &str, errors: Vec<async_graphql::ServerError>) -> Step {
        let errors = finished(errors, &self.opening.request_id);
        self.say(&ServerMessage::of(id.to_owned(), Event::Error(errors)))
    }

    /// Passes an operation's event on.
    fn tell(&mut self, id: &str, event: Event) -> Step {
        if !matches!(event, Event::Next(_)) {
            self.operations.remove(id);
        }
        self.say(&ServerMessage::of(id.to_owned(), event))?;
        self.go_if_idle()
    }

    /// The server ends: what lasts is given up, what was asked once is answered.
    fn leave(&mut self) -> Step {
        self.is_leaving = true;
        let feeds = self.operations.extract_if(|_, running| running.kind == OperationKind::Subscription);
        feeds.for_each(|(_, running)| running.stop.abort());
        self.go_if_idle()
    }

    fn go_if_idle(&self) -> Step {
        if self.is_leaving && self.operations.is_empty() { Err(End::GOING_AWAY) } else { Ok(()) }
    }

    fn say(&self, message: &ServerMessage) -> Step {
        self.send(message.written())
    }

    fn send(&self, message: Message) -> Step {
        self.outgoing.try_send(message).map_err(|_| End::TOO_SLOW)
    }
}

/// The token in the first message: as `Authorization`, or the same among `headers`, as clients for HTTP have it.
fn sent_token(payload: &Map<String, Value>) -> Result<Option<&str>, End> {
    let headers = payload.get("headers").and_then(Value::as_object);
    let mut fields = payload.iter().chain(headers.into_iter().flatten());
    let Some((_, value)) = fields.find(|(name, _)| name.eq_ignore_ascii_case("authorization")) else {
        return Ok(None);
    };
    match value {
        Value::Null => Ok(None),
        Value::String(value) => access::bearer(value).map(Some).map_err(|_| End::FORBIDDEN),
        _ => Err(End::FORBIDDEN),
    }
}

/// Why a token was not taken.
fn refused(fault: &Fault) -> End {
    match fault {
        Fault::Unavailable(_) => End::UNAVAILABLE,
        Fault::Broken(error) => {
            tracing::error!(%error, "a socket broke");
            End::FAULT
        }
        _ => End::FORBIDDEN,
    }
}

/// What can't be read.
fn broken(error: Error) -> End {
    match error.into_inner().downcast_ref() {
        Some(LinkError::Capacity(_)) => End::TOO_BIG,
        Some(LinkError::Protocol(_) | LinkError::Utf8(_)) => End::BROKEN_FRAME,
        _ => End::Gone,
    }
}
