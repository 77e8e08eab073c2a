//! Products as clients see them.

use std::sync::Arc;

use async_graphql::{Context, InputObject, Object, Result, SimpleObject};

use super::{
    Product, ProductById, ProductStatus, change_status, create, delete,
    list::{self, SEARCH_LENGTH, Sort},
    loaders::{CountOfOwner, ProductsOfOwner},
    policy::{self, Sight},
    tagging, update,
};
use crate::{
    accounts::{Account, AccountById},
    catalogue::tags::{self, Tag, TagsOfProduct},
    graphql::{
        Ask as _, Connection, Decimal, Entity as _, Loaded, Money, Needs, Stored, UserError, auth, settle,
    },
    kernel::{AccountId, Denial, Fault, Page, PageArgs, ProductId, Shop, Status as _},
};

/// A thing for sale.
#[Object(name = "Product")]
impl Product {
    #[graphql(flatten)]
    async fn entity(&self) -> Stored {
        self.stored()
    }

    /// What it is called.
    async fn name(&self) -> &str {
        &self.name
    }

    /// What it is, in plain text.
    async fn description(&self) -> &str {
        &self.description
    }

    /// What one of it costs.
    async fn price(&self, ctx: &Context<'_>) -> Money {
        Money::new(ctx.db().shop(), self.price)
    }

    /// How many can be sold right now.
    async fn stock(&self) -> i32 {
        self.stock
    }

    /// Whether it is for sale.
    async fn status(&self) -> ProductStatus {
        self.status
    }

    /// What the status may become next.
    async fn next_statuses(&self) -> Vec<ProductStatus> {
        self.status.next()
    }

    /// The account that sells it.
    async fn owner(&self, ctx: &Context<'_>) -> Result<Arc<Account>> {
        ctx.load_there(AccountById(self.owner_id)).await
    }

    /// Its tags, by name.
    async fn tags(&self, ctx: &Context<'_>) -> Result<Arc<Vec<Tag>>> {
        ctx.load_there(TagsOfProduct(self.id)).await
    }

    /// Whether the viewer may change, tag and delete it.
    async fn viewer_can_edit(&self, ctx: &Context<'_>) -> bool {
        ctx.viewer().is_some_and(|caller| caller.is_self_or_staff(self.owner_id) && self.deleted_at.is_none())
    }
}

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
        let found = ctx.load(ProductById(id)).await?;
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

#[Object]
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

/// A new product.
#[derive(InputObject, Debug)]
pub struct CreateProductInput {
    /// What it is called: one line, at most 200 characters.
    name: String,
    /// What it is, in plain text, at most 10,000 characters.
    description: Option<String>,
    /// What one of it costs; not negative, with no more decimals than the currency has.
    price: Decimal,
    /// How many can be sold; not negative.
    stock: i32,
    /// Tags by name; those that are new are made.
    tags: Option<Vec<String>>,
    /// ACTIVE, which it is if nothing is said, or DRAFT.
    status: Option<ProductStatus>,
}

/// Changes of a product. What is not given, or null, stays as it is.
#[derive(InputObject, Debug)]
pub struct UpdateProductInput {
    /// The product.
    id: ProductId,
    /// Change nothing unless it has this version.
    expected_version: Option<i32>,
    /// What it is called.
    name: Option<String>,
    /// What it is.
    description: Option<String>,
    /// What one of it costs.
    price: Option<Decimal>,
    /// How many can be sold.
    stock: Option<i32>,
}

/// A product's next status.
#[derive(InputObject, Debug)]
pub struct ChangeProductStatusInput {
    /// The product.
    id: ProductId,
    /// What its status is to become; see `nextStatuses`.
    status: ProductStatus,
    /// Change nothing unless it has this version.
    expected_version: Option<i32>,
}

/// The product to delete.
#[derive(InputObject, Debug)]
pub struct DeleteProductInput {
    /// The product.
    id: ProductId,
}

