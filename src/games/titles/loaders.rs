//! Batched reads of games.

use std::{collections::HashMap, sync::Arc};

use async_graphql::dataloader::Loader;

use super::{Game, store};
use crate::{
    graphql::{LoadError, Loaders, load_error},
    kernel::{AccountId, Cursor, GameId, Page, Window},
};

/// A game by its id.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct GameById(pub GameId);

impl Loader<GameById> for Loaders {
    type Value = Arc<Game>;
    type Error = LoadError;

    async fn load(&self, keys: &[GameById]) -> Result<HashMap<GameById, Self::Value>, LoadError> {
        let ids: Vec<_> = keys.iter().map(|key| key.0).collect();
        let rows = store::by_ids(&mut *self.conn().await?, &ids).await.map_err(load_error)?;
        Ok(rows.into_iter().map(|row| (GameById(row.id), Arc::new(row))).collect())
    }
}

/// What a studio has published.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct GamesOfStudio {
    pub studio: AccountId,
    pub window: Window,
}

impl Loader<GamesOfStudio> for Loaders {
    type Value = Arc<Page<Game>>;
    type Error = LoadError;

    async fn load(&self, keys: &[GamesOfStudio]) -> Result<HashMap<GamesOfStudio, Self::Value>, LoadError> {
        let mut pages = HashMap::new();
        for (window, studios) in Self::alike(keys, |key| (key.studio.uuid(), key.window.clone())) {
            let rows =
                store::of_studios(&mut *self.conn().await?, &studios, &window).await.map_err(load_error)?;
            let found = Self::pages(&window, studios, rows, |row| Cursor::by_id(row.id.uuid()));
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

impl Loader<CountOfStudio> for Loaders {
    type Value = i64;
    type Error = LoadError;

    async fn load(&self, keys: &[CountOfStudio]) -> Result<HashMap<CountOfStudio, i64>, LoadError> {
        let studios: Vec<_> = keys.iter().map(|key| key.0.uuid()).collect();
        let rows = store::count_of_studios(&mut *self.conn().await?, &studios).await.map_err(load_error)?;
        Ok(rows.into_iter().map(|(studio, count)| (CountOfStudio(studio.into()), count)).collect())
    }
}
