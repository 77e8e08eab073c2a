//! A product.

use std::sync::Arc;

use async_graphql::{Context, Object, Result};

use crate::{
    accounts::{Account, AccountById},
    catalogue::{
        products::{Product, ProductStatus},
        tags::{Tag, TagsOfProduct},
    },
    graphql::{Ask as _, Entity as _, Money, Stored},
    kernel::Status as _,
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
