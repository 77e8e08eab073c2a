//! The endpoints of OAuth 2, for clients that speak no GraphQL: tokens for a password or a refresh token (RFC 6749),
//! revocation (RFC 7009) and introspection (RFC 7662). The access tokens given here are opaque.

use std::{sync::Arc, time::Duration};

use axum::{
    Extension, Form, Json, Router,
    extract::{State, rejection::FormRejection},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
    routing::post,
};
use serde_json::json;

use super::{HttpState, access};
use crate::{
    accounts::{self, AccessForm, ClientInfo, Introspection, SignedIn, TokenKind},
    kernel::{Denial, Fault},
};

/// `/oauth/token`, `/oauth/revoke` and `/oauth/introspect`.
pub fn routes() -> Router<Arc<HttpState>> {
    Router::new()
        .route("/oauth/token", post(token))
        .route("/oauth/revoke", post(revoke))
        .route("/oauth/introspect", post(introspect))
}

async fn token(
    State(state): State<Arc<HttpState>>,
    Extension(from): Extension<ClientInfo>,
    form: Result<Form<Vec<(String, String)>>, FormRejection>,
) -> Response {
    let answer = async {
        let form = Parameters::read(form)?;
        let HttpState { db, auth, .. } = &*state;
        let signed_in = match form.needed("grant_type")? {
            "password" => {
                let (username, password) = (form.needed("username")?, form.needed("password")?);
                accounts::sign_in(db, auth, &from, username, password, AccessForm::Opaque).await
            }
            "refresh_token" => {
                accounts::refresh(db, auth, form.needed("refresh_token")?, AccessForm::Opaque).await
            }
            _ => return Err(Failure::UnsupportedGrant),
        };
        Ok(given(&signed_in?, auth.settings().access_ttl))
    };
    answered(answer.await)
}

fn given(signed_in: &SignedIn, ttl: Duration) -> Json<serde_json::Value> {
    Json(json!({
        "access_token": signed_in.access_token(),
        "token_type": "Bearer",
        "expires_in": ttl.as_secs(),
        "refresh_token": signed_in.refresh_token(),
    }))
}

/// To hold a token is right enough to end it: there are no clients with secrets of their own.
async fn revoke(
    State(state): State<Arc<HttpState>>,
    form: Result<Form<Vec<(String, String)>>, FormRejection>,
) -> Response {
    let answer = async {
        let form = Parameters::read(form)?;
        accounts::revoke(&state.db, &state.auth, form.needed("token")?).await?;
        Ok(StatusCode::OK)
    };
    answered(answer.await)
}

async fn introspect(
    State(state): State<Arc<HttpState>>,
    headers: HeaderMap,
    form: Result<Form<Vec<(String, String)>>, FormRejection>,
) -> Response {
    let answer = async {
        let HttpState { db, auth, .. } = &*state;
        let caller = access::token(db, auth, &headers).await?.ok_or(Failure::NoToken)?.caller;
        let form = Parameters::read(form)?;
        let found = accounts::introspect(db, auth, &caller, form.needed("token")?).await?;
        let settings = auth.settings();
        Ok(Json(match &found {
            Some(found) => told(found, &settings.issuer, &settings.audience),
            None => json!({ "active": false }),
        }))
    };
    answered(answer.await)
}

fn told(found: &Introspection, issuer: &str, audience: &str) -> serde_json::Value {
    let token = &found.token;
    let mut told = json!({
        "active": true,
        "username": found.username,
        "sub": token.caller.account.to_string(),
        "iss": issuer,
        "aud": audience,
        "iat": token.issued_at.timestamp(),
    });
    if let Some(end) = token.caller.expires_at {
        told["exp"] = end.timestamp().into();
    }
    // A refresh token is nothing to send along with a request.
    if token.kind != TokenKind::Refresh {
        told["token_type"] = "Bearer".into();
    }
    told
}

/// The parameters of a request.
struct Parameters(Vec<(String, String)>);

impl Parameters {
    fn read(form: Result<Form<Vec<(String, String)>>, FormRejection>) -> Result<Self, Failure> {
        let Form(pairs) = form.map_err(|rejection| Failure::Invalid(rejection.body_text()))?;
        // RFC 6749, section 3.2: a parameter without a value is treated as if it were not there.
        Ok(Self(pairs.into_iter().filter(|(_, value)| !value.is_empty()).collect()))
    }

    fn needed(&self, name: &str) -> Result<&str, Failure> {
        let mut values = self.0.iter().filter(|pair| pair.0 == name).map(|pair| &*pair.1);
        match (values.next(), values.next()) {
            (Some(value), None) => Ok(value),
            (Some(_), Some(_)) => Err(Failure::Invalid(format!("`{name}` is there more than once"))),
            (None, _) => Err(Failure::Invalid(format!("`{name}` is missing"))),
        }
    }
}

/// What went wrong.
enum Failure {
    Invalid(String),
    UnsupportedGrant,
    NoToken,
    Fault(Fault),
}

impl From<Fault> for Failure {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        const BAD: StatusCode = StatusCode::BAD_REQUEST;
        match self {
            Self::Invalid(what) | Self::Fault(Fault::BadInput(what) | Fault::Expired(what)) => {
                error(BAD, "invalid_request", &what)
            }
            Self::UnsupportedGrant => {
                error(BAD, "unsupported_grant_type", "`grant_type` is `password` or `refresh_token`")
            }
            Self::NoToken => {
                challenge(r#"Bearer realm="souk""#, "invalid_request", "a bearer token is missing")
            }
            Self::Fault(Fault::Refused(_)) => {
                error(BAD, "invalid_grant", "this is not good, or not any more")
            }
            Self::Fault(Fault::Denied(Denial::RateLimited(wait))) => {
                let answer =
                    error(StatusCode::TOO_MANY_REQUESTS, "slow_down", "too many attempts, try again later");
                ([(header::RETRY_AFTER, wait.as_secs().max(1))], answer).into_response()
            }
            Self::Fault(Fault::Denied(_)) => challenge(
                r#"Bearer realm="souk", error="invalid_token""#,
                "invalid_token",
                "the bearer token is not good, or not any more",
            ),
            Self::Fault(Fault::Unavailable(source)) => {
                tracing::warn!(error = %source, "the database is not available");
                let answer = error(
                    StatusCode::SERVICE_UNAVAILABLE,
                    "temporarily_unavailable",
                    "too busy, try again soon",
                );
                ([(header::RETRY_AFTER, 1)], answer).into_response()
            }
            Self::Fault(Fault::Broken(source)) => {
                tracing::error!(error = %source, "an operation broke");
                error(StatusCode::INTERNAL_SERVER_ERROR, "server_error", "something went wrong on our side")
            }
        }
    }
}

fn error(status: StatusCode, error: &str, description: &str) -> Response {
    // RFC 6749, section 5.2, allows no more.
    let plain = |sign: &char| matches!(sign, ' '..='~') && !matches!(sign, '"' | '\\');
    let description: String = description.chars().filter(plain).collect();
    (status, Json(json!({ "error": error, "error_description": description }))).into_response()
}

fn challenge(challenge: &'static str, code: &str, description: &str) -> Response {
    let answer = error(StatusCode::UNAUTHORIZED, code, description);
    ([(header::WWW_AUTHENTICATE, challenge)], answer).into_response()
}

/// What has to do with tokens is kept by no cache.
fn answered(answer: Result<impl IntoResponse, Failure>) -> Response {
    let mut response = answer.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::PRAGMA, HeaderValue::from_static("no-cache"));
    response
}
