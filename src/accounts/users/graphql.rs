//! Reading and changing accounts, as clients see it.

use std::sync::Arc;

use async_graphql::{Context, InputObject, MaybeUndefined, Object, Result, SimpleObject};
use futures_util::future::BoxFuture;

use super::{
    Account, AccountById, AccountByUsername,
    change_password::change_password,
    close::{Closed, Closing, close},
    follow::{follow, unfollow},
    may_see,
    set_role::set_role,
    store::{self, Filter},
    update_profile::{Changes, update_profile},
};
use crate::{
    accounts::{Auth, ClientInfo},
    catalogue,
    db::Conn,
    graphql::{Ask as _, Connection, Count, HASHING, Needs, UserError, auth, cost, settle},
    kernel::{AccountId, Fault, PageArgs, Role},
};

#[async_trait::async_trait]
impl Count for Filter {
    async fn count(&self, ctx: &Context<'_>) -> Result<i64> {
        let mut conn = ctx.db().conn().await?;
        Ok(store::count(&mut conn, self).await.map_err(Fault::from)?)
    }
}

/// What can be read of accounts.
#[derive(Default)]
pub struct UserQuery;

#[Object]
impl UserQuery {
    /// The account that asks; null when nobody is signed in.
    async fn viewer(&self, ctx: &Context<'_>) -> Result<Option<Arc<Account>>> {
        match ctx.viewer() {
            Some(caller) => ctx.load(AccountById(caller.account)).await,
            None => Ok(None),
        }
    }

    /// One account, by exactly one of the two. Closed accounts are shown to staff alone.
    async fn user(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Its id.")] id: Option<AccountId>,
        #[graphql(desc = "Its username, without regard to case.")] username: Option<String>,
    ) -> Result<Option<Arc<Account>>> {
        let account = match (id, username) {
            (Some(id), None) => ctx.load(AccountById(id)).await?,
            // What has other letters is no username, and the database could not even be asked for some.
            (None, Some(name)) if !name.bytes().all(|byte| byte.is_ascii_graphic()) => None,
            (None, Some(name)) => ctx.load(AccountByUsername(name.to_ascii_lowercase())).await?,
            _ => return Err(Fault::BadInput("Give `id` or `username`, one of the two.".into()).into()),
        };
        Ok(account.filter(|account| may_see(ctx.viewer(), account)))
    }

    /// All accounts, closed ones included, the newest first.
    #[expect(clippy::too_many_arguments, reason = "arguments of a field can't be grouped")]
    #[graphql(guard = "Needs::STAFF.any()", directive = auth::apply(Needs::STAFF.into()))]
    async fn users(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "So many from the start, or behind `after`. From 0 to 100; 20 if nothing is said.")]
        first: Option<i32>,
        #[graphql(desc = "Behind this cursor.")] after: Option<String>,
        #[graphql(desc = "So many from the end, or before `before`. From 0 to 100.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
        #[graphql(desc = "A part of the username, the display name or the email.")] search: Option<String>,
        #[graphql(desc = "Only accounts with this role.")] role: Option<Role>,
    ) -> Result<Option<Connection<Account>>> {
        let window = PageArgs { first, after, last, before, offset: None }.window("NEWEST")?;
        let search = search.map(|text| text.trim().replace('\0', "")).filter(|text| !text.is_empty());
        let filter = Filter { search, role };
        let mut conn = ctx.db().conn().await?;
        let page = store::list(&mut conn, &filter, &window).await.map_err(Fault::from)?;
        Ok(Some(Connection::new(page, filter)))
    }
}

/// A new password.
#[derive(InputObject)]
pub struct ChangePasswordInput {
    /// The password now.
    current_password: String,
    /// The password from now on: 12 to 72 bytes, and hard to guess.
    new_password: String,
}

/// What to change of one's profile. What is left out stays.
#[derive(InputObject, Debug)]
pub struct UpdateProfileInput {
    /// What to be shown as: one line of 1 to 80 characters. Null changes nothing.
    display_name: Option<String>,
    /// What to say of oneself: at most 2,000 characters. Null takes it away.
    bio: MaybeUndefined<String>,
    /// Where to be reached. Null changes nothing.
    email: Option<String>,
}

/// Whose account to close.
#[derive(InputObject)]
pub struct CloseAccountInput {
    /// Someone else's, for staff. Without it, one's own.
    user_id: Option<AccountId>,
    /// Needed to close one's own account.
    password: Option<String>,
}

/// A role for someone.
#[derive(InputObject, Debug)]
pub struct SetUserRoleInput {
    /// Whose role.
    user_id: AccountId,
    /// The role from now on.
    role: Role,
}

