//! Invoices as they change.

use std::sync::Arc;

use async_graphql::{Context, Result, Subscription};
use futures_util::Stream;

use crate::{
    billing::invoices::Invoice,
    events::{EventType, Scope, watch},
    graphql::{Ask as _, Needs, auth},
    kernel::{EventId, InvoiceId},
};

/// What can be heard of invoices.
#[derive(Default)]
pub struct InvoiceFeed;

#[Subscription]
impl InvoiceFeed {
    /// An invoice each time that it or its lines have changed: one invoice, or all of the viewer's, also new ones, or
    /// everyone's for staff. Changes of an invoice that follow each other quickly may come as one. That of one invoice
    /// completes when the viewer may no longer see it.
    #[graphql(guard = "Needs::SELF_OR_STAFF.any()", directive = auth::apply(Needs::SELF_OR_STAFF.into()))]
    async fn invoice_changed(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The invoice's id. Without it, all of the viewer's; everyone's for staff.")]
        id: Option<InvoiceId>,
        #[graphql(desc = "Also what was missed behind the event with this id, before what is new.")]
        after: Option<EventId>,
    ) -> Result<impl Stream<Item = Result<Arc<Invoice>>>> {
        let scope = Scope::of(id.map(InvoiceId::uuid), ctx.caller()?);
        Ok(watch(ctx, scope, &[EventType::InvoiceChanged], after).await?)
    }
}
