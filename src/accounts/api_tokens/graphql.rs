//! API tokens as clients see them.

use std::sync::Arc;

use async_graphql::{Context, InputObject, Object, Result, SimpleObject};

use super::{ApiToken, create::create, revoke::revoke};
use crate::{
    accounts::Auth,
    graphql::{Ask as _, DateTime, Needs, UserError, auth, object, settle},
    kernel::ApiTokenId,
};

/// A token by which a program acts for an account. It says nothing by itself, and its secret is shown once, when
/// it is made.
#[object(name = "ApiToken")]
impl ApiToken {
    /// Its id.
    fn id(&self) -> ApiTokenId {
        self.id
    }

    /// What its owner calls it.
    fn name(&self) -> &str {
        &self.name
    }

    /// When it was made.
    fn created_at(&self) -> DateTime {
        DateTime(self.created_at)
    }

    /// When it was last used, to a minute or two; null if never.
    fn last_used_at(&self) -> Option<DateTime> {
        self.last_used_at.map(DateTime)
    }

    /// When it ends by itself; null if never.
    fn expires_at(&self) -> Option<DateTime> {
        self.expires_at.map(DateTime)
    }
}

/// A new API token.
#[derive(InputObject, Debug)]
pub struct CreateApiTokenInput {
    /// What to call it: one line of 1 to 100 characters.
    name: String,
    /// When it is to end by itself; never, if nothing is said.
    expires_at: Option<DateTime>,
}

/// An API token that is no longer wanted.
#[derive(InputObject, Debug)]
pub struct RevokeApiTokenInput {
    /// Which.
    id: ApiTokenId,
}

/// What came of making or revoking an API token.
#[derive(SimpleObject)]
pub struct ApiTokenPayload {
    /// The token; null if nothing was done.
    api_token: Option<Arc<ApiToken>>,
    /// The secret of a new token, to be sent as `Authorization: Bearer …`. It is shown this once.
    secret: Option<String>,
    /// What has to be mended first.
    user_errors: Vec<UserError>,
}

/// What can be done with API tokens.
#[derive(Default)]
pub struct ApiTokenMutation;

#[Object]
impl ApiTokenMutation {
    /// Makes an API token. An account has at most 50, and an API token can't make others.
    #[graphql(guard = "Needs::SIGNED_IN.any()", directive = auth::apply(Needs::SIGNED_IN.into()))]
    async fn create_api_token(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The token.")] input: CreateApiTokenInput,
    ) -> Result<Option<ApiTokenPayload>> {
        let expires_at = input.expires_at.map(|end| end.0);
        let (made, user_errors) = settle(create(ctx.db(), ctx.caller()?, &input.name, expires_at).await)?;
        let (api_token, secret) = made.unzip();
        let secret = secret.map(|secret| secret.expose().to_owned());
        Ok(Some(ApiTokenPayload { api_token: api_token.map(Arc::new), secret, user_errors }))
    }

    /// Ends one of one's API tokens, at once and for good.
    #[graphql(guard = "Needs::SIGNED_IN.any()", directive = auth::apply(Needs::SIGNED_IN.into()))]
    async fn revoke_api_token(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which token.")] input: RevokeApiTokenInput,
    ) -> Result<Option<ApiTokenPayload>> {
        let (proof, caller) = (ctx.data::<Auth>()?, ctx.caller()?);
        let (token, user_errors) = settle(revoke(ctx.db(), proof, caller, input.id).await)?;
        Ok(Some(ApiTokenPayload { api_token: token.map(Arc::new), secret: None, user_errors }))
    }
}
