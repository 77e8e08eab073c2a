//! Retires a game, or brings it back.

use super::{Game, GameStatus, policy, store};
use crate::{
    db::Db,
    kernel::{Caller, Fault, GameId, Status as _, at},
};

pub async fn change_status(db: &Db, caller: &Caller, id: GameId, to: GameStatus) -> Result<Game, Fault> {
    let now = db.now();
    db.conn()
        .await?
        .transaction(async |conn| {
            let found = store::lock(conn, id).await?;
            let (game, actors) = policy::editable(caller, found)?;
            let to = game.status.step(to, &actors, at("status"))?;
            Ok(store::set_status(conn, game.id, game.status, to, now).await?)
        })
        .await
}
