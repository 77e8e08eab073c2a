//! What a resolver asks its context for.

use std::sync::{Arc, OnceLock};

use async_graphql::{Context, Result};
use uuid::Uuid;

use super::{
    loads::{Key, Loads},
    plan::{Executor, Planned},
};
use crate::{
    db::Db,
    kernel::{Caller, Denial, Fault},
};

/// Shorthand for what every request carries.
pub trait Ask {
    /// The database.
    fn db(&self) -> &Db;
    /// Who asks, if they are signed in.
    fn viewer(&self) -> Option<&Caller>;
    /// Who asks.
    ///
    /// # Errors
    /// [`Denial::Unauthenticated`] for visitors.
    fn caller(&self) -> Result<&Caller, Fault>;
    /// Loads one thing, together with all that other fields wait for.
    fn load<K: Key>(&self, key: K) -> impl Future<Output = Result<Option<K::Value>>> + Send;
    /// Loads the thing with this id, together with what is selected of it and can be read by its id alone.
    fn load_by_id<K, T>(&self, key: K, id: Uuid) -> impl Future<Output = Result<Option<Arc<T>>>> + Send
    where
        K: Key<Value = Arc<T>>,
        T: Planned;
    /// Loads one thing that must be there, since a foreign key says so.
    fn load_there<K: Key>(&self, key: K) -> impl Future<Output = Result<K::Value>> + Send;
}

impl Ask for Context<'_> {
    fn db(&self) -> &Db {
        self.data_unchecked::<Db>()
    }

    fn viewer(&self) -> Option<&Caller> {
        // Whoever signs in by this very request reads the rest of its answer as themselves.
        self.data_opt::<Caller>().or_else(|| self.data_opt::<OnceLock<Caller>>()?.get())
    }

    fn caller(&self) -> Result<&Caller, Fault> {
        self.viewer().ok_or(Fault::Denied(Denial::Unauthenticated))
    }

    async fn load<K: Key>(&self, key: K) -> Result<Option<K::Value>> {
        let found = self.data_unchecked::<Loads>().load([key.clone()]).await;
        Ok(found.map_err(|fault| super::error::shared(&fault))?.get(&key).cloned())
    }

    async fn load_by_id<K, T>(&self, key: K, id: Uuid) -> Result<Option<Arc<T>>>
    where
        K: Key<Value = Arc<T>>,
        T: Planned,
    {
        // Without a plan, what was asked for ahead might not be what is read.
        if self.data_opt::<Executor>().is_none() {
            T::ask_ahead(id, &self.item.node, self.data_unchecked::<Loads>());
        }
        self.load(key).await
    }

    async fn load_there<K: Key>(&self, key: K) -> Result<K::Value> {
        self.load(key)
            .await?
            .ok_or_else(|| Fault::broken("a row that a foreign key names is not there").into())
    }
}
