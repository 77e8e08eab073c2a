//! Batched reads of sessions.

use std::{collections::HashMap, sync::Arc};

use async_graphql::dataloader::Loader;

use super::{Session, store};
use crate::{
    graphql::{LoadError, Loaders, load_error},
    kernel::AccountId,
};

/// Where an account is signed in.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct SessionsOf(pub AccountId);

impl Loader<SessionsOf> for Loaders {
    type Value = Arc<Vec<Session>>;
    type Error = LoadError;

    async fn load(&self, keys: &[SessionsOf]) -> Result<HashMap<SessionsOf, Self::Value>, LoadError> {
        let accounts = keys.iter().map(|key| key.0.uuid()).collect();
        let now = self.0.now();
        let rows = store::list(&mut *self.conn().await?, accounts, now).await.map_err(load_error)?;
        Ok(Self::group(keys, rows.into_iter().map(|(account, row)| (SessionsOf(account.into()), row))))
    }
}
