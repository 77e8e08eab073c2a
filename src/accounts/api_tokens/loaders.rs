//! Batched reads of API tokens.

use std::{collections::HashMap, sync::Arc};

use async_graphql::dataloader::Loader;

use super::{ApiToken, store};
use crate::{
    graphql::{LoadError, Loaders, load_error},
    kernel::AccountId,
};

/// The API tokens of an account that are good.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct ApiTokensOf(pub AccountId);

impl Loader<ApiTokensOf> for Loaders {
    type Value = Arc<Vec<ApiToken>>;
    type Error = LoadError;

    async fn load(&self, keys: &[ApiTokensOf]) -> Result<HashMap<ApiTokensOf, Self::Value>, LoadError> {
        let accounts: Vec<_> = keys.iter().map(|key| key.0).collect();
        let now = self.0.now();
        let rows = store::list(&mut *self.conn().await?, &accounts, now).await.map_err(load_error)?;
        Ok(Self::group(keys, rows.into_iter().map(|row| (ApiTokensOf(row.account_id), row))))
    }
}
