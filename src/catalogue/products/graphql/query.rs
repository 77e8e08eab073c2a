//! Finding products.

use std::sync::Arc;

use async_graphql::{Context, InputObject, Object, Result};

use crate::{
    catalogue::{
        products::{
            Product, ProductById, ProductStatus,
            list::{self, SEARCH_LENGTH, Sort},
            loaders::{CountOfOwner, ProductsOfOwner},
            policy::{self, Sight},
        },
        tags,
    },
    graphql::{Ask as _, Connection, Decimal, Loaded, object},
    kernel::{AccountId, Denial, Fault, Page, PageArgs, ProductId, Shop},
};

/// Which products to list. All conditions must hold.
#[derive(InputObject, Debug, Default)]
pub struct ProductFilter {
    /// Words in name, description and tags, also the beginnings of words; small typing errors in the name are
    /// forgiven. At most 200 characters.
    search: Option<String>,
    /// At least this price.
    min_price: Option<Decimal>,
    /// At most this price, inclusive.
    max_price: Option<Decimal>,
    /// At least so many in stock.
    min_stock: Option<i32>,
    /// True: only what is in stock. False: only what is sold out.
    in_stock: Option<bool>,
    /// Sold by this account.
    owner_id: Option<AccountId>,
    /// Has all of these tags, without regard to case. At most 10.
    tags: Option<Vec<String>>,
    /// In one of these statuses; without any, ACTIVE. What is not ACTIVE is shown to its owner and staff alone.
    statuses: Option<Vec<ProductStatus>>,
    /// Also what was deleted. For staff.
    include_deleted: Option<bool>,
}

impl ProductFilter {
    fn read(self, shop: &Shop, sight: Sight) -> Result<list::Filter, Fault> {
        let bad = |text: String| Fault::BadInput(text);
        let price = |name: &str, price: Option<Decimal>| {
            price
                .map(|price| shop.currency.minor(price.0))
                .transpose()
                .map_err(|e| bad(format!("`{name}`: {e}")))
        };
        // The database can't be asked for a NUL character.
        let search = self.search.map(|text| text.replace('\0', " ").trim().to_owned());
        let search = search.filter(|text| !text.is_empty());
        if search.as_ref().is_some_and(|text| text.chars().count() > SEARCH_LENGTH) {
            return Err(bad(format!("`search` has {SEARCH_LENGTH} characters at most.")));
        }
        let tags = tags::keys(&self.tags.unwrap_or_default());
        if tags.len() > 10 {
            return Err(bad("`tags` has 10 entries at most.".into()));
        }
        let include_deleted = self.include_deleted.unwrap_or(false);
        match sight {
            Sight::Public if include_deleted => return Err(Denial::Unauthenticated.into()),
            Sight::Own(_) if include_deleted => return Err(Denial::Forbidden.into()),
            _ => {}
        }
        Ok(list::Filter {
            search,
            min_price: price("minPrice", self.min_price)?,
            max_price: price("maxPrice", self.max_price)?,
            min_stock: self.min_stock,
            in_stock: self.in_stock,
            owner: self.owner_id,
            tags,
            statuses: self
                .statuses
                .filter(|all| !all.is_empty())
                .unwrap_or_else(|| vec![ProductStatus::Active]),
            include_deleted,
            sight,
        })
    }
}

/// What everyone can read of products.
#[derive(Default)]
pub struct ProductQuery;

#[Object]
impl ProductQuery {
    /// One product, or null if there is none with this id for this viewer.
    async fn product(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The product's id.")] id: ProductId,
    ) -> Result<Option<Arc<Product>>> {
        let found = ctx.load_by_id(ProductById(id), id.uuid()).await?;
        Ok(found.filter(|product| policy::may_see(ctx.viewer(), product)))
    }

    /// Products, in pages.
    #[expect(clippy::too_many_arguments, reason = "GraphQL arguments can't be grouped")]
    async fn products(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "So many from the start, or behind `after`. From 0 to 100; 20 if nothing is said.")]
        first: Option<i32>,
        #[graphql(desc = "Behind this cursor.")] after: Option<String>,
        #[graphql(desc = "So many from the end, or before `before`. From 0 to 100.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
        #[graphql(
            desc = "Skips so many first, at most 10,000; not together with cursors. Cursors stay right \
                          while the list changes, and cost less."
        )]
        offset: Option<i32>,
        #[graphql(desc = "Which products.")] filter: Option<ProductFilter>,
        #[graphql(desc = "In which order.", default_with = "Sort::Newest")] sort: Sort,
    ) -> Result<Connection<Product>> {
        let db = ctx.db();
        let filter = filter.unwrap_or_default().read(db.shop(), Sight::of(ctx.viewer()))?;
        let sort = if sort == Sort::Relevance && filter.search.is_none() { Sort::Newest } else { sort };
        let window = PageArgs { first, after, last, before, offset }.window(sort.name())?;
        let page = list::list(db, &filter, sort, &window).await?;
        Ok(Connection::new(page, filter))
    }
}

/// What an account sells, as a part of it.
#[derive(Debug)]
pub struct UserCatalogue {
    /// Whose.
    pub account: AccountId,
}

#[object]
impl UserCatalogue {
    /// What the account sells, newest first. The account itself and staff also see what is not ACTIVE.
    async fn products(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "So many from the start, or behind `after`. From 0 to 100; 20 if nothing is said.")]
        first: Option<i32>,
        #[graphql(desc = "Behind this cursor.")] after: Option<String>,
        #[graphql(desc = "So many from the end, or before `before`. From 0 to 100.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
    ) -> Result<Connection<Product>> {
        let window = PageArgs { first, after, last, before, offset: None }.window("NEWEST")?;
        let all = ctx.viewer().is_some_and(|caller| caller.is_self_or_staff(self.account));
        let page = ctx.load_there(ProductsOfOwner { owner: self.account, all, window }).await?;
        Ok(Connection::new(Page::clone(&page), Loaded(CountOfOwner { owner: self.account, all })))
    }
}
