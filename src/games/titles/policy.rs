//! Who may see and change which game.

use super::{Game, store};
use crate::{
    db::Db,
    kernel::{AccountId, Actor, Caller, Denial, Fault, GameId, Refusal, Role},
};

/// Whether a game is there for this viewer. Nothing deletes games; should one be deleted by other means, it is
/// for staff alone.
pub fn may_see(viewer: Option<&Caller>, game: &Game) -> bool {
    game.deleted_at.is_none() || viewer.is_some_and(Caller::is_staff)
}

/// For whom a new game is made: a studio makes its own, staff have to say whose.
pub fn studio_for(caller: &Caller, named: Option<AccountId>) -> Result<Option<AccountId>, Denial> {
    if caller.is_staff() {
        return Ok(named);
    }
    caller.must_be(&[Role::Studio])?;
    match named {
        Some(other) if other != caller.account => Err(Denial::Forbidden),
        _ => Ok(Some(caller.account)),
    }
}

/// The game, if it is there for this caller and theirs to change, with what they are to it.
pub fn editable(caller: &Caller, game: Option<Game>) -> Result<(Game, Vec<Actor>), Fault> {
    let game =
        game.filter(|game| game.deleted_at.is_none()).ok_or_else(|| Refusal::not_found("id", "game"))?;
    let mut actors = Vec::new();
    if caller.account == game.studio_id {
        actors.push(Actor::Studio);
    }
    if caller.is_staff() {
        actors.push(Actor::Staff);
    }
    if actors.is_empty() { Err(Denial::Forbidden.into()) } else { Ok((game, actors)) }
}

/// Those of these games that the viewer may see, for `node` and `nodes`.
///
/// # Errors
/// As [`Db::conn`].
pub async fn visible_games(db: &Db, viewer: Option<&Caller>, ids: &[GameId]) -> Result<Vec<Game>, Fault> {
    let mut games = store::by_ids(&mut db.conn().await?, ids).await?;
    games.retain(|game| may_see(viewer, game));
    Ok(games)
}
