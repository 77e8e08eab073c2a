//! Changes of products for those who watch them. Each instance looks for newer versions of what is watched on it, by
//! one statement for all; a product that has one is read once, however many watch it. Whoever is slow misses what
//! came in between, and gets the newest.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use futures_util::{Stream, stream};
use tokio::sync::{Notify, watch};

use super::{
    Product,
    policy::{self, visible_products},
    store,
};
use crate::{
    db::Db,
    kernel::{Caller, Fault, ProductId, Refusal},
};

/// How often versions are looked at.
const PACE: Duration = Duration::from_millis(250);

/// The newest state of a product that is known here, once it was read.
type Topic = watch::Sender<Option<Arc<Product>>>;

/// What is watched. Clones share it.
#[derive(Clone, Default)]
pub struct ProductFeeds(Arc<Watched>);

#[derive(Default)]
struct Watched {
    topics: Mutex<HashMap<ProductId, Topic>>,
    begun: Notify,
}

impl ProductFeeds {
    /// The states of a product that come after the present one. It ends when the viewer may no longer see the
    /// product.
    ///
    /// # Errors
    /// [`Fault::Refused`] if there is no such product for this viewer, and as [`Db::conn`].
    pub async fn changes(
        &self,
        db: &Db,
        viewer: Option<Caller>,
        id: ProductId,
    ) -> Result<impl Stream<Item = Arc<Product>> + Send + use<>, Fault> {
        // Before the product is read, so that nothing falls in between.
        let topic = self.watch(id);
        let found = visible_products(db, viewer.as_ref(), &[id]).await?.pop();
        let seen = found.ok_or_else(|| Refusal::not_found("id", "product"))?.version;
        Ok(stream::unfold((topic, viewer, seen), |(mut topic, viewer, seen)| async move {
            loop {
                topic.changed().await.ok()?;
                let newest = topic.borrow_and_update().clone()?;
                if newest.version > seen {
                    let version = newest.version;
                    return policy::may_see(viewer.as_ref(), &newest)
                        .then_some((newest, (topic, viewer, version)));
                }
            }
        }))
    }

    /// Keeps looking for what has changed; it never returns.
    pub async fn follow(self, db: Db) {
        let mut is_troubled = false;
        loop {
            let known = self.known();
            if known.is_empty() {
                self.0.begun.notified().await;
                continue;
            }
            match self.look(&db, &known).await {
                Ok(()) => is_troubled = false,
                Err(fault) if !is_troubled => {
                    tracing::warn!(?fault, "changes of products can't be read");
                    is_troubled = true;
                }
                Err(_) => {}
            }
            tokio::time::sleep(PACE).await;
        }
    }

    async fn look(&self, db: &Db, known: &HashMap<ProductId, Option<i32>>) -> Result<(), Fault> {
        let mut conn = db.conn().await?;
        let ids: Vec<_> = known.keys().copied().collect();
        let mut changed = store::versions(&mut conn, &ids).await?;
        changed.retain(|(id, version)| known.get(id) != Some(&Some(*version)));
        if changed.is_empty() {
            return Ok(());
        }
        let ids: Vec<_> = changed.into_iter().map(|(id, _)| id).collect();
        let products = store::by_ids(&mut conn, &ids).await?;
        let topics = self.topics();
        for product in products {
            if let Some(topic) = topics.get(&product.id) {
                topic.send_replace(Some(Arc::new(product)));
            }
        }
        Ok(())
    }

    /// What is watched, with the versions that are known. What nobody watches any more is forgotten.
    fn known(&self) -> HashMap<ProductId, Option<i32>> {
        let mut topics = self.topics();
        topics.retain(|_, topic| topic.receiver_count() > 0);
        let version = |topic: &Topic| topic.borrow().as_ref().map(|product| product.version);
        topics.iter().map(|(id, topic)| (*id, version(topic))).collect()
    }

    fn watch(&self, id: ProductId) -> watch::Receiver<Option<Arc<Product>>> {
        let topic = self.topics().entry(id).or_default().subscribe();
        self.0.begun.notify_one();
        topic
    }

    fn topics(&self) -> MutexGuard<'_, HashMap<ProductId, Topic>> {
        self.0.topics.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
