//! Finds orders.

use async_graphql::{Context, Result};
use chrono::{DateTime, Utc};

use super::{Order, OrderStatus, store};
use crate::{
    db::Db,
    graphql::{Ask as _, Count},
    kernel::{AccountId, Fault, Page, Window},
};

/// Which orders a list is of.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Filter {
    pub statuses: Option<Vec<OrderStatus>>,
    pub customer: Option<AccountId>,
    pub placed_after: Option<DateTime<Utc>>,
    pub placed_before: Option<DateTime<Utc>>,
}

pub async fn list(db: &Db, filter: &Filter, window: &Window) -> Result<Page<Order>, Fault> {
    Ok(store::list(&mut db.conn().await?, filter, window).await?)
}

#[async_trait::async_trait]
impl Count for Filter {
    async fn count(&self, ctx: &Context<'_>) -> Result<i64> {
        let mut conn = ctx.db().conn().await?;
        Ok(store::count(&mut conn, self).await.map_err(Fault::from)?)
    }
}
