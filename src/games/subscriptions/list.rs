//! Finds subscriptions.

use async_graphql::{Context, Result};

use super::{GameSubscription, GameSubscriptionStatus, store};
use crate::{
    db::Db,
    graphql::{Ask as _, Count},
    kernel::{AccountId, Fault, GameId, Page, Window},
};

/// Which subscriptions a list is of.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Filter {
    pub statuses: Option<Vec<GameSubscriptionStatus>>,
    pub game: Option<GameId>,
    pub player: Option<AccountId>,
}

pub async fn list(db: &Db, filter: &Filter, window: &Window) -> Result<Page<GameSubscription>, Fault> {
    Ok(store::list(&mut db.conn().await?, filter, window).await?)
}

#[async_trait::async_trait]
impl Count for Filter {
    async fn count(&self, ctx: &Context<'_>) -> Result<i64> {
        let mut conn = ctx.db().conn().await?;
        Ok(store::count_all(&mut conn, self).await.map_err(Fault::from)?)
    }
}
