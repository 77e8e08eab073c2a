//! A webhook.

use async_graphql::{Context, Result};

use crate::{
    events::EventType,
    graphql::{Ask as _, Connection, Entity as _, Loaded, Stored, object},
    kernel::{Page, PageArgs},
    webhooks::{
        deliveries::{CountDeliveries, Deliveries, WebhookDelivery, WebhookDeliveryFilter},
        endpoints::Webhook,
    },
};

/// An endpoint of another program that is told what has happened, by signed HTTP requests: see `docs/webhooks.md`.
/// For staff.
#[object(name = "Webhook")]
impl Webhook {
    #[graphql(flatten)]
    fn entity(&self) -> Stored {
        self.stored()
    }

    /// Where requests are sent to.
    fn url(&self) -> &str {
        &self.url
    }

    /// What it is for, in plain text.
    fn description(&self) -> &str {
        &self.description
    }

    /// Of what it is told.
    fn types(&self) -> Vec<EventType> {
        self.types.clone()
    }

    /// Whether it is told anything. It becomes false by itself when the endpoint answers 410 Gone.
    fn is_enabled(&self) -> bool {
        self.is_enabled
    }

    /// What was delivered to it or is to be, newest first, in pages. Deliveries are kept as long as events are.
    async fn deliveries(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "So many from the start, or behind `after`. From 0 to 100; 20 if nothing is said.")]
        first: Option<i32>,
        #[graphql(desc = "Behind this cursor.")] after: Option<String>,
        #[graphql(desc = "So many from the end, or before `before`. From 0 to 100.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
        #[graphql(desc = "Which deliveries.")] filter: Option<WebhookDeliveryFilter>,
    ) -> Result<Connection<WebhookDelivery>> {
        let window = PageArgs { first, after, last, before, offset: None }.window("NEWEST")?;
        let count = CountDeliveries { webhook: self.id, filter: filter.unwrap_or_default().into() };
        let wanted = Deliveries { webhook: self.id, filter: count.filter.clone(), window };
        let page = ctx.load_there(wanted).await?;
        Ok(Connection::new(Page::clone(&page), Loaded(count)))
    }
}
