//! Batched reads of accounts.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use async_graphql::dataloader::Loader;

use super::{Account, store};
use crate::{
    graphql::{LoadError, Loaders, load_error},
    kernel::{AccountId, Cursor, Page, Window},
};

/// An account by its id, closed or not: what refers to an account may show it.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct AccountById(pub AccountId);

impl Loader<AccountById> for Loaders {
    type Value = Arc<Account>;
    type Error = LoadError;

    async fn load(&self, keys: &[AccountById]) -> Result<HashMap<AccountById, Self::Value>, LoadError> {
        let ids: Vec<_> = keys.iter().map(|key| key.0).collect();
        let rows = store::find_all(&mut *self.conn().await?, &ids).await.map_err(load_error)?;
        Ok(rows.into_iter().map(|row| (AccountById(row.id), Arc::new(row))).collect())
    }
}

/// An account by its username in lower case, closed or not.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct AccountByUsername(pub String);

impl Loader<AccountByUsername> for Loaders {
    type Value = Arc<Account>;
    type Error = LoadError;

    async fn load(
        &self,
        keys: &[AccountByUsername],
    ) -> Result<HashMap<AccountByUsername, Self::Value>, LoadError> {
        let names: Vec<_> = keys.iter().map(|key| key.0.clone()).collect();
        let rows = store::find_by_usernames(&mut *self.conn().await?, &names).await.map_err(load_error)?;
        let key = |row: &Account| AccountByUsername(row.username.to_ascii_lowercase());
        Ok(rows.into_iter().map(|row| (key(&row), Arc::new(row))).collect())
    }
}

/// Whether one account follows another.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Follows {
    /// Who would follow.
    pub follower: AccountId,
    /// Who would be followed.
    pub followed: AccountId,
}

impl Loader<Follows> for Loaders {
    type Value = ();
    type Error = LoadError;

    async fn load(&self, keys: &[Follows]) -> Result<HashMap<Follows, ()>, LoadError> {
        let ends = |end: fn(&Follows) -> AccountId| -> Vec<AccountId> {
            keys.iter().map(end).collect::<HashSet<_>>().into_iter().collect()
        };
        let (followers, followed) = (ends(|key| key.follower), ends(|key| key.followed));
        let rows = store::pairs(&mut *self.conn().await?, &followers, &followed).await.map_err(load_error)?;
        Ok(rows.into_iter().map(|(follower, followed)| (Follows { follower, followed }, ())).collect())
    }
}

/// A list of people and its count, each read for many accounts at once.
macro_rules! people {
    ($(#[$doc:meta])* $list:ident by $read:path, $(#[$count_doc:meta])* $count:ident by $read_count:path) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, Hash, Debug)]
        pub struct $list {
            /// Whose list.
            pub of: AccountId,
            /// Whether closed accounts are in it.
            pub closed_too: bool,
            /// Which page of it.
            pub window: Window,
        }

        impl Loader<$list> for Loaders {
            type Value = Arc<Page<Account>>;
            type Error = LoadError;

            async fn load(&self, keys: &[$list]) -> Result<HashMap<$list, Self::Value>, LoadError> {
                let mut pages = HashMap::new();
                let alike = Self::alike(keys, |key| (key.of.uuid(), (key.window.clone(), key.closed_too)));
                for ((window, closed_too), of) in alike {
                    let rows = $read(&mut *self.conn().await?, &of, &window, closed_too)
                        .await
                        .map_err(load_error)?;
                    // The place in the list is that of the follow, newest first, not of the account.
                    for (of, page) in Self::pages(&window, of, rows, |(follow, _)| Cursor::by_id(*follow)) {
                        let page = Page::clone(&page).map(|row| Arc::new(row.1.clone()));
                        let key = $list { of: of.into(), closed_too, window: window.clone() };
                        pages.insert(key, Arc::new(page));
                    }
                }
                Ok(pages)
            }
        }

        $(#[$count_doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
        pub struct $count {
            /// Whose list.
            pub of: AccountId,
            /// Whether closed accounts are in it.
            pub closed_too: bool,
        }

        impl Loader<$count> for Loaders {
            type Value = i64;
            type Error = LoadError;

            async fn load(&self, keys: &[$count]) -> Result<HashMap<$count, i64>, LoadError> {
                let mut counts = HashMap::new();
                for (closed_too, of) in Self::alike(keys, |key| (key.of.uuid(), key.closed_too)) {
                    let rows = $read_count(&mut *self.conn().await?, &of, closed_too)
                        .await
                        .map_err(load_error)?;
                    let keyed = rows.into_iter().map(|(of, n)| ($count { of: of.into(), closed_too }, n));
                    counts.extend(keyed);
                }
                Ok(counts)
            }
        }
    };
}

people!(
    /// Who follows an account.
    FollowersOf by store::followers,
    /// How many follow an account.
    FollowerCount by store::count_followers
);

people!(
    /// Whom an account follows.
    FollowingOf by store::following,
    /// How many an account follows.
    FollowingCount by store::count_following
);
