//! Memberships as clients see them.

use std::sync::Arc;

use async_graphql::{Context, InputObject, Object, Result, SimpleObject, Subscription};
use futures_util::Stream as EventStream;

use super::{
    Membership, MembershipStatus, change,
    create::{NewMembership, create},
    list::{Filter, list},
};
use crate::{
    accounts::AccountById,
    billing::streams::OpenStreamsOf,
    events::{EventType, Scope, watch},
    graphql::{
        Ask as _, Connection, Date, Decimal, Entity as _, LoadThere, Money, Needs, Stored, UserError, auth,
        enums, int, object, settle,
    },
    kernel::{AccountId, EventId, Fault, MembershipId, PageArgs},
};

enums!(MembershipStatus);

/// The right to have streams open. For its user and staff.
#[object(name = "Membership")]
impl Membership {
    #[graphql(flatten)]
    fn entity(&self) -> Stored {
        self.stored()
    }

    /// Whose it is.
    fn user(&self) -> LoadThere<AccountById> {
        LoadThere(AccountById(self.user_id))
    }

    /// The first day it is valid, by the UTC calendar.
    fn valid_from(&self) -> Date {
        Date(self.valid_from)
    }

    /// The last day it is valid, by the UTC calendar.
    fn valid_until(&self) -> Date {
        Date(self.valid_until)
    }

    /// What it is worth today. An ACTIVE one may begin later than today.
    #[graphql(name = "status")]
    fn status_today(&self, ctx: &Context<'_>) -> MembershipStatus {
        self.status(ctx.db().now().date_naive())
    }

    /// How many streams may be open at once.
    fn credits(&self) -> i32 {
        self.credits
    }

    /// The credits less the open streams; 0 also if there are more open streams than credits.
    async fn credits_available(&self, ctx: &Context<'_>) -> Result<i32> {
        let open = ctx.load_there(OpenStreamsOf(self.id)).await?.len();
        Ok(self.credits.saturating_sub(int(open)).max(0))
    }

    /// What one check-in adds to the invoice of the month.
    fn stream_fee(&self, ctx: &Context<'_>) -> Money {
        Money::new(ctx.db().shop(), self.stream_fee)
    }

    /// The streams that are open, oldest first.
    fn open_streams(&self) -> LoadThere<OpenStreamsOf> {
        LoadThere(OpenStreamsOf(self.id))
    }
}

/// Which memberships to list. All conditions must hold.
#[derive(InputObject, Debug, Default)]
pub struct MembershipFilter {
    /// Of this account.
    user_id: Option<AccountId>,
    /// In one of these statuses today.
    statuses: Option<Vec<MembershipStatus>>,
}

/// What can be read of memberships.
#[derive(Default)]
pub struct MembershipQuery;

#[Object]
impl MembershipQuery {
    /// Everyone's memberships, newest first, in pages.
    #[graphql(guard = "Needs::STAFF.any()", directive = auth::apply(Needs::STAFF.into()))]
    async fn memberships(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "So many from the start, or behind `after`. From 0 to 100; 20 if nothing is said.")]
        first: Option<i32>,
        #[graphql(desc = "Behind this cursor.")] after: Option<String>,
        #[graphql(desc = "So many from the end, or before `before`. From 0 to 100.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
        #[graphql(desc = "Which memberships.")] filter: Option<MembershipFilter>,
    ) -> Result<Option<Connection<Membership>>> {
        let window = PageArgs { first, after, last, before, offset: None }.window("NEWEST")?;
        let filter = filter.unwrap_or_default();
        let today = ctx.db().now().date_naive();
        let filter = Filter { user: filter.user_id, statuses: filter.statuses, today };
        let page = list(ctx.db(), &filter, &window).await?;
        Ok(Some(Connection::new(page, filter)))
    }
}

/// A new membership.
#[derive(InputObject, Debug)]
pub struct CreateMembershipInput {
    /// Whose it is to be.
    user_id: AccountId,
    /// The first day it is valid.
    valid_from: Date,
    /// The last day it is valid. The period may not overlap with another one of the account that is not
    /// CANCELLED.
    valid_until: Date,
    /// How many streams may be open at once, from 0 to 10,000.
    credits: i32,
    /// What one check-in costs; what the store is set up with if nothing is said.
    stream_fee: Option<Decimal>,
}

