//! What studios do with games.

use async_graphql::{Context, InputObject, Object, Result, SimpleObject};

use crate::{
    games::titles::{Game, GameStatus, change_status, create, update},
    graphql::{Ask as _, Needs, UserError, auth, settle},
    kernel::{AccountId, Fault, GameId},
};

/// A new game.
#[derive(InputObject, Debug)]
pub struct CreateGameInput {
    /// What it is called: one line, at most 200 characters.
    title: String,
    /// What it is, in plain text, at most 10,000 characters.
    description: Option<String>,
    /// Whose it is to be: an open account with the role STUDIO. Staff have to say it; a studio makes its own.
    studio_id: Option<AccountId>,
}

/// Changes of a game. What is not given, or null, stays as it is.
#[derive(InputObject, Debug)]
pub struct UpdateGameInput {
    /// The game.
    id: GameId,
    /// Change nothing unless it has this version.
    expected_version: Option<i32>,
    /// What it is called.
    title: Option<String>,
    /// What it is.
    description: Option<String>,
}

/// A game's next status.
#[derive(InputObject, Debug)]
pub struct ChangeGameStatusInput {
    /// The game.
    id: GameId,
    /// RETIRED to take no more new subscriptions, ACTIVE to take them again.
    status: GameStatus,
}

/// What came of a change of a game.
#[derive(SimpleObject)]
pub struct GamePayload {
    /// The game as it is now; null if nothing was done.
    game: Option<Game>,
    /// What has to be mended first.
    user_errors: Vec<UserError>,
}

fn payload(outcome: Result<Game, Fault>) -> Result<Option<GamePayload>> {
    let (game, user_errors) = settle(outcome)?;
    Ok(Some(GamePayload { game, user_errors }))
}

/// What studios can do with games.
#[derive(Default)]
pub struct GameMutation;

#[Object]
impl GameMutation {
    /// Publishes a game: a studio its own, staff for a studio.
    #[graphql(
        guard = "Needs::STUDIO_OR_STAFF.any()",
        directive = auth::apply(Needs::STUDIO_OR_STAFF.into())
    )]
    async fn create_game(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The game.")] input: CreateGameInput,
    ) -> Result<Option<GamePayload>> {
        let new = create::NewGame {
            title: input.title,
            description: input.description.unwrap_or_default(),
            studio: input.studio_id,
        };
        payload(create::create(ctx.db(), ctx.caller()?, new).await)
    }

    /// Changes what a game is called and how it is described.
    #[graphql(
        guard = "Needs::STUDIO_OF_GAME_OR_STAFF.any()",
        directive = auth::apply(Needs::STUDIO_OF_GAME_OR_STAFF.into())
    )]
    async fn update_game(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to change.")] input: UpdateGameInput,
    ) -> Result<Option<GamePayload>> {
        let change = update::Update {
            id: input.id,
            expected_version: input.expected_version,
            title: input.title,
            description: input.description,
        };
        payload(update::update(ctx.db(), ctx.caller()?, change).await)
    }

    /// Retires a game or brings it back. A retired one takes no new subscriptions; those that it has go on.
    #[graphql(
        guard = "Needs::STUDIO_OF_GAME_OR_STAFF.any()",
        directive = auth::apply(Needs::STUDIO_OF_GAME_OR_STAFF.into())
    )]
    async fn change_game_status(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The game and its next status.")] input: ChangeGameStatusInput,
    ) -> Result<Option<GamePayload>> {
        payload(change_status::change_status(ctx.db(), ctx.caller()?, input.id, input.status).await)
    }
}
