//! Batched reads of memberships.

use std::{collections::HashMap, sync::Arc};

use async_graphql::dataloader::Loader;

use super::{Membership, store};
use crate::{
    graphql::{LoadError, Loaders, load_error},
    kernel::{AccountId, Cursor, MembershipId, Page, Window},
};

/// A membership by its id, whoever asks.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct MembershipById(pub MembershipId);

impl Loader<MembershipById> for Loaders {
    type Value = Arc<Membership>;
    type Error = LoadError;

    async fn load(&self, keys: &[MembershipById]) -> Result<HashMap<MembershipById, Self::Value>, LoadError> {
        let ids: Vec<_> = keys.iter().map(|key| key.0).collect();
        let rows = store::by_ids(&mut *self.conn().await?, &ids).await.map_err(load_error)?;
        Ok(rows.into_iter().map(|row| (MembershipById(row.id), Arc::new(row))).collect())
    }
}

/// The membership of a user that is valid today.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct ValidMembershipOf(pub AccountId);

impl Loader<ValidMembershipOf> for Loaders {
    type Value = Arc<Membership>;
    type Error = LoadError;

    async fn load(
        &self,
        keys: &[ValidMembershipOf],
    ) -> Result<HashMap<ValidMembershipOf, Self::Value>, LoadError> {
        let users: Vec<_> = keys.iter().map(|key| key.0).collect();
        let today = self.0.now().date_naive();
        let rows = store::valid_of(&mut *self.conn().await?, &users, today).await.map_err(load_error)?;
        Ok(rows.into_iter().map(|row| (ValidMembershipOf(row.user_id), Arc::new(row))).collect())
    }
}

/// All memberships that a user has and had.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct MembershipsOf {
    pub user: AccountId,
    pub window: Window,
}

impl Loader<MembershipsOf> for Loaders {
    type Value = Arc<Page<Membership>>;
    type Error = LoadError;

    async fn load(&self, keys: &[MembershipsOf]) -> Result<HashMap<MembershipsOf, Self::Value>, LoadError> {
        let mut pages = HashMap::new();
        for (window, users) in Self::alike(keys, |key| (key.user.uuid(), key.window.clone())) {
            let rows =
                store::of_users(&mut *self.conn().await?, &users, &window).await.map_err(load_error)?;
            let found = Self::pages(&window, users, rows, |row| Cursor::by_id(row.id.uuid()));
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

impl Loader<CountMembershipsOf> for Loaders {
    type Value = i64;
    type Error = LoadError;

    async fn load(&self, keys: &[CountMembershipsOf]) -> Result<HashMap<CountMembershipsOf, i64>, LoadError> {
        let users: Vec<_> = keys.iter().map(|key| key.0.uuid()).collect();
        let rows = store::count_of_users(&mut *self.conn().await?, &users).await.map_err(load_error)?;
        Ok(rows.into_iter().map(|(user, count)| (CountMembershipsOf(user.into()), count)).collect())
    }
}
