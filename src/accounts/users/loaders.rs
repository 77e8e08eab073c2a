//! Batched reads of accounts.

use std::{collections::HashSet, sync::Arc};

use super::{Account, store};
use crate::{
    db::Db,
    graphql::{Found, Key, alike, pages_of},
    kernel::{AccountId, Cursor, Fault, Page, Window},
};

/// An account by its id, closed or not: what refers to an account may show it.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct AccountById(pub AccountId);

impl Key for AccountById {
    type Value = Arc<Account>;

    async fn load(db: &Db, keys: &[Self]) -> Result<Found<Self>, Fault> {
        let ids: Vec<_> = keys.iter().map(|key| key.0).collect();
        let rows = store::find_all(&mut db.conn().await?, &ids).await?;
        Ok(rows.into_iter().map(|row| (AccountById(row.id), Arc::new(row))).collect())
    }
}

/// An account by its username in lower case, closed or not.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct AccountByUsername(pub String);

impl Key for AccountByUsername {
    type Value = Arc<Account>;

    async fn load(db: &Db, keys: &[Self]) -> Result<Found<Self>, Fault> {
        let names: Vec<_> = keys.iter().map(|key| key.0.clone()).collect();
        let rows = store::find_by_usernames(&mut db.conn().await?, &names).await?;
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

impl Key for Follows {
    type Value = ();

    async fn load(db: &Db, keys: &[Self]) -> Result<Found<Self>, Fault> {
        let ends = |end: fn(&Follows) -> AccountId| -> Vec<AccountId> {
            keys.iter().map(end).collect::<HashSet<_>>().into_iter().collect()
        };
        let (followers, followed) = (ends(|key| key.follower), ends(|key| key.followed));
        let rows = store::pairs(&mut db.conn().await?, &followers, &followed).await?;
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

        impl Key for $list {
            type Value = Arc<Page<Account>>;

            async fn load(db: &Db, keys: &[Self]) -> Result<Found<Self>, Fault> {
                let mut pages = Found::<Self>::default();
                let alike = alike(keys, |key| (key.of.uuid(), (key.window.clone(), key.closed_too)));
                for ((window, closed_too), of) in alike {
                    let rows = $read(&mut db.conn().await?, &of, &window, closed_too)
                        .await?;
                    // The place in the list is that of the follow, newest first, not of the account.
                    for (of, page) in pages_of(&window, of, rows, |(follow, _)| Cursor::by_id(*follow)) {
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

        impl Key for $count {
            type Value = i64;

            async fn load(db: &Db, keys: &[Self]) -> Result<Found<Self>, Fault> {
                let mut counts = Found::<Self>::default();
                for (closed_too, of) in alike(keys, |key| (key.of.uuid(), key.closed_too)) {
                    let rows = $read_count(&mut db.conn().await?, &of, closed_too)
                        .await?;
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
