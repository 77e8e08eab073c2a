//! Finding games.

use std::sync::Arc;

use async_graphql::{Context, InputObject, Object, Result};

use crate::{
    games::titles::{
        Game, GameById, GameStatus,
        list::{self, SEARCH_LENGTH, Sort},
        policy,
    },
    graphql::{Ask as _, Connection},
    kernel::{AccountId, Fault, GameId, PageArgs},
};

/// Which games to list. All conditions must hold.
#[derive(InputObject, Debug, Default)]
pub struct GameFilter {
    /// Words in title and description, also the beginnings of words; small typing errors in the title are
    /// forgiven. At most 200 characters.
    search: Option<String>,
    /// Published by this studio.
    studio_id: Option<AccountId>,
    /// In one of these statuses; without any, ACTIVE. Everyone may ask for RETIRED ones, too.
    statuses: Option<Vec<GameStatus>>,
}

impl GameFilter {
    fn read(self) -> Result<list::Filter, Fault> {
        // The database can't be asked for a NUL character.
        let search = self.search.map(|text| text.replace('\0', " ").trim().to_owned());
        let search = search.filter(|text| !text.is_empty());
        if search.as_ref().is_some_and(|text| text.chars().count() > SEARCH_LENGTH) {
            return Err(Fault::BadInput(format!("`search` has {SEARCH_LENGTH} characters at most.")));
        }
        let statuses = self.statuses.filter(|all| !all.is_empty());
        let statuses = statuses.unwrap_or_else(|| vec![GameStatus::Active]);
        Ok(list::Filter { search, studio: self.studio_id, statuses })
    }
}

/// What everyone can read of games.
#[derive(Default)]
pub struct GameQuery;

#[Object]
impl GameQuery {
    /// One game, or null if there is none with this id.
    async fn game(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The game's id.")] id: GameId,
    ) -> Result<Option<Arc<Game>>> {
        let found = ctx.load(GameById(id)).await?;
        Ok(found.filter(|game| policy::may_see(ctx.viewer(), game)))
    }

    /// Games, in pages: those that are ACTIVE, unless the filter names statuses.
    #[expect(clippy::too_many_arguments, reason = "GraphQL arguments can't be grouped")]
    async fn games(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "So many from the start, or behind `after`. From 0 to 100; 20 if nothing is said.")]
        first: Option<i32>,
        #[graphql(desc = "Behind this cursor.")] after: Option<String>,
        #[graphql(desc = "So many from the end, or before `before`. From 0 to 100.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
        #[graphql(desc = "Which games.")] filter: Option<GameFilter>,
        #[graphql(desc = "In which order.", default_with = "Sort::Newest")] sort: Sort,
    ) -> Result<Connection<Game>> {
        let filter = filter.unwrap_or_default().read()?;
        let sort = if sort == Sort::Relevance && filter.search.is_none() { Sort::Newest } else { sort };
        let window = PageArgs { first, after, last, before, offset: None }.window(sort.name())?;
        let page = list::list(ctx.db(), &filter, sort, &window).await?;
        Ok(Connection::new(page, filter))
    }
}
