//! From a bearer token to who asks.

use std::net::IpAddr;

use axum::http::{HeaderMap, header};

use crate::{
    accounts::{Auth, ClientInfo, LiveToken},
    db::Db,
    kernel::{Denial, Fault},
};

/// The longest user agent that is kept.
const USER_AGENT_LENGTH: usize = 300;

/// From where a request of whoever is connected comes, behind so many proxies.
pub fn client(headers: &HeaderMap, peer: IpAddr, proxies: usize) -> ClientInfo {
    let agent = headers.get(header::USER_AGENT).and_then(|value| value.to_str().ok());
    ClientInfo {
        address: forwarded(headers, proxies).unwrap_or(peer),
        // In ASCII, so there are letters at every place.
        user_agent: agent.map(|agent| agent[..agent.len().min(USER_AGENT_LENGTH)].to_owned()),
    }
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

/// The token in the `Authorization` header, if there is one. Whatever else stands there is never taken for a
/// visitor's.
pub fn presented(headers: &HeaderMap) -> Result<Option<&str>, Denial> {
    let mut values = headers.get_all(header::AUTHORIZATION).iter();
    match (values.next(), values.next()) {
        (None, _) => Ok(None),
        (Some(value), None) => value.to_str().ok().map_or(Err(Denial::Unauthenticated), bearer).map(Some),
        _ => Err(Denial::Unauthenticated),
    }
}

/// The token of a value such as `Bearer …`.
pub fn bearer(value: &str) -> Result<&str, Denial> {
    match value.split_once(' ') {
        Some((scheme, token)) if scheme.eq_ignore_ascii_case("bearer") => Ok(token.trim()),
        _ => Err(Denial::Unauthenticated),
    }
}

/// The good token that a request came with, or none if it came without any.
pub async fn token(db: &Db, auth: &Auth, headers: &HeaderMap) -> Result<Option<LiveToken>, Fault> {
    match presented(headers)? {
        Some(token) => auth.authenticate(db, token).await.map(Some),
        None => Ok(None),
    }
}
