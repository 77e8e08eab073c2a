//! What a resolver asks its context for.

use std::{
    collections::HashMap,
    hash::Hash,
    sync::{Arc, OnceLock},
};

use async_graphql::{
    Context, Result,
    dataloader::{DataLoader, Loader},
};

use uuid::Uuid;

use crate::{
    db::{Db, PooledConn},
    kernel::{Caller, Cursor, Denial, Fault, Page, Window},
};

/// The error of a batched read, which every waiting field shares.
pub type LoadError = Arc<Fault>;

/// The batched reads of one request. The features' `loaders.rs` teach it what it can load.
#[derive(Clone)]
pub struct Loaders(pub Db);

impl Loaders {
    /// A connection for a batched read.
    ///
    /// # Errors
    /// As [`Db::conn`].
    pub async fn conn(&self) -> Result<PooledConn, LoadError> {
        self.0.conn().await.map_err(Arc::new)
    }

    /// Groups rows by the keys that they were asked for under; a key without rows gets an empty list.
    pub fn group<K: Copy + Eq + Hash, V>(
        keys: &[K],
        rows: impl IntoIterator<Item = (K, V)>,
    ) -> HashMap<K, Arc<Vec<V>>> {
        let mut groups: HashMap<K, Vec<V>> = keys.iter().map(|key| (*key, Vec::new())).collect();
        for (key, row) in rows {
            groups.entry(key).or_default().push(row);
        }
        groups.into_iter().map(|(key, rows)| (key, Arc::new(rows))).collect()
    }

    /// The parents of all lists that can be read by one statement, since all else about them is the same.
    pub fn alike<K, R: Eq + Hash>(keys: &[K], split: impl Fn(&K) -> (Uuid, R)) -> HashMap<R, Vec<Uuid>> {
        let mut alike: HashMap<R, Vec<Uuid>> = HashMap::new();
        for (parent, rest) in keys.iter().map(split) {
            alike.entry(rest).or_default().push(parent);
        }
        alike
    }

    /// One page for each parent, from rows that name theirs; a parent without rows gets an empty page.
    pub fn pages<T>(
        window: &Window,
        parents: Vec<Uuid>,
        rows: Vec<(Uuid, T)>,
        place: impl Fn(&T) -> Cursor,
    ) -> Vec<(Uuid, Arc<Page<T>>)> {
        let mut lists: HashMap<Uuid, Vec<T>> =
            parents.into_iter().map(|parent| (parent, Vec::new())).collect();
        for (parent, row) in rows {
            lists.entry(parent).or_default().push(row);
        }
        lists.into_iter().map(|(parent, rows)| (parent, Arc::new(window.page(rows, &place)))).collect()
    }
}

/// A failed statement of a batched read.
#[must_use]
pub fn load_error(error: diesel::result::Error) -> LoadError {
    Arc::new(error.into())
}

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
    fn load<K>(&self, key: K) -> impl Future<Output = Result<Option<<Loaders as Loader<K>>::Value>>> + Send
    where
        K: Send + Sync + Hash + Eq + Clone + 'static,
        Loaders: Loader<K, Error = LoadError>;
    /// Loads one thing that must be there, since a foreign key says so.
    fn load_there<K>(&self, key: K) -> impl Future<Output = Result<<Loaders as Loader<K>>::Value>> + Send
    where
        K: Send + Sync + Hash + Eq + Clone + 'static,
        Loaders: Loader<K, Error = LoadError>;
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

    async fn load<K>(&self, key: K) -> Result<Option<<Loaders as Loader<K>>::Value>>
    where
        K: Send + Sync + Hash + Eq + Clone + 'static,
        Loaders: Loader<K, Error = LoadError>,
    {
        self.data_unchecked::<DataLoader<Loaders>>()
            .load_one(key)
            .await
            .map_err(|fault| super::error::shared(&fault))
    }

    async fn load_there<K>(&self, key: K) -> Result<<Loaders as Loader<K>>::Value>
    where
        K: Send + Sync + Hash + Eq + Clone + 'static,
        Loaders: Loader<K, Error = LoadError>,
    {
        self.load(key)
            .await?
            .ok_or_else(|| Fault::broken("a row that a foreign key names is not there").into())
    }
}
