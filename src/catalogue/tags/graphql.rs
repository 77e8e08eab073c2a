//! Tags as clients see them.

use std::sync::Arc;

use async_graphql::{Context, InputObject, Object, Result, SimpleObject};

use super::{
    Tag, create,
    list::{Beginning, list},
};
use crate::{
    catalogue::products::{CountOfTag, Product, ProductsOfTag},
    graphql::{
        Ask as _, Connection, Entity as _, Loaded, Needs, Stored, UserError, auth, int, object, settle,
    },
    kernel::{Page, PageArgs},
};

/// A word by which products are found. Tags are shared by all sellers.
#[object(name = "Tag")]
impl Tag {
    #[graphql(flatten)]
    fn entity(&self) -> Stored {
        self.stored()
    }

    /// Its name, unique without regard to case.
    fn name(&self) -> &str {
        &self.name
    }

    /// How many products are listed under it.
    async fn product_count(&self, ctx: &Context<'_>) -> Result<i32> {
        let count = ctx.load(CountOfTag(self.id)).await?.unwrap_or(0);
        Ok(int(count))
    }

    /// What is listed under it, newest first.
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
        let page = ctx.load_there(ProductsOfTag { tag: self.id, window }).await?;
        Ok(Connection::new(Page::clone(&page), Loaded(CountOfTag(self.id))))
    }
}

/// What everyone can read of tags.
#[derive(Default)]
pub struct TagQuery;

#[Object]
impl TagQuery {
    /// Tags by name, in pages.
    async fn tags(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "So many from the start, or behind `after`. From 0 to 100; 20 if nothing is said.")]
        first: Option<i32>,
        #[graphql(desc = "Behind this cursor.")] after: Option<String>,
        #[graphql(desc = "So many from the end, or before `before`. From 0 to 100.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
        #[graphql(desc = "The beginning of the name, without regard to case, for auto-complete.")]
        search: Option<String>,
    ) -> Result<Connection<Tag>> {
        let window = PageArgs { first, after, last, before, offset: None }.window("NAME")?;
        let beginning = Beginning::new(search.as_deref());
        let page = list(ctx.db(), &beginning, &window).await?;
        Ok(Connection::new(page, beginning))
    }
}

/// A new tag.
#[derive(InputObject, Debug)]
pub struct CreateTagInput {
    /// Its name: one line, at most 50 characters.
    name: String,
}

/// What came of making a tag.
#[derive(SimpleObject)]
pub struct TagPayload {
    /// The tag; null if nothing was done.
    tag: Option<Arc<Tag>>,
    /// What has to be mended first.
    user_errors: Vec<UserError>,
}

/// What sellers can do with tags.
#[derive(Default)]
pub struct TagMutation;

#[Object]
impl TagMutation {
    /// Makes a tag. Tagging a product makes the tags that are new by itself.
    #[graphql(guard = "Needs::SIGNED_IN.any()", directive = auth::apply(Needs::SIGNED_IN.into()))]
    async fn create_tag(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The tag.")] input: CreateTagInput,
    ) -> Result<Option<TagPayload>> {
        let (tag, user_errors) = settle(create::create(ctx.db(), &input.name).await)?;
        Ok(Some(TagPayload { tag: tag.map(Arc::new), user_errors }))
    }
}
