//! What staff do with webhooks.

use async_graphql::{Context, InputObject, Object, Result, SimpleObject};

use crate::{
    events::EventType,
    graphql::{Ask as _, Needs, UserError, auth, settle},
    kernel::{Fault, WebhookId},
    webhooks::endpoints::{Secret, Webhook, create, delete, rotate, update},
};

/// A new webhook.
#[derive(InputObject, Debug)]
pub struct CreateWebhookInput {
    /// Where requests are to be sent to: an `https` URL without user, password and fragment, at most 2,000
    /// characters. Its address has to be public, unless the operator allows others.
    url: String,
    /// Of what it is to be told; one type at least.
    types: Vec<EventType>,
    /// What it is for, in plain text, at most 10,000 characters.
    description: Option<String>,
    /// Whether it is told anything from now on.
    #[graphql(default = true)]
    is_enabled: bool,
}

/// Changes of a webhook. What is not given, or null, stays as it is.
#[derive(InputObject, Debug)]
pub struct UpdateWebhookInput {
    /// The webhook.
    id: WebhookId,
    /// Change nothing unless it has this version.
    expected_version: Option<i32>,
    /// Where requests are to be sent to, those of deliveries that are pending as well.
    url: Option<String>,
    /// Of what it is to be told from now on.
    types: Option<Vec<EventType>>,
    /// What it is for.
    description: Option<String>,
    /// False to tell it nothing more: what is pending fails. True to tell it what happens from now on.
    is_enabled: Option<bool>,
}

/// The webhook that gets a new secret.
#[derive(InputObject, Debug)]
pub struct RotateWebhookSecretInput {
    /// The webhook.
    id: WebhookId,
}

/// A webhook that is no longer wanted.
#[derive(InputObject, Debug)]
pub struct DeleteWebhookInput {
    /// The webhook.
    id: WebhookId,
}

/// What came of making or changing a webhook.
#[derive(SimpleObject)]
pub struct WebhookPayload {
    /// The webhook as it is now; null if nothing was done.
    webhook: Option<Webhook>,
    /// A new secret, by which the receiver knows who sends: `whsec_` and 32 bytes in base64. It is shown this once;
    /// null where there is no new one.
    secret: Option<String>,
    /// What has to be mended first.
    user_errors: Vec<UserError>,
}

fn payload(outcome: Result<Webhook, Fault>) -> Result<Option<WebhookPayload>> {
    let (webhook, user_errors) = settle(outcome)?;
    Ok(Some(WebhookPayload { webhook, secret: None, user_errors }))
}

fn payload_with_secret(outcome: Result<(Webhook, Secret), Fault>) -> Result<Option<WebhookPayload>> {
    let (made, user_errors) = settle(outcome)?;
    let (webhook, secret) = made.unzip();
    Ok(Some(WebhookPayload { webhook, secret: secret.map(|secret| secret.expose()), user_errors }))
}

/// What staff can do with webhooks.
#[derive(Default)]
pub struct WebhookMutation;

#[Object]
impl WebhookMutation {
    /// Makes a webhook, which is told of what happens from now on. There are 100 at most.
    #[graphql(guard = "Needs::STAFF.any()", directive = auth::apply(Needs::STAFF.into()))]
    async fn create_webhook(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The webhook.")] input: CreateWebhookInput,
    ) -> Result<Option<WebhookPayload>> {
        let new = create::NewWebhook {
            url: input.url,
            types: input.types,
            description: input.description.unwrap_or_default(),
            is_enabled: input.is_enabled,
        };
        payload_with_secret(create::create(ctx.db(), new).await)
    }

    /// Changes where a webhook is, of what it is told, and whether it is.
    #[graphql(guard = "Needs::STAFF.any()", directive = auth::apply(Needs::STAFF.into()))]
    async fn update_webhook(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to change.")] input: UpdateWebhookInput,
    ) -> Result<Option<WebhookPayload>> {
        let change = update::Update {
            id: input.id,
            expected_version: input.expected_version,
            url: input.url,
            types: input.types,
            description: input.description,
            is_enabled: input.is_enabled,
        };
        payload(update::update(ctx.db(), change).await)
    }

    /// Gives a webhook a new secret. For 24 hours the old one signs as well, so that each request bears two
    /// signatures; rotating once more in that time ends it at once.
    #[graphql(guard = "Needs::STAFF.any()", directive = auth::apply(Needs::STAFF.into()))]
    async fn rotate_webhook_secret(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which webhook.")] input: RotateWebhookSecretInput,
    ) -> Result<Option<WebhookPayload>> {
        payload_with_secret(rotate::rotate(ctx.db(), input.id).await)
    }

    /// Deletes a webhook. It is told nothing more.
    #[graphql(guard = "Needs::STAFF.any()", directive = auth::apply(Needs::STAFF.into()))]
    async fn delete_webhook(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which webhook.")] input: DeleteWebhookInput,
    ) -> Result<Option<WebhookPayload>> {
        payload(delete::delete(ctx.db(), input.id).await)
    }
}
