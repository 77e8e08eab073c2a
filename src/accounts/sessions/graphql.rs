//! Registering, signing in and out, as clients see it.

use std::sync::{Arc, OnceLock};

use async_graphql::{Context, InputObject, Object, Result, SimpleObject};

use super::{
    AccessForm::Signed, Registration, SignedIn, node::TokenInfo, refresh, register, sign_in, sign_out,
};
use crate::{
    accounts::{Auth, ClientInfo, users::Account},
    graphql::{Ask as _, DateTime, HASHING, Needs, UserError, auth, cost, settle},
    kernel::{Caller, Fault, Role},
};

/// What can be read of tokens.
#[derive(Default)]
pub struct SessionQuery;

#[Object]
impl SessionQuery {
    /// What a token is good for, of whatever kind it is.
    async fn verify_token(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "An access token, a refresh token or an API token.")] token: String,
    ) -> Result<TokenInfo> {
        Ok(TokenInfo(ctx.data::<Auth>()?.inspect(ctx.db(), &token).await?))
    }
}

/// A new account.
#[derive(InputObject)]
pub struct RegisterInput {
    /// Its name: 3 to 30 letters from a to z, digits, `_` and `-`; unique without regard to case.
    username: String,
    /// Where its owner is reached; unique without regard to case.
    email: String,
    /// Its password: 12 to 72 bytes, and hard to guess.
    password: String,
    /// What to show it as: one line of 1 to 80 characters. The username, if nothing is said.
    display_name: Option<String>,
    /// CUSTOMER, which it is if nothing is said, or STUDIO.
    role: Option<Role>,
}

/// Who signs in.
#[derive(InputObject)]
pub struct SignInInput {
    /// The username or the email, without regard to case.
    login: String,
    /// The password.
    password: String,
}

/// What keeps a session going.
#[derive(InputObject)]
pub struct RefreshSessionInput {
    /// The newest refresh token of the session.
    refresh_token: String,
}

/// What came of signing in.
#[derive(SimpleObject)]
pub struct AuthPayload {
    /// A JWT, to be sent as `Authorization: Bearer …`; null if nothing was done.
    access_token: Option<String>,
    /// Gets the next pair of tokens, once. Keep it safe.
    refresh_token: Option<String>,
    /// When the access token ends.
    expires_at: Option<DateTime>,
    /// Who is signed in.
    user: Option<Arc<Account>>,
    /// What has to be mended first.
    user_errors: Vec<UserError>,
}

impl AuthPayload {
    fn of(ctx: &Context<'_>, outcome: Result<SignedIn, Fault>) -> Result<Option<Self>> {
        let (signed_in, user_errors) = settle(outcome)?;
        // Whoever has just come in may read their own email in the same answer.
        if let (Some(signed_in), Some(arrived)) = (&signed_in, ctx.data_opt::<OnceLock<Caller>>()) {
            let _ = arrived.set(signed_in.caller());
        }
        Ok(Some(Self {
            access_token: signed_in.as_ref().map(|it| it.access_token().to_owned()),
            refresh_token: signed_in.as_ref().map(|it| it.refresh_token().to_owned()),
            expires_at: signed_in.as_ref().map(|it| DateTime(it.expires_at())),
            user: signed_in.map(|it| Arc::new(it.account)),
            user_errors,
        }))
    }
}

/// What came of signing out.
#[derive(SimpleObject, Debug)]
pub struct SignOutPayload {
    /// Whether a session has ended. An API token has none.
    signed_out: bool,
}

/// What can be done with sessions.
#[derive(Default)]
pub struct SessionMutation;

#[Object]
impl SessionMutation {
    /// Makes an account and signs it in.
    #[graphql(directive = cost::apply(HASHING))]
    async fn register(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The account.")] input: RegisterInput,
    ) -> Result<Option<AuthPayload>> {
        let (proof, from) = (ctx.data::<Auth>()?, ctx.data::<ClientInfo>()?);
        let RegisterInput { username, email, password, display_name, role } = input;
        let registration = Registration { username, email, password, display_name, role };
        AuthPayload::of(ctx, register(ctx.db(), proof, from, registration, Signed).await)
    }

    /// Opens a session. A wrong login and a wrong password are told the same way.
    #[graphql(directive = cost::apply(HASHING))]
    async fn sign_in(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Who, and the password.")] input: SignInInput,
    ) -> Result<Option<AuthPayload>> {
        let (proof, from) = (ctx.data::<Auth>()?, ctx.data::<ClientInfo>()?);
        AuthPayload::of(ctx, sign_in(ctx.db(), proof, from, &input.login, &input.password, Signed).await)
    }

    /// Gets the next pair of tokens. A refresh token is good once: if it comes again, its session ends. Only within
    /// ten seconds, and while the next one is unused, the same answer can be had again, should it have been lost.
    async fn refresh_session(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The refresh token.")] input: RefreshSessionInput,
    ) -> Result<Option<AuthPayload>> {
        let proof = ctx.data::<Auth>()?;
        AuthPayload::of(ctx, refresh(ctx.db(), proof, &input.refresh_token, Signed).await)
    }

    /// Ends the session that asks, and all its tokens with it.
    #[graphql(guard = "Needs::SIGNED_IN.any()", directive = auth::apply(Needs::SIGNED_IN.into()))]
    async fn sign_out(&self, ctx: &Context<'_>) -> Result<Option<SignOutPayload>> {
        let signed_out = sign_out(ctx.db(), ctx.data::<Auth>()?, ctx.caller()?).await?;
        Ok(Some(SignOutPayload { signed_out }))
    }
}
