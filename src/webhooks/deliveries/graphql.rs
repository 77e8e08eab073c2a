//! Deliveries as staff see them.

use async_graphql::{Context, InputObject, Object, Result, SimpleObject};

use super::{DeliveryStatus, WebhookDelivery, loaders::Filter, redeliver::redeliver};
use crate::{
    events::{EventById, EventType},
    graphql::{Ask as _, DateTime, Load, LoadThere, Needs, UserError, auth, enums, object, settle},
    kernel::WebhookDeliveryId,
    webhooks::endpoints::WebhookById,
};

enums!(DeliveryStatus);

/// That a webhook is told of an event. It is sent until the endpoint answers with a status from 200 to 299, at growing
/// intervals and for three days.
#[object(name = "WebhookDelivery")]
impl WebhookDelivery {
    /// Unique over all deliveries. The endpoint is told the id of the event instead, which is the same each time.
    fn id(&self) -> WebhookDeliveryId {
        self.id
    }

    /// Who is told.
    fn webhook(&self) -> LoadThere<WebhookById> {
        LoadThere(WebhookById(self.webhook_id))
    }

    /// Of what it is told; null once that is no longer kept.
    fn event(&self) -> Load<EventById> {
        Load(EventById(self.event_id))
    }

    /// Of what kind that is.
    #[graphql(name = "type")]
    fn kind(&self) -> EventType {
        self.kind
    }

    /// What has become of it.
    fn status(&self) -> DeliveryStatus {
        self.status
    }

    /// How often it was sent since it was made, or since it was last to be delivered anew.
    fn attempts(&self) -> i32 {
        self.attempts
    }

    /// When it was last sent; null if never.
    fn last_attempt_at(&self) -> Option<DateTime> {
        self.last_attempt_at.map(DateTime)
    }

    /// When it is sent next, unless it is answered well before; null if it is not.
    fn next_attempt_at(&self) -> Option<DateTime> {
        self.next_attempt_at.map(DateTime)
    }

    /// The HTTP status of the last answer; null if there was none.
    fn response_status(&self) -> Option<i32> {
        self.response_status
    }

    /// What went wrong the last time, for people; null if nothing did.
    fn error(&self) -> Option<&str> {
        self.error.as_deref()
    }

    /// When it was made, which is soon after the event.
    fn created_at(&self) -> DateTime {
        DateTime(self.created_at)
    }
}

/// Which deliveries to list.
#[derive(InputObject, Debug, Default)]
pub struct WebhookDeliveryFilter {
    /// In one of these statuses.
    statuses: Option<Vec<DeliveryStatus>>,
}

impl From<WebhookDeliveryFilter> for Filter {
    fn from(filter: WebhookDeliveryFilter) -> Self {
        Self { statuses: filter.statuses }
    }
}

/// What is to be delivered anew.
#[derive(InputObject, Debug)]
pub struct RedeliverWebhookInput {
    /// The delivery, in any status. Its webhook must be enabled, and its event still be kept.
    delivery_id: WebhookDeliveryId,
}

/// What came of delivering anew.
#[derive(SimpleObject)]
pub struct WebhookDeliveryPayload {
    /// The delivery, which is PENDING; null if nothing was done.
    delivery: Option<WebhookDelivery>,
    /// What has to be mended first.
    user_errors: Vec<UserError>,
}

/// What staff can do with deliveries.
#[derive(Default)]
pub struct DeliveryMutation;

#[Object]
impl DeliveryMutation {
    /// Delivers an event to a webhook once more, at once: one that failed, was delivered already, or is waiting for
    /// its next attempt. Should it fail, it is tried again for three days.
    #[graphql(guard = "Needs::STAFF.any()", directive = auth::apply(Needs::STAFF.into()))]
    async fn redeliver_webhook(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which delivery.")] input: RedeliverWebhookInput,
    ) -> Result<Option<WebhookDeliveryPayload>> {
        let (delivery, user_errors) = settle(redeliver(ctx.db(), input.delivery_id).await)?;
        Ok(Some(WebhookDeliveryPayload { delivery, user_errors }))
    }
}
