//! Publishes a new game.

use super::{Game, GameStatus, policy, store};
use crate::{
    db::Db,
    kernel::{AccountId, Caller, Code, Denial, Fault, GameId, Refusal, Refusals, at, text},
};

/// What a new game is to be.
#[derive(Debug)]
pub struct NewGame {
    pub title: String,
    pub description: String,
    /// Whose it is to be, said by staff.
    pub studio: Option<AccountId>,
}

pub async fn create(db: &Db, caller: &Caller, input: NewGame) -> Result<Game, Fault> {
    let named = policy::studio_for(caller, input.studio)?;
    let mut refusals = Refusals::default();
    let title = text::title(&mut refusals, at("title"), "game", "title", &input.title);
    let description = text::description(&mut refusals, at("description"), &input.description);
    db.conn()
        .await?
        .transaction(async |conn| {
            let studio = match named {
                Some(studio) => store::hold_studio(conn, studio).await?,
                None => None,
            };
            match (named, studio) {
                (_, Some(_)) => {}
                (None, _) => {
                    refusals.add(Refusal::input(Code::Required, at("studioId"), "Say for which studio."));
                }
                (Some(_), None) if caller.is_staff() => {
                    refusals.add(Refusal::not_found("studioId", "studio"));
                }
                // It was closed a moment ago.
                (Some(_), None) => return Err(Denial::Unauthenticated.into()),
            }
            refusals.done()?;
            let new = store::NewRow {
                id: GameId::fresh(),
                studio_id: studio.ok_or_else(|| Fault::broken("a game without a studio was let through"))?,
                title: &title,
                description: &description,
                status: GameStatus::Active,
                created_at: db.now(),
                updated_at: db.now(),
            };
            Ok(store::insert(conn, &new).await?)
        })
        .await
}
