//! Finding webhooks.

use std::sync::Arc;

use async_graphql::{Context, Object, Result};

use crate::{
    graphql::{Ask as _, Connection, Needs, auth},
    kernel::{PageArgs, WebhookId},
    webhooks::endpoints::{
        Webhook, WebhookById,
        list::{Kept, list},
    },
};

/// What staff can read of webhooks.
#[derive(Default)]
pub struct WebhookQuery;

#[Object]
impl WebhookQuery {
    /// One webhook, or null if there is none with this id.
    #[graphql(guard = "Needs::STAFF.any()", directive = auth::apply(Needs::STAFF.into()))]
    async fn webhook(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The webhook's id.")] id: WebhookId,
    ) -> Result<Option<Arc<Webhook>>> {
        ctx.load(WebhookById(id)).await
    }

    /// Webhooks, newest first, in pages.
    #[graphql(guard = "Needs::STAFF.any()", directive = auth::apply(Needs::STAFF.into()))]
    async fn webhooks(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "So many from the start, or behind `after`. From 0 to 100; 20 if nothing is said.")]
        first: Option<i32>,
        #[graphql(desc = "Behind this cursor.")] after: Option<String>,
        #[graphql(desc = "So many from the end, or before `before`. From 0 to 100.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
    ) -> Result<Option<Connection<Webhook>>> {
        let window = PageArgs { first, after, last, before, offset: None }.window("NEWEST")?;
        Ok(Some(Connection::new(list(ctx.db(), &window).await?, Kept)))
    }
}
