//! Finds products.

use async_graphql::{Context, Result};

use super::{Product, ProductStatus, policy::Sight, store};
use crate::{
    db::Db,
    graphql::{Ask as _, Count},
    kernel::{AccountId, Fault, Page, Window},
};

/// The longest text that is searched for.
pub const SEARCH_LENGTH: usize = 200;

/// Which products a list is of.
#[derive(Clone, Debug)]
pub struct Filter {
    pub search: Option<String>,
    pub min_price: Option<i64>,
    pub max_price: Option<i64>,
    pub min_stock: Option<i32>,
    pub in_stock: Option<bool>,
    pub owner: Option<AccountId>,
    pub tags: Vec<String>,
    pub statuses: Vec<ProductStatus>,
    pub include_deleted: bool,
    pub sight: Sight,
}

/// In which order products are listed.
#[derive(async_graphql::Enum, Clone, Copy, PartialEq, Eq, Debug)]
#[graphql(name = "ProductSort")]
pub enum Sort {
    /// What was made last comes first.
    Newest,
    /// What was made first comes first.
    Oldest,
    /// Cheapest first.
    PriceAsc,
    /// Dearest first.
    PriceDesc,
    /// By name, without regard to case.
    Name,
    /// What fits the search best comes first. Without a search it is NEWEST.
    Relevance,
}

impl Sort {
    /// The order's name in cursors.
    pub fn name(self) -> &'static str {
        match self {
            Self::Newest => "NEWEST",
            Self::Oldest => "OLDEST",
            Self::PriceAsc => "PRICE_ASC",
            Self::PriceDesc => "PRICE_DESC",
            Self::Name => "NAME",
            Self::Relevance => "RELEVANCE",
        }
    }
}

pub async fn list(db: &Db, filter: &Filter, sort: Sort, window: &Window) -> Result<Page<Product>, Fault> {
    let mut conn = db.conn().await?;
    let page = match sort {
        Sort::Newest => store::list_by_age(&mut conn, filter, window, true).await,
        Sort::Oldest => store::list_by_age(&mut conn, filter, window, false).await,
        Sort::PriceAsc => store::list_by_price(&mut conn, filter, window, false).await,
        Sort::PriceDesc => store::list_by_price(&mut conn, filter, window, true).await,
        Sort::Name => store::list_by_name(&mut conn, filter, window).await,
        Sort::Relevance => match &filter.search {
            Some(search) => store::list_by_relevance(&mut conn, filter, search, window).await,
            None => store::list_by_age(&mut conn, filter, window, true).await,
        },
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