/// Someone to follow, or not any more.
#[derive(InputObject, Debug)]
pub struct FollowUserInput {
    /// Whom.
    user_id: AccountId,
}

/// What came of a change to an account.
#[derive(SimpleObject)]
pub struct UserPayload {
    /// The account; null if nothing was done.
    user: Option<Arc<Account>>,
    /// What has to be mended first.
    user_errors: Vec<UserError>,
}

impl UserPayload {
    fn of(outcome: Result<Account, Fault>) -> Result<Option<Self>> {
        let (account, user_errors) = settle(outcome)?;
        Ok(Some(Self { user: account.map(Arc::new), user_errors }))
    }
}

/// The part of closing that is the catalogue's.
fn archive_products<'c>(conn: &'c mut Conn, closed: &'c Closed) -> BoxFuture<'c, Result<(), Fault>> {
    Box::pin(catalogue::archive_all_of(conn, closed.currency, closed.account, closed.by, closed.at))
}

/// What people can do with their accounts.
#[derive(Default)]
pub struct UserMutation;

#[Object]
impl UserMutation {
    /// Changes one's password and ends all other sessions. API tokens go on working: they are credentials of
    /// their own, to be revoked by themselves.
    #[graphql(guard = "Needs::SIGNED_IN.any()", directive = auth::apply(Needs::SIGNED_IN.into()),
        directive = cost::apply(HASHING)
    )]
    async fn change_password(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Both passwords.")] input: ChangePasswordInput,
    ) -> Result<Option<UserPayload>> {
        let (proof, from) = (ctx.data::<Auth>()?, ctx.data::<ClientInfo>()?);
        let (current, new) = (&input.current_password, &input.new_password);
        UserPayload::of(change_password(ctx.db(), proof, from, ctx.caller()?, current, new).await)
    }

    /// Changes one's profile.
    #[graphql(guard = "Needs::SIGNED_IN.any()", directive = auth::apply(Needs::SIGNED_IN.into()))]
    async fn update_profile(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The changes.")] input: UpdateProfileInput,
    ) -> Result<Option<UserPayload>> {
        let UpdateProfileInput { display_name, bio, email } = input;
        let changes = Changes { display_name, bio, email };
        UserPayload::of(update_profile(ctx.db(), ctx.caller()?, changes).await)
    }

    /// Closes one's own account, or, for staff, someone else's; accounts of staff are closed by admins alone. It
    /// ends all sessions and tokens at once and archives the account's products. What refers to the account
    /// stays, and its username and email stay taken.
    #[graphql(guard = "Needs::SIGNED_IN.any()", directive = auth::apply(Needs::SIGNED_IN.into()),
        directive = cost::apply(HASHING)
    )]
    async fn close_account(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Whose, and the password.")] input: CloseAccountInput,
    ) -> Result<Option<UserPayload>> {
        let (proof, from) = (ctx.data::<Auth>()?, ctx.data::<ClientInfo>()?);
        let closing = Closing { user: input.user_id, password: input.password };
        UserPayload::of(close(ctx.db(), proof, from, ctx.caller()?, closing, archive_products).await)
    }

    /// Gives someone a role. Their access tokens end, so that the next ones tell of it.
    #[graphql(guard = "Needs::ADMIN.any()", directive = auth::apply(Needs::ADMIN.into()))]
    async fn set_user_role(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Who, and which role.")] input: SetUserRoleInput,
    ) -> Result<Option<UserPayload>> {
        let (proof, caller) = (ctx.data::<Auth>()?, ctx.caller()?);
        UserPayload::of(set_role(ctx.db(), proof, caller, input.user_id, input.role).await)
    }

    /// Follows someone. Doing it again changes nothing.
    #[graphql(guard = "Needs::SIGNED_IN.any()", directive = auth::apply(Needs::SIGNED_IN.into()))]
    async fn follow_user(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Whom to follow.")] input: FollowUserInput,
    ) -> Result<Option<UserPayload>> {
        UserPayload::of(follow(ctx.db(), ctx.caller()?, input.user_id).await)
    }

    /// Follows someone no longer. Doing it again changes nothing.
    #[graphql(guard = "Needs::SIGNED_IN.any()", directive = auth::apply(Needs::SIGNED_IN.into()))]
    async fn unfollow_user(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Whom to follow no longer.")] input: FollowUserInput,
    ) -> Result<Option<UserPayload>> {
        UserPayload::of(unfollow(ctx.db(), ctx.caller()?, input.user_id).await)
    }
}
