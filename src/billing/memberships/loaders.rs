//! Batched reads of memberships.

use std::sync::Arc;

use super::{Membership, store};
use crate::{
    db::Db,
    graphql::{Found, Key, alike, pages_of},
    kernel::{AccountId, Cursor, Fault, MembershipId, Page, Window},
};

/// A membership by its id, whoever asks.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct MembershipById(pub MembershipId);

impl Key for MembershipById {
    type Value = Arc<Membership>;

    async fn load(db: &Db, keys: &[Self]) -> Result<Found<Self>, Fault> {
        let ids: Vec<_> = keys.iter().map(|key| key.0).collect();
        let rows = store::by_ids(&mut db.conn().await?, &ids).await?;
        Ok(rows.into_iter().map(|row| (MembershipById(row.id), Arc::new(row))).collect())
    }
}

/// The membership of a user that is valid today.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct ValidMembershipOf(pub AccountId);

impl Key for ValidMembershipOf {
    type Value = Arc<Membership>;

    async fn load(db: &Db, keys: &[Self]) -> Result<Found<Self>, Fault> {
        let users: Vec<_> = keys.iter().map(|key| key.0).collect();
        let today = db.now().date_naive();
        let rows = store::valid_of(&mut db.conn().await?, &users, today).await?;
        Ok(rows.into_iter().map(|row| (ValidMembershipOf(row.user_id), Arc::new(row))).collect())
    }
}

/// All memberships that a user has and had.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct MembershipsOf {
    pub user: AccountId,
    pub window: Window,
}

impl Key for MembershipsOf {
    type Value = Arc<Page<Membership>>;

    async fn load(db: &Db, keys: &[Self]) -> Result<Found<Self>, Fault> {
        let mut pages = Found::<Self>::default();
        for (window, users) in alike(keys, |key| (key.user.uuid(), key.window.clone())) {
            let rows = store::of_users(&mut db.conn().await?, &users, &window).await?;
            let found = pages_of(&window, users, rows, |row| Cursor::by_id(row.id.uuid()));
            pages.extend(
                found
                    .into_iter()
                    .map(|(user, page)| (MembershipsOf { user: user.into(), window: window.clone() }, page)),
            );
        }
        Ok(pages)
    }
}

/// How many memberships a user has and had.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct CountMembershipsOf(pub AccountId);

impl Key for CountMembershipsOf {
    type Value = i64;

    async fn load(db: &Db, keys: &[Self]) -> Result<Found<Self>, Fault> {
        let users: Vec<_> = keys.iter().map(|key| key.0.uuid()).collect();
        let rows = store::count_of_users(&mut db.conn().await?, &users).await?;
        Ok(rows.into_iter().map(|(user, count)| (CountMembershipsOf(user.into()), count)).collect())
    }
}
