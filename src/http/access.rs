//! From a bearer token to who asks.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use axum::{
    extract::{ConnectInfo, Request, State},
    http::{HeaderMap, header},
    middleware::Next,
    response::Response,
};

use super::HttpState;
use crate::{
    accounts::{Auth, ClientInfo},
    db::Db,
    kernel::{Caller, Denial, Fault},
};

/// The longest user agent that is kept.
const USER_AGENT_LENGTH: usize = 300;

/// Notes from where a request comes.
pub async fn identify(State(state): State<HttpState>, mut request: Request, next: Next) -> Response {
    let peer = request
        .extensions()
        .get::<ConnectInfo<SocketAddr>>()
        .map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |peer| peer.0.ip());
    let headers = request.headers();
    let client = ClientInfo {
        address: forwarded(headers, state.settings.trusted_proxies).unwrap_or(peer),
        user_agent: headers
            .get(header::USER_AGENT)
            .and_then(|value| value.to_str().ok())
            .map(|agent| agent.chars().take(USER_AGENT_LENGTH).collect()),
    };
    request.extensions_mut().insert(client);
    next.run(request).await
}

/// The address that the outermost trusted proxy saw. What stands further left anyone may have written.
fn forwarded(headers: &HeaderMap, proxies: usize) -> Option<IpAddr> {
    let before = proxies.checked_sub(1)?;
    let hops: Vec<&str> = headers
        .get_all("x-forwarded-for")
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .collect();
    hops.iter().rev().nth(before)?.trim().parse().ok()
}

/// Who asks, by the `Authorization` header: nobody without one. A token that is present but bad is never taken
/// for a visitor.
pub async fn caller(db: &Db, auth: &Auth, headers: &HeaderMap) -> Result<Option<Caller>, Fault> {
    let mut values = headers.get_all(header::AUTHORIZATION).iter();
    let (Some(value), None) = (values.next(), values.next()) else {
        return if headers.contains_key(header::AUTHORIZATION) {
            Err(Denial::Unauthenticated.into())
        } else {
            Ok(None)
        };
    };
    let token = value.to_str().ok().and_then(|value| value.split_once(' '));
    match token {
        Some((scheme, token)) if scheme.eq_ignore_ascii_case("bearer") => {
            auth.authenticate(db, token.trim()).await.map(Some)
        }
        _ => Err(Denial::Unauthenticated.into()),
    }
}
