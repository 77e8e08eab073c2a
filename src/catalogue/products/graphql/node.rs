//! A product.

use async_graphql::Context;

use crate::{
    accounts::AccountById,
    catalogue::{
        products::{Product, ProductStatus},
        tags::TagsOfProduct,
    },
    graphql::{Ask as _, Entity as _, LoadThere, Money, Stored, enums, object},
    kernel::Status as _,
};

enums!(ProductStatus);

/// A thing for sale.
#[object(name = "Product")]
impl Product {
    #[graphql(flatten)]
    fn entity(&self) -> Stored {
        self.stored()
    }

    /// What it is called.
    fn name(&self) -> &str {
        &self.name
    }

    /// What it is, in plain text.
    fn description(&self) -> &str {
        &self.description
    }

    /// What one of it costs.
    fn price(&self, ctx: &Context<'_>) -> Money {
        Money::new(ctx.db().shop(), self.price)
    }

    /// How many can be sold right now.
    fn stock(&self) -> i32 {
        self.stock
    }

    /// Whether it is for sale.
    fn status(&self) -> ProductStatus {
        self.status
    }

    /// What the status may become next.
    fn next_statuses(&self) -> Vec<ProductStatus> {
        self.status.next()
    }

    /// The account that sells it.
    fn owner(&self) -> LoadThere<AccountById> {
        LoadThere(AccountById(self.owner_id))
    }

    /// Its tags, by name.
    #[by_id(TagsOfProduct)]
    fn tags(&self) -> LoadThere<TagsOfProduct> {
        LoadThere(TagsOfProduct(self.id))
    }

    /// Whether the viewer may change, tag and delete it.
    fn viewer_can_edit(&self, ctx: &Context<'_>) -> bool {
        ctx.viewer().is_some_and(|caller| caller.is_self_or_staff(self.owner_id) && self.deleted_at.is_none())
    }
}
