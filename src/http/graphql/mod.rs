//! GraphQL over HTTP, by its specification's draft of 2025: <https://graphql.github.io/graphql-over-http/draft/>.

use std::sync::Arc;

use axum::{
    Extension,
    body::Bytes,
    extract::{
        FromRequest as _, Query, Request, State,
        rejection::QueryRejection,
        ws::{WebSocketUpgrade, rejection::WebSocketUpgradeRejection},
    },
    http::{HeaderMap, HeaderValue, Method, StatusCode, header},
    response::{IntoResponse, Response},
};

use super::{HttpState, access, front::RequestId, problem, socket};
use crate::{
    accounts::{ClientInfo, LiveToken},
    api::{Asker, Audience, OperationKind},
    kernel::EventId,
};

mod answer;
mod event_stream;
mod media_type;
mod operation;
mod parameters;

pub use answer::{Outcome, error, finished};
pub use operation::{Event, Operation};
pub use parameters::Parameters;

use media_type::{Accepted, MediaType};
use parameters::AddressParameters;

/// The header by which a client of events says where it was cut off.
pub const LAST_EVENT_ID: &str = "last-event-id";

/// What a request says beside its parameters.
struct Asked {
    state: Arc<HttpState>,
    client: ClientInfo,
    id: String,
    method: Method,
    headers: HeaderMap,
}

/// Takes a request with a JSON body.
pub async fn post(
    State(state): State<Arc<HttpState>>,
    Extension(client): Extension<ClientInfo>,
    Extension(id): Extension<RequestId>,
    method: Method,
    headers: HeaderMap,
    request: Request,
) -> Response {
    let body = tokio::time::timeout(state.settings.body_timeout, Bytes::from_request(request, &state)).await;
    let sent = body.map_err(|_| Outcome::slow()).and_then(|body| Parameters::of_body(&headers, body));
    Asked { state, client, id: id.0, method, headers }.answer(sent).await
}

/// Takes a query in the address, or opens a socket. What changes anything must come as POST.
pub async fn get(
    State(state): State<Arc<HttpState>>,
    Extension(client): Extension<ClientInfo>,
    Extension(id): Extension<RequestId>,
    method: Method,
    headers: HeaderMap,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
    parameters: Result<Query<AddressParameters>, QueryRejection>,
) -> Response {
    if socket::is_asked_for(&headers) {
        return match upgrade {
            Ok(upgrade) => socket::open(state, client, id.0, &headers, upgrade),
            Err(rejection) => {
                problem::answer(rejection.status(), "about:blank", "No WebSocket", &rejection.body_text())
            }
        };
    }
    Asked { state, client, id: id.0, method, headers }.answer(Parameters::of_address(parameters)).await
}

/// GET and POST are all there is.
pub async fn wrong_method() -> Response {
    let mut response = problem::method_not_allowed().await;
    response.headers_mut().insert(header::ALLOW, HeaderValue::from_static("GET, POST"));
    response
}

/// The schema in the schema definition language, as far as the asker may know it.
pub async fn sdl(State(state): State<Arc<HttpState>>, headers: HeaderMap) -> Response {
    match access::token(&state.db.for_request(), &state.auth, &headers).await {
        Ok(token) => {
            let caller = token.map(|token| token.caller);
            let sdl = state.api.sdl(Audience::of(caller.as_ref())).to_owned();
            ([(header::CONTENT_TYPE, "application/graphql; charset=utf-8")], sdl).into_response()
        }
        Err(fault) => problem::of_fault(&fault),
    }
}

impl Asked {
    async fn answer(self, sent: Result<Parameters, Outcome>) -> Response {
        let Some(accepted) = Accepted::by(&self.headers) else { return problem::not_acceptable() };
        let db = self.state.db.for_request();
        let token = match access::token(&db, &self.state.auth, &self.headers).await {
            Ok(token) => token,
            Err(fault) => return Outcome::of_fault(&fault).answer(accepted.best, &self.id),
        };
        let caller = token.as_ref().map(|token| token.caller.clone());
        let operation = match sent.and_then(|sent| sent.operation(&self.state.api, caller.as_ref())) {
            Ok(operation) => operation,
            Err(Outcome::Wrong(errors)) if accepted.best == MediaType::EventStream => {
                return event_stream::refuse(errors, &self.id);
            }
            Err(outcome) => return outcome.answer(accepted.best, &self.id),
        };
        let (id, media_type) = (self.id.clone(), accepted.of(operation.runnable.kind));
        let (auth, client, last_event) = (self.state.auth.clone(), self.client.clone(), self.last_event());
        let asker = Asker { db, auth, caller, client, last_event };
        match self.run(operation, media_type, asker, token).await {
            Ok(response) => response,
            Err(outcome) => outcome.answer(media_type, &id),
        }
    }

    /// Where a client of events goes on that was cut off. Browsers ask the same address again, so it counts more than
    /// what stands there.
    fn last_event(&self) -> Option<EventId> {
        let id = self.headers.get(LAST_EVENT_ID).filter(|id| !id.is_empty())?;
        Some(EventId::read(id.to_str().unwrap_or_default()))
    }

    async fn run(
        self,
        operation: Operation,
        media_type: MediaType,
        asker: Asker,
        token: Option<LiveToken>,
    ) -> Result<Response, Outcome> {
        let Self { state, id, method, .. } = self;
        if operation.runnable.kind == OperationKind::Mutation && method != Method::POST {
            return Err(Outcome::refused(StatusCode::METHOD_NOT_ALLOWED, "Send mutations as POST.".into()));
        }
        if operation.runnable.kind == OperationKind::Subscription && media_type != MediaType::EventStream {
            let message = "A subscription is answered as `text/event-stream`, or over a WebSocket.";
            return Err(Outcome::refused(StatusCode::NOT_ACCEPTABLE, message.into()));
        }
        if media_type == MediaType::EventStream {
            return event_stream::answer(state, operation, asker, token, id);
        }
        Ok(operation.run(&state, asker).await.answer(media_type, &id))
    }
}
