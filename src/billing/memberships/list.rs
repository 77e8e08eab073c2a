//! Finds memberships.

use async_graphql::{Context, Result};
use chrono::NaiveDate;

use super::{Membership, MembershipStatus, store};
use crate::{
    db::Db,
    graphql::{Ask as _, Count},
    kernel::{AccountId, Fault, Page, Window},
};

/// Which memberships a list is of.
#[derive(Clone, Debug)]
pub struct Filter {
    pub user: Option<AccountId>,
    pub statuses: Option<Vec<MembershipStatus>>,
    /// The day by which the statuses are told.
    pub today: NaiveDate,
}

pub async fn list(db: &Db, filter: &Filter, window: &Window) -> Result<Page<Membership>, Fault> {
    Ok(store::list(&mut db.conn().await?, filter, window).await?)
}

#[async_trait::async_trait]
impl Count for Filter {
    async fn count(&self, ctx: &Context<'_>) -> Result<i64> {
        let mut conn = ctx.db().conn().await?;
        Ok(store::count(&mut conn, self).await.map_err(Fault::from)?)
    }
}