/// What is to be changed of a membership; what is left out stays.
#[derive(InputObject, Debug)]
pub struct UpdateMembershipInput {
    /// The membership, which is not CANCELLED.
    id: MembershipId,
    /// Change nothing unless it has this version.
    expected_version: Option<i32>,
    /// The last day it is valid.
    valid_until: Option<Date>,
    /// How many streams may be open at once, from 0 to 10,000. Fewer than are open close none.
    credits: Option<i32>,
    /// What one check-in costs from now on.
    stream_fee: Option<Decimal>,
}

/// Which membership to give up.
#[derive(InputObject, Debug)]
pub struct CancelMembershipInput {
    /// The membership, which is ACTIVE.
    id: MembershipId,
}

/// What came of changing a membership.
#[derive(SimpleObject)]
pub struct MembershipPayload {
    /// The membership as it is now; null if nothing was done.
    membership: Option<Membership>,
    /// What has to be mended first.
    user_errors: Vec<UserError>,
}

fn payload(outcome: Result<Membership, Fault>) -> Result<Option<MembershipPayload>> {
    let (membership, user_errors) = settle(outcome)?;
    Ok(Some(MembershipPayload { membership, user_errors }))
}

/// What can be done with memberships.
#[derive(Default)]
pub struct MembershipMutation;

#[Object]
impl MembershipMutation {
    /// Gives an account a membership.
    #[graphql(guard = "Needs::STAFF.any()", directive = auth::apply(Needs::STAFF.into()))]
    async fn create_membership(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The new membership.")] input: CreateMembershipInput,
    ) -> Result<Option<MembershipPayload>> {
        let new = NewMembership {
            user: input.user_id,
            valid_from: input.valid_from.0,
            valid_until: input.valid_until.0,
            credits: input.credits,
            stream_fee: input.stream_fee.map(|fee| fee.0),
        };
        payload(create(ctx.db(), ctx.caller()?, new).await)
    }

    /// Prolongs, shortens or alters a membership.
    #[graphql(guard = "Needs::STAFF.any()", directive = auth::apply(Needs::STAFF.into()))]
    async fn update_membership(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What is to be changed.")] input: UpdateMembershipInput,
    ) -> Result<Option<MembershipPayload>> {
        let changes = change::Update {
            id: input.id,
            expected_version: input.expected_version,
            valid_until: input.valid_until.map(|day| day.0),
            credits: input.credits,
            stream_fee: input.stream_fee.map(|fee| fee.0),
        };
        payload(change::update(ctx.db(), ctx.caller()?, changes).await)
    }

    /// Gives a membership up, for good. Its open streams stay open until they are checked out.
    #[graphql(guard = "Needs::SELF_OR_STAFF.any()", directive = auth::apply(Needs::SELF_OR_STAFF.into()))]
    async fn cancel_membership(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which membership.")] input: CancelMembershipInput,
    ) -> Result<Option<MembershipPayload>> {
        payload(change::cancel(ctx.db(), ctx.caller()?, input.id).await)
    }
}

/// What can be heard of memberships.
#[derive(Default)]
pub struct MembershipFeed;

#[Subscription]
impl MembershipFeed {
    /// A membership of the viewer each time that it is given, changed or cancelled, or that a credit of it is taken or
    /// comes back. Changes that follow each other quickly may come as one. That one has run out is not told: it follows
    /// the calendar.
    #[graphql(guard = "Needs::ONESELF.any()", directive = auth::apply(Needs::ONESELF.into()))]
    async fn membership_changed(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Also what was missed behind the event with this id, before what is new.")]
        after: Option<EventId>,
    ) -> Result<impl EventStream<Item = Result<Arc<Membership>>>> {
        let types = [EventType::MembershipChanged, EventType::StreamOpened, EventType::StreamClosed];
        Ok(watch(ctx, Scope::Of(ctx.caller()?.account), &types, after).await?)
    }
}
