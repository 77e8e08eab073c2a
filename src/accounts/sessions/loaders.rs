//! Batched reads of sessions.

use std::sync::Arc;

use super::{Session, store};
use crate::{
    db::Db,
    graphql::{Found, Key, group},
    kernel::{AccountId, Fault},
};

/// Where an account is signed in.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct SessionsOf(pub AccountId);

impl Key for SessionsOf {
    type Value = Arc<Vec<Session>>;

    async fn load(db: &Db, keys: &[Self]) -> Result<Found<Self>, Fault> {
        let accounts = keys.iter().map(|key| key.0.uuid()).collect();
        let now = db.now();
        let rows = store::list(&mut db.conn().await?, accounts, now).await?;
        Ok(group(keys, rows.into_iter().map(|(account, row)| (SessionsOf(account.into()), row))))
    }
}
