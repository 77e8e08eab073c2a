//! How popular a game is: its subscriptions, counted.

use chrono::{DateTime, Utc};

use super::store;
use crate::{
    db::Db,
    graphql::{Found, Key, alike},
    kernel::{Fault, GameId},
};

/// How many subscriptions a game has, by their statuses.
#[derive(Clone, Copy, Debug)]
pub struct GamePopularity {
    pub game: GameId,
    pub active: i64,
    pub paused: i64,
    pub cancelled: i64,
}

/// The popularity of a game; a game that nobody ever subscribed to has one of zeros.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct PopularityOf(pub GameId);

impl Key for PopularityOf {
    type Value = GamePopularity;

    async fn load(db: &Db, keys: &[Self]) -> Result<Found<Self>, Fault> {
        let games: Vec<_> = keys.iter().map(|key| key.0).collect();
        let rows = store::popularity(&mut db.conn().await?, &games).await?;
        let none = |game| GamePopularity { game, active: 0, paused: 0, cancelled: 0 };
        let mut found: Found<Self> = games.into_iter().map(|game| (PopularityOf(game), none(game))).collect();
        for (game, active, paused, cancelled) in rows {
            found.insert(PopularityOf(game), GamePopularity { game, active, paused, cancelled });
        }
        Ok(found)
    }
}

/// How many subscriptions to a game began at a moment or later.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct NewSubscriptions {
    pub game: GameId,
    pub since: DateTime<Utc>,
}

impl Key for NewSubscriptions {
    type Value = i64;

    async fn load(db: &Db, keys: &[Self]) -> Result<Found<Self>, Fault> {
        let mut counts = Found::<Self>::default();
        for (since, games) in alike(keys, |key| (key.game.uuid(), key.since)) {
            let rows = store::count_since(&mut db.conn().await?, &games, since).await?;
            counts.extend(rows.into_iter().map(|(game, count)| (NewSubscriptions { game, since }, count)));
        }
        Ok(counts)
    }
}
