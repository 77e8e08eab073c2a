//! Finds games.

use async_graphql::{Context, Result};
use diesel::QueryResult;

use super::{Game, GameStatus, store};
use crate::{
    db::{Conn, Db, Way},
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

impl Filter {
    /// The better way to find so many games, or all.
    fn way(&self, db: &Db, wanted: Option<i64>) -> Way {
        self.search.as_ref().map_or(Way::Index, |search| db.words().way("games", search, wanted))
    }
}

/// A page of games. What is searched for is found by words; by letters only if no game has the words.
pub async fn list(db: &Db, filter: &Filter, sort: Sort, window: &Window) -> Result<Page<Game>, Fault> {
    let mut conn = db.conn().await?;
    // All that is found has to be ranked.
    let wanted = (sort != Sort::Relevance).then_some(window.limit() + window.offset);
    let page = found(&mut conn, filter, &filter.way(db, wanted), sort, window).await?;
    if page.rows.is_empty() && needs_letters(&mut conn, filter).await? {
        return Ok(found(&mut conn, filter, &Way::Letters, sort, window).await?);
    }
    Ok(page)
}

async fn found(
    conn: &mut Conn,
    filter: &Filter,
    way: &Way,
    sort: Sort,
    window: &Window,
) -> QueryResult<Page<Game>> {
    match (sort, &filter.search) {
        (Sort::Title, _) => store::list_by_title(conn, filter, way, window).await,
        (Sort::Relevance, Some(search)) => store::list_by_relevance(conn, filter, way, search, window).await,
        (Sort::Newest | Sort::Relevance, _) => store::list_by_age(conn, filter, way, window).await,
    }
}

async fn needs_letters(conn: &mut Conn, filter: &Filter) -> QueryResult<bool> {
    match &filter.search {
        Some(search) => Ok(!store::has_words(conn, search).await?),
        None => Ok(false),
    }
}

#[async_trait::async_trait]
impl Count for Filter {
    async fn count(&self, ctx: &Context<'_>) -> Result<i64> {
        let db = ctx.db();
        let mut conn = db.conn().await?;
        let counting = async {
            let count = store::count(&mut conn, self, &self.way(db, None)).await?;
            if count == 0 && needs_letters(&mut conn, self).await? {
                return store::count(&mut conn, self, &Way::Letters).await;
            }
            Ok(count)
        };
        Ok(counting.await.map_err(Fault::from)?)
    }
}
