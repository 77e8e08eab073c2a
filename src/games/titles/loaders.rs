//! Batched reads of games.

use std::sync::Arc;

use super::{Game, store};
use crate::{
    db::Db,
    graphql::{Found, Key, alike, pages_of},
    kernel::{AccountId, Cursor, Fault, GameId, Page, Window},
};

/// A game by its id.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct GameById(pub GameId);

impl Key for GameById {
    type Value = Arc<Game>;

    async fn load(db: &Db, keys: &[Self]) -> Result<Found<Self>, Fault> {
        let ids: Vec<_> = keys.iter().map(|key| key.0).collect();
        let rows = store::by_ids(&mut db.conn().await?, &ids).await?;
        Ok(rows.into_iter().map(|row| (GameById(row.id), Arc::new(row))).collect())
    }
}

/// What a studio has published.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct GamesOfStudio {
    pub studio: AccountId,
    pub window: Window,
}

impl Key for GamesOfStudio {
    type Value = Arc<Page<Game>>;

    async fn load(db: &Db, keys: &[Self]) -> Result<Found<Self>, Fault> {
        let mut pages = Found::<Self>::default();
        for (window, studios) in alike(keys, |key| (key.studio.uuid(), key.window.clone())) {
            let rows = store::of_studios(&mut db.conn().await?, &studios, &window).await?;
            let found = pages_of(&window, studios, rows, |row| Cursor::by_id(row.id.uuid()));
            pages.extend(found.into_iter().map(|(studio, page)| {
                (GamesOfStudio { studio: studio.into(), window: window.clone() }, page)
            }));
        }
        Ok(pages)
    }
}

/// How many games a studio has published.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct CountOfStudio(pub AccountId);

impl Key for CountOfStudio {
    type Value = i64;

    async fn load(db: &Db, keys: &[Self]) -> Result<Found<Self>, Fault> {
        let studios: Vec<_> = keys.iter().map(|key| key.0.uuid()).collect();
        let rows = store::count_of_studios(&mut db.conn().await?, &studios).await?;
        Ok(rows.into_iter().map(|(studio, count)| (CountOfStudio(studio.into()), count)).collect())
    }
}
