//! Batched reads of API tokens.

use std::sync::Arc;

use super::{ApiToken, store};
use crate::{
    db::Db,
    graphql::{Found, Key, group},
    kernel::{AccountId, Fault},
};

/// The API tokens of an account that are good.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct ApiTokensOf(pub AccountId);

impl Key for ApiTokensOf {
    type Value = Arc<Vec<ApiToken>>;

    async fn load(db: &Db, keys: &[Self]) -> Result<Found<Self>, Fault> {
        let accounts: Vec<_> = keys.iter().map(|key| key.0).collect();
        let now = db.now();
        let rows = store::list(&mut db.conn().await?, &accounts, now).await?;
        Ok(group(keys, rows.into_iter().map(|row| (ApiTokensOf(row.account_id), row))))
    }
}
