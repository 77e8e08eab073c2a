//! Changes what a game is called and how it is described.

use super::{Game, policy, store};
use crate::{
    db::Db,
    kernel::{Caller, Fault, GameId, Refusals, at, expect_version, text},
};

/// What is to be changed; `None` leaves it.
#[derive(Debug)]
pub struct Update {
    pub id: GameId,
    pub expected_version: Option<i32>,
    pub title: Option<String>,
    pub description: Option<String>,
}

pub async fn update(db: &Db, caller: &Caller, input: Update) -> Result<Game, Fault> {
    let mut refusals = Refusals::default();
    let changes = store::Changes {
        title: input.title.map(|written| text::title(&mut refusals, at("title"), "game", "title", &written)),
        description: input
            .description
            .map(|written| text::description(&mut refusals, at("description"), &written)),
        updated_at: db.now(),
    };
    db.conn()
        .await?
        .transaction(async |conn| {
            let found = store::lock(conn, input.id).await?;
            let (game, _) = policy::editable(caller, found)?;
            refusals.done()?;
            expect_version(input.expected_version, game.version)?;
            Ok(store::update(conn, game.id, &changes).await?)
        })
        .await
}
