//! Batched reads of subscriptions.

use std::{collections::HashSet, sync::Arc};

use uuid::Uuid;

use super::{GameSubscription, list::Filter, store};
use crate::{
    db::Db,
    graphql::{Found, Key, alike, pages_of},
    kernel::{AccountId, Cursor, Fault, GameId, Page, Window},
};

/// A player's subscription to a game that is not cancelled.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct LiveSubscription {
    pub player: AccountId,
    pub game: GameId,
}

impl Key for LiveSubscription {
    type Value = Arc<GameSubscription>;

    async fn load(db: &Db, keys: &[Self]) -> Result<Found<Self>, Fault> {
        let players: HashSet<_> = keys.iter().map(|key| key.player).collect();
        let players: Vec<_> = players.into_iter().collect();
        let games: Vec<_> = keys.iter().map(|key| key.game).collect();
        let rows = store::live(&mut db.conn().await?, &players, &games).await?;
        let keyed = rows
            .into_iter()
            .map(|row| (LiveSubscription { player: row.player_id, game: row.game_id }, Arc::new(row)));
        Ok(keyed.collect())
    }
}

/// Whose list of subscriptions it is.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Side {
    /// A player's.
    Player(AccountId),
    /// A game's.
    Game(GameId),
}

impl Side {
    fn id(self) -> Uuid {
        match self {
            Self::Player(player) => player.uuid(),
            Self::Game(game) => game.uuid(),
        }
    }

    /// Lists of one kind are read together.
    fn kind(self) -> store::Kind {
        match self {
            Self::Player(_) => store::Kind::Player,
            Self::Game(_) => store::Kind::Game,
        }
    }

    fn of(kind: store::Kind, id: Uuid) -> Self {
        match kind {
            store::Kind::Player => Self::Player(id.into()),
            store::Kind::Game => Self::Game(id.into()),
        }
    }
}

/// The subscriptions of a player, or to a game.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Subscriptions {
    pub of: Side,
    pub filter: Filter,
    pub window: Window,
}

impl Key for Subscriptions {
    type Value = Arc<Page<GameSubscription>>;

    async fn load(db: &Db, keys: &[Self]) -> Result<Found<Self>, Fault> {
        let mut pages = Found::<Self>::default();
        let alike = alike(keys, |key| (key.of.id(), (key.of.kind(), key.filter.clone(), key.window.clone())));
        for ((kind, filter, window), parents) in alike {
            let rows = store::lists(&mut db.conn().await?, kind, &parents, &filter, &window).await?;
            let found = pages_of(&window, parents, rows, |row| Cursor::by_id(row.id.uuid()));
            pages.extend(found.into_iter().map(|(id, page)| {
                let (of, filter, window) = (Side::of(kind, id), filter.clone(), window.clone());
                (Subscriptions { of, filter, window }, page)
            }));
        }
        Ok(pages)
    }
}

/// How many subscriptions a player or a game has.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct CountSubscriptions {
    pub of: Side,
    pub filter: Filter,
}

impl Key for CountSubscriptions {
    type Value = i64;

    async fn load(db: &Db, keys: &[Self]) -> Result<Found<Self>, Fault> {
        let mut counts = Found::<Self>::default();
        let alike = alike(keys, |key| (key.of.id(), (key.of.kind(), key.filter.clone())));
        for ((kind, filter), parents) in alike {
            let rows = store::counts(&mut db.conn().await?, kind, &parents, &filter).await?;
            counts.extend(rows.into_iter().map(|(id, count)| {
                (CountSubscriptions { of: Side::of(kind, id), filter: filter.clone() }, count)
            }));
        }
        Ok(counts)
    }
}
