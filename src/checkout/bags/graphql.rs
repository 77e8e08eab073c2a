//! Bags as clients see them.

use std::sync::Arc;

use async_graphql::{Context, InputObject, Object, Result, SimpleObject};

use super::{Bag, BagItem, BagStatus, change, loaders::ItemsOfBag};
use crate::{
    catalogue::Product,
    graphql::{
        Ask as _, Entity as _, LoadThere, Money, Needs, Stored, UserError, auth, enums, object, settle,
    },
    kernel::{BagItemId, Fault, ProductId},
};

enums!(BagStatus);

/// Things to buy, gathered by a customer. Nothing in it is reserved.
#[object(name = "Bag")]
impl Bag {
    #[graphql(flatten)]
    fn entity(&self) -> Stored {
        self.stored()
    }

    /// Whether it can still be filled and checked out.
    fn status(&self) -> BagStatus {
        self.status
    }

    /// What is in it, in the order in which it was put in.
    fn items(&self) -> LoadThere<ItemsOfBag> {
        LoadThere(ItemsOfBag(self.id))
    }

    /// What it would cost now.
    async fn total(&self, ctx: &Context<'_>) -> Result<Money> {
        let items = ctx.load_there(ItemsOfBag(self.id)).await?;
        Ok(Money::new(ctx.db().shop(), items.iter().map(BagItem::total).sum()))
    }
}

impl BagItem {
    fn total(&self) -> i64 {
        self.product.price * i64::from(self.quantity)
    }
}

/// A product in a bag.
#[object(name = "BagItem")]
impl BagItem {
    /// Names the item.
    fn id(&self) -> BagItemId {
        self.id
    }

    /// The product as it is now.
    fn product(&self) -> &Arc<Product> {
        &self.product
    }

    /// How many.
    fn quantity(&self) -> i32 {
        self.quantity
    }

    /// What they would cost now.
    #[graphql(name = "total")]
    fn cost(&self, ctx: &Context<'_>) -> Money {
        Money::new(ctx.db().shop(), self.total())
    }

    /// Whether so many could be bought right now.
    fn in_stock(&self) -> bool {
        self.product.listed && self.product.stock >= self.quantity
    }
}

/// How many of a product the bag is to hold.
#[derive(InputObject, Debug)]
pub struct SetBagItemInput {
    /// The product.
    product_id: ProductId,
    /// How many, at most 10,000; 0 takes it out.
    quantity: i32,
}

/// What came of a change of the bag.
#[derive(SimpleObject)]
pub struct BagPayload {
    /// The bag as it is now; null if nothing was done, or if there is none.
    bag: Option<Bag>,
    /// What has to be mended first.
    user_errors: Vec<UserError>,
}

fn payload(outcome: Result<Option<Bag>, Fault>) -> Result<Option<BagPayload>> {
    let (bag, user_errors) = settle(outcome)?;
    Ok(Some(BagPayload { bag: bag.flatten(), user_errors }))
}

/// What customers can do with their bag.
#[derive(Default)]
pub struct BagMutation;

#[Object]
impl BagMutation {
    /// Puts a product into the viewer's open bag, changes how many, or takes it out. Opens a bag if there is
    /// none.
    #[graphql(guard = "Needs::CUSTOMER.any()", directive = auth::apply(Needs::CUSTOMER.into()))]
    async fn set_bag_item(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The product and how many.")] input: SetBagItemInput,
    ) -> Result<Option<BagPayload>> {
        let changed = change::set_item(ctx.db(), ctx.caller()?, input.product_id, input.quantity).await;
        payload(changed.map(Some))
    }

    /// Takes everything out of the viewer's open bag.
    #[graphql(guard = "Needs::CUSTOMER.any()", directive = auth::apply(Needs::CUSTOMER.into()))]
    async fn clear_bag(&self, ctx: &Context<'_>) -> Result<Option<BagPayload>> {
        payload(change::clear(ctx.db(), ctx.caller()?).await)
    }
}
