//! Finds games.

use async_graphql::{Context, Result};

use super::{Game, GameStatus, store};
use crate::{
    db::Db,
    graphql::{Ask as _, Count},
    kernel::{AccountId, Fault, Page, Window},
};

/// The longest text that is searched for.
pub const SEARCH_LENGTH: usize = 200;

/// Which games a list is of.
#[derive(Clone, Debug)]
pub struct Filter {
    pub search: Option<String>,
    pub studio: Option<AccountId>,
    pub statuses: Vec<GameStatus>,
}

/// In which order games are listed.
#[derive(async_graphql::Enum, Clone, Copy, PartialEq, Eq, Debug)]
#[graphql(name = "GameSort")]
pub enum Sort {
    /// What was published last comes first.
    Newest,
    /// By title, without regard to case.
    Title,
    /// What fits the search best comes first. Without a search it is NEWEST.
    Relevance,
}

impl Sort {
    /// The order's name in cursors.
    pub fn name(self) -> &'static str {
        match self {
            Self::Newest => "NEWEST",
            Self::Title => "TITLE",
            Self::Relevance => "RELEVANCE",
        }
    }
}

pub async fn list(db: &Db, filter: &Filter, sort: Sort, window: &Window) -> Result<Page<Game>, Fault> {
    let mut conn = db.conn().await?;
    let page = match (sort, &filter.search) {
        (Sort::Title, _) => store::list_by_title(&mut conn, filter, window).await,
        (Sort::Relevance, Some(search)) => store::list_by_relevance(&mut conn, filter, search, window).await,
        (Sort::Newest | Sort::Relevance, _) => store::list_by_age(&mut conn, filter, window).await,
    };
    Ok(page?)
}

#[async_trait::async_trait]
impl Count for Filter {
    async fn count(&self, ctx: &Context<'_>) -> Result<i64> {
        let mut conn = ctx.db().conn().await?;
        Ok(store::count(&mut conn, self).await.map_err(Fault::from)?)
    }
}
