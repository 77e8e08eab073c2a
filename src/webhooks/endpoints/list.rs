//! Finds webhooks.

use async_graphql::{Context, Result};

use super::{Webhook, store};
use crate::{
    db::Db,
    graphql::{Ask as _, Count},
    kernel::{Fault, Page, Window},
};

/// All of them that are not deleted.
pub struct Kept;

pub async fn list(db: &Db, window: &Window) -> Result<Page<Webhook>, Fault> {
    Ok(store::list(&mut db.conn().await?, window).await?)
}

#[async_trait::async_trait]
impl Count for Kept {
    async fn count(&self, ctx: &Context<'_>) -> Result<i64> {
        Ok(store::count(&mut ctx.db().conn().await?).await.map_err(Fault::from)?)
    }
}
