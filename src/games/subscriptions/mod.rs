//! Subscriptions of players to games. A player holds at most one for a game that is not cancelled; the database
//! sees to it. Player, studio of the game and staff pause it, resume it and cancel it, and they alone see it. A
//! cancelled one stays as it is, and whoever comes back gets a new one. Closing a player's account changes no
//! subscription: those that there are go on counting, but none is resumed.

mod change_status;
mod events;
mod graphql;
mod list;
mod loaders;
mod policy;
mod popularity;
mod status;
mod store;
mod subscribe;

use diesel::{Queryable, Selectable};

pub(super) use graphql::GameSubscriptionFilter;
pub use graphql::{SubscriptionMutation, SubscriptionQuery};
pub(super) use loaders::{CountSubscriptions, LiveSubscription, Side, Subscriptions};
pub use policy::visible_subscriptions;
pub(super) use popularity::{GamePopularity, PopularityOf};
pub use status::GameSubscriptionStatus;

use crate::{
    db::schema::game_subscriptions,
    graphql::entity,
    kernel::{AccountId, GameId, GameSubscriptionId, Moment},
};

/// A player's subscription to a game.
#[derive(Queryable, Selectable, Clone, Debug)]
#[diesel(table_name = game_subscriptions, check_for_backend(diesel::pg::Pg))]
pub struct GameSubscription {
    /// Its id.
    pub id: GameSubscriptionId,
    /// Who plays.
    pub player_id: AccountId,
    /// What is played.
    pub game_id: GameId,
    /// Whether it goes on.
    pub status: GameSubscriptionStatus,
    /// When it began.
    pub created_at: Moment,
    /// When it was last changed.
    pub updated_at: Moment,
    /// Subscriptions are not deleted.
    pub deleted_at: Option<Moment>,
    /// Grows by one at every change.
    pub version: i32,
}

entity!(GameSubscription);
