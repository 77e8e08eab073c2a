//! Getting the next pair of tokens.

use chrono::{DateTime, Utc};

use super::{
    AccessForm, Session, SignedIn,
    open::hand_out,
    store::{self, RefreshToken},
};
use crate::{
    accounts::{
        auth::{
            Auth,
            opaque::{Digest, Opaque, Secret},
            revocation::{self, News, Sessions},
        },
        users::AccountStatus,
    },
    db::{Conn, Db},
    kernel::{Code, Fault, Refusal, at},
};

enum Outcome {
    Refreshed(Box<SignedIn>),
    /// The token had been used before, so its session has ended.
    Stolen(News),
    Refused,
}

/// Exchanges a refresh token for the next pair. What comes next follows from the token itself, so that a repeat,
/// after an answer that was lost or from another tab, gets the same next token for some seconds.
///
/// # Errors
/// The same refusal for whatever is wrong with the token.
pub async fn refresh(db: &Db, auth: &Auth, token: &str, form: AccessForm) -> Result<SignedIn, Fault> {
    let token =
        Secret::read(token.trim()).filter(|token| token.kind() == Opaque::Refresh).ok_or_else(refused)?;
    let now = db.now();
    let outcome = db
        .conn()
        .await?
        .transaction(async |conn| {
            let Some((session, account)) = store::lock_by_refresh(conn, &token.digest()).await? else {
                return Ok(Outcome::Refused);
            };
            if session.ended_at.is_some()
                || session.expires_at <= now
                || account.status == AccountStatus::Closed
            {
                return Ok(Outcome::Refused);
            }
            match successor(conn, auth, &token, &session, now).await? {
                Successor::Is(next) => {
                    let signed_in = hand_out(conn, auth, account, session.id, next, form, now).await?;
                    Ok(Outcome::Refreshed(Box::new(signed_in)))
                }
                Successor::TooLate => Ok(Outcome::Refused),
                Successor::Used => {
                    let ended = revocation::end(conn, Sessions::One(session.id), now).await?;
                    Ok::<_, Fault>(Outcome::Stolen(revocation::announce(conn, ended).await?))
                }
            }
        })
        .await?;
    match outcome {
        Outcome::Refreshed(signed_in) => Ok(*signed_in),
        Outcome::Refused => Err(refused().into()),
        Outcome::Stolen(news) => {
            tracing::warn!("a refresh token was used twice; its session has ended");
            auth.hear(news);
            Err(refused().into())
        }
    }
}

enum Successor {
    Is(Secret),
    TooLate,
    Used,
}

/// Expects the session to be locked.
async fn successor(
    conn: &mut Conn,
    auth: &Auth,
    token: &Secret,
    session: &Session,
    now: DateTime<Utc>,
) -> Result<Successor, Fault> {
    let digest = token.digest();
    let Some(row) = store::find_refresh(conn, &digest).await? else { return Ok(Successor::TooLate) };
    match row {
        RefreshToken { expires_at, .. } if expires_at <= now => Ok(Successor::TooLate),
        RefreshToken { used_at: Some(used_at), successor: Some(stored), .. } => {
            let again = now <= auth.grace_end(used_at) && !store::is_used(conn, &stored).await?;
            let same = |next: &Secret| next.digest()[..] == stored[..];
            Ok(match auth.successors(token).find(same) {
                Some(next) if again => Successor::Is(next),
                _ => Successor::Used,
            })
        }
        _ => {
            let next =
                auth.successors(token).next().ok_or_else(|| Fault::broken("there is no signing key"))?;
            exchange(conn, auth, &digest, &next, session, now).await?;
            Ok(Successor::Is(next))
        }
    }
}

async fn exchange(
    conn: &mut Conn,
    auth: &Auth,
    token: &Digest,
    next: &Secret,
    session: &Session,
    now: DateTime<Utc>,
) -> Result<(), Fault> {
    let end = auth.session_end(now);
    store::insert_refresh(conn, &next.digest(), session.id, now, end).await?;
    store::use_refresh(conn, token, &next.digest(), now).await?;
    store::touch(conn, session.id, now, end).await?;
    Ok(())
}

fn refused() -> Refusal {
    Refusal::input(Code::BadCredentials, at("refreshToken"), "This refresh token is not good. Sign in again.")
}
