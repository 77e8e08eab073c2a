//! How popular a game is: its subscriptions, counted.

use std::collections::HashMap;

use async_graphql::dataloader::Loader;
use chrono::{DateTime, Utc};

use super::store;
use crate::{
    graphql::{LoadError, Loaders, load_error},
    kernel::GameId,
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

impl Loader<PopularityOf> for Loaders {
    type Value = GamePopularity;
    type Error = LoadError;

    async fn load(&self, keys: &[PopularityOf]) -> Result<HashMap<PopularityOf, GamePopularity>, LoadError> {
        let games: Vec<_> = keys.iter().map(|key| key.0).collect();
        let rows = store::popularity(&mut *self.conn().await?, &games).await.map_err(load_error)?;
        let none = |game| GamePopularity { game, active: 0, paused: 0, cancelled: 0 };
        let mut found: HashMap<_, _> =
            games.into_iter().map(|game| (PopularityOf(game), none(game))).collect();
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

impl Loader<NewSubscriptions> for Loaders {
    type Value = i64;
    type Error = LoadError;

    async fn load(&self, keys: &[NewSubscriptions]) -> Result<HashMap<NewSubscriptions, i64>, LoadError> {
        let mut counts = HashMap::new();
        for (since, games) in Self::alike(keys, |key| (key.game.uuid(), key.since)) {
            let rows =
                store::count_since(&mut *self.conn().await?, &games, since).await.map_err(load_error)?;
            counts.extend(rows.into_iter().map(|(game, count)| (NewSubscriptions { game, since }, count)));
        }
        Ok(counts)
    }
}
