//! Memberships. One is valid from its first to its last day, both included, by the UTC calendar; periods of one
//! user don't overlap. Its credits are how many streams may be open at once. That it has EXPIRED is nowhere stored:
//! it follows the calendar. A membership is for its user and staff.

mod change;
mod create;
mod events;
mod feed;
mod graphql;
mod list;
mod loaders;
mod policy;
mod status;
mod store;
mod words;

use chrono::{DateTime, NaiveDate, Utc};
use diesel::{Queryable, Selectable};

pub use graphql::{MembershipFeed, MembershipMutation, MembershipQuery};
pub(super) use loaders::{CountMembershipsOf, MembershipById, MembershipsOf, ValidMembershipOf};
pub use policy::visible_memberships;
pub use status::MembershipStatus;
pub(super) use store::{by_id, lock_valid};
pub use words::read_fee;

use crate::{
    db::schema::memberships,
    graphql::entity,
    kernel::{AccountId, MembershipId, Moment},
};

/// A membership.
#[derive(Queryable, Selectable, Clone, Debug)]
#[diesel(table_name = memberships, check_for_backend(diesel::pg::Pg))]
pub struct Membership {
    /// Its id.
    pub id: MembershipId,
    /// Whose it is.
    pub user_id: AccountId,
    /// The first day.
    pub valid_from: NaiveDate,
    /// The last day.
    pub valid_until: NaiveDate,
    /// When it was given up.
    pub cancelled_at: Option<DateTime<Utc>>,
    /// How many streams may be open at once.
    pub credits: i32,
    /// What a check-in costs, in minor units of the store's currency.
    pub stream_fee: i64,
    /// When it was made.
    pub created_at: Moment,
    /// When it was last changed.
    pub updated_at: Moment,
    /// Memberships are not deleted.
    pub deleted_at: Option<Moment>,
    /// Grows by one at every change.
    pub version: i32,
}

entity!(Membership);

impl Membership {
    /// What it is on this day.
    #[must_use]
    pub fn status(&self, today: NaiveDate) -> MembershipStatus {
        if self.cancelled_at.is_some() {
            MembershipStatus::Cancelled
        } else if self.valid_until < today {
            MembershipStatus::Expired
        } else {
            MembershipStatus::Active
        }
    }
}
