//! Games. One belongs to its studio; the studio and staff change it. Everyone sees every game. One that is
//! retired takes no new subscriptions, and those that it has go on; lists leave it out unless they are asked for
//! it. When its studio's account is closed a game stays as it is, but it takes no new subscriptions either, as
//! there is nobody left to run it.

mod change_status;
mod create;
mod graphql;
mod list;
mod loaders;
mod policy;
mod status;
mod store;
mod update;

use diesel::{Queryable, Selectable};

pub use graphql::{GameMutation, GameQuery};
pub use loaders::GameById;
pub(super) use loaders::{CountOfStudio, GamesOfStudio};
pub use policy::visible_games;
pub use status::GameStatus;
pub(super) use store::{hold, studio_of};

use crate::{
    db::schema::games,
    graphql::entity,
    kernel::{AccountId, GameId, Moment},
};

/// A game.
#[derive(Queryable, Selectable, Clone, Debug)]
#[diesel(table_name = games, check_for_backend(diesel::pg::Pg))]
pub struct Game {
    /// Its id.
    pub id: GameId,
    /// Who publishes it.
    pub studio_id: AccountId,
    /// What it is called.
    pub title: String,
    /// What it is.
    pub description: String,
    /// Whether it takes new players.
    pub status: GameStatus,
    /// When it was made.
    pub created_at: Moment,
    /// When it was last changed.
    pub updated_at: Moment,
    /// Games are not deleted.
    pub deleted_at: Option<Moment>,
    /// Grows by one at every change.
    pub version: i32,
}

entity!(Game);