/// Tags for a product.
#[derive(InputObject, Debug)]
pub struct TagProductInput {
    /// The product.
    product_id: ProductId,
    /// The tags by name, without regard to case.
    tags: Vec<String>,
}

/// What came of a change of a product.
#[derive(SimpleObject)]
pub struct ProductPayload {
    /// The product as it is now; null if nothing was done.
    product: Option<Product>,
    /// What has to be mended first.
    user_errors: Vec<UserError>,
}

fn payload(outcome: Result<Product, Fault>) -> Result<Option<ProductPayload>> {
    let (product, user_errors) = settle(outcome)?;
    Ok(Some(ProductPayload { product, user_errors }))
}

/// What sellers can do with products.
#[derive(Default)]
pub struct ProductMutation;

#[Object]
impl ProductMutation {
    /// Offers a product. In a marketplace any account may; where the store is set so, staff alone.
    #[graphql(guard = "Needs::SIGNED_IN.any()", directive = auth::apply(Needs::SIGNED_IN.into()))]
    async fn create_product(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The product.")] input: CreateProductInput,
    ) -> Result<Option<ProductPayload>> {
        let new = create::NewProduct {
            name: input.name,
            description: input.description.unwrap_or_default(),
            price: input.price.0,
            stock: input.stock,
            tags: input.tags.unwrap_or_default(),
            status: input.status.unwrap_or(ProductStatus::Active),
        };
        payload(create::create(ctx.db(), ctx.caller()?, new).await)
    }

    /// Changes what a product is, costs and numbers.
    #[graphql(guard = "Needs::OWNER_OR_STAFF.any()", directive = auth::apply(Needs::OWNER_OR_STAFF.into()))]
    async fn update_product(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to change.")] input: UpdateProductInput,
    ) -> Result<Option<ProductPayload>> {
        let change = update::Update {
            id: input.id,
            expected_version: input.expected_version,
            name: input.name,
            description: input.description,
            price: input.price.map(|price| price.0),
            stock: input.stock,
        };
        payload(update::update(ctx.db(), ctx.caller()?, change).await)
    }

    /// Puts a product up for sale or takes it off.
    #[graphql(guard = "Needs::OWNER_OR_STAFF.any()", directive = auth::apply(Needs::OWNER_OR_STAFF.into()))]
    async fn change_product_status(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The product and its next status.")] input: ChangeProductStatusInput,
    ) -> Result<Option<ProductPayload>> {
        let (db, caller) = (ctx.db(), ctx.caller()?);
        let change = change_status::change_status(db, caller, input.id, input.status, input.expected_version);
        payload(change.await)
    }

    /// Takes a product away for good. Orders that name it still know it.
    #[graphql(guard = "Needs::OWNER_OR_STAFF.any()", directive = auth::apply(Needs::OWNER_OR_STAFF.into()))]
    async fn delete_product(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The product.")] input: DeleteProductInput,
    ) -> Result<Option<ProductPayload>> {
        payload(delete::delete(ctx.db(), ctx.caller()?, input.id).await)
    }

    /// Puts tags on a product; those that are new are made.
    #[graphql(guard = "Needs::OWNER_OR_STAFF.any()", directive = auth::apply(Needs::OWNER_OR_STAFF.into()))]
    async fn tag_product(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The product and the tags.")] input: TagProductInput,
    ) -> Result<Option<ProductPayload>> {
        payload(tagging::tag(ctx.db(), ctx.caller()?, input.product_id, &input.tags).await)
    }

    /// Takes tags off a product. Tags that it does not have are passed over.
    #[graphql(guard = "Needs::OWNER_OR_STAFF.any()", directive = auth::apply(Needs::OWNER_OR_STAFF.into()))]
    async fn untag_product(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The product and the tags.")] input: TagProductInput,
    ) -> Result<Option<ProductPayload>> {
        payload(tagging::untag(ctx.db(), ctx.caller()?, input.product_id, &input.tags).await)
    }
}
