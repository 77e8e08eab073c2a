//! Games, and who plays them. A studio publishes games, players subscribe to them, and the studio learns how
//! popular its own games are.

mod graphql;
mod subscriptions;
mod titles;

use async_graphql::MergedObject;

pub use graphql::UserGames;
pub use subscriptions::{GameSubscription, GameSubscriptionStatus, visible_subscriptions};
pub use titles::{Game, GameById, GameStatus, visible_games};

/// What can be read of games.
#[derive(MergedObject, Default)]
pub struct GamesQuery(titles::GameQuery, subscriptions::SubscriptionQuery);

/// What can be done with games.
#[derive(MergedObject, Default)]
pub struct GamesMutation(titles::GameMutation, subscriptions::SubscriptionMutation);
