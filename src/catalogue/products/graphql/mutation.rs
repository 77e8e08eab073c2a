//! What sellers do with products.

use async_graphql::{Context, InputObject, Object, Result, SimpleObject};

use crate::{
    catalogue::products::{Product, ProductStatus, change_status, create, delete, tagging, update},
    graphql::{Ask as _, Decimal, Needs, UserError, auth, settle},
    kernel::{Fault, ProductId},
};

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
