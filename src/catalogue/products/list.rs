//! Finds products.

use async_graphql::{Context, Result};
use diesel::QueryResult;

use super::{Product, ProductStatus, policy::Sight, store};
use crate::{
    db::{Conn, Db, RANKED, Way},
    graphql::{Ask as _, Count},
    kernel::{AccountId, Cursor, Fault, Page, Window},
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

impl Filter {
    /// The better way to find so many products, or all.
    fn way(&self, db: &Db, wanted: Option<i64>) -> Way {
        let passed_over = wanted.map(|wanted| self.passed_over(wanted));
        self.search.as_ref().map_or(Way::Index, |search| db.words().way("products", search, passed_over))
    }

    /// The window on the newest products alone, if it pays to look among them first: it should be filled there. Sellers
    /// and tags have few products, of all ages.
    fn newest(&self, db: &Db, sort: Sort, window: &Window) -> Option<Window> {
        let is_forward = sort == Sort::Newest && !window.backward && window.before.is_none();
        let is_wide = self.owner.is_none() && self.tags.is_empty();
        let search = self.search.as_ref().filter(|_| is_forward && is_wide)?;
        let wanted = self.passed_over(window.limit() + window.offset);
        let behind = window.after.as_ref().map(|place| place.id);
        let from = db.words().newest("products", search, wanted, behind)?;
        Some(Window { before: Some(Cursor::by_id(from)), ..window.clone() })
    }

    /// About how many products that have the words are looked at for so many that meet the other conditions, too: half
    /// of them meet each, as far as anyone can guess.
    fn passed_over(&self, wanted: i64) -> i64 {
        let conditions = [
            self.min_price.is_some(),
            self.max_price.is_some(),
            self.min_stock.is_some(),
            self.in_stock.is_some(),
            self.owner.is_some(),
            !self.tags.is_empty(),
            !matches!(*self.statuses, [] | [ProductStatus::Active]),
        ];
        conditions.into_iter().filter(|is_there| *is_there).fold(wanted, |wanted, _| wanted.saturating_mul(2))
    }
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
    /// What fits the search best comes first. Without a search it is NEWEST. Where more than 2,000 products have the
    /// words, the newest 2,000 of them may be all that is listed.
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

/// A page of products. What is searched for is found by words; by letters only if no product has the words.
pub async fn list(db: &Db, filter: &Filter, sort: Sort, window: &Window) -> Result<Page<Product>, Fault> {
    let mut conn = db.conn().await?;
    if let Some(newest) = filter.newest(db, sort, window) {
        let page = found(&mut conn, filter, &filter.way(db, None), None, sort, &newest).await?;
        if page.has_next {
            return Ok(page);
        }
    }
    let (wanted, ranked) = match (sort, &filter.search) {
        (Sort::Relevance, Some(search)) if db.words().are_many("products", search) => {
            (Some(RANKED), Some(RANKED))
        }
        (Sort::Relevance, _) => (None, None),
        _ => (Some(window.limit() + window.offset), None),
    };
    let page = found(&mut conn, filter, &filter.way(db, wanted), ranked, sort, window).await?;
    if page.rows.is_empty() && needs_letters(&mut conn, filter).await? {
        return Ok(found(&mut conn, filter, &Way::Letters, None, sort, window).await?);
    }
    Ok(page)
}

async fn found(
    conn: &mut Conn,
    filter: &Filter,
    way: &Way,
    ranked: Option<i64>,
    sort: Sort,
    window: &Window,
) -> QueryResult<Page<Product>> {
    match sort {
        Sort::Newest => store::list_by_age(conn, filter, way, window, true).await,
        Sort::Oldest => store::list_by_age(conn, filter, way, window, false).await,
        Sort::PriceAsc => store::list_by_price(conn, filter, way, window, false).await,
        Sort::PriceDesc => store::list_by_price(conn, filter, way, window, true).await,
        Sort::Name => store::list_by_name(conn, filter, way, window).await,
        Sort::Relevance => match &filter.search {
            Some(search) => store::list_by_relevance(conn, filter, way, ranked, search, window).await,
            None => store::list_by_age(conn, filter, way, window, true).await,
        },
    }
}

/// Whether something is searched for that no product has, so that it may be a typing error.
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
