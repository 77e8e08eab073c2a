//! Finds invoices and their lines.

use async_graphql::{Context, Result};
use chrono::NaiveDate;

use super::{Invoice, InvoiceLine, InvoiceStatus, store};
use crate::{
    db::Db,
    graphql::{Ask as _, Count},
    kernel::{AccountId, Fault, InvoiceId, Page, Window},
};

/// Which invoices a list is of.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Filter {
    pub user: Option<AccountId>,
    pub statuses: Option<Vec<InvoiceStatus>>,
    pub from: Option<NaiveDate>,
    pub to: Option<NaiveDate>,
}

/// Which lines a list is of.
#[derive(Clone, Copy, Debug, Default)]
pub struct LineFilter {
    pub invoice: Option<InvoiceId>,
}

pub async fn list(db: &Db, filter: &Filter, window: &Window) -> Result<Page<Invoice>, Fault> {
    Ok(store::list(&mut db.conn().await?, filter, window).await?)
}

pub async fn list_lines(db: &Db, filter: LineFilter, window: &Window) -> Result<Page<InvoiceLine>, Fault> {
    Ok(store::list_lines(&mut db.conn().await?, filter, window).await?)
}

#[async_trait::async_trait]
impl Count for Filter {
    async fn count(&self, ctx: &Context<'_>) -> Result<i64> {
        let mut conn = ctx.db().conn().await?;
        Ok(store::count(&mut conn, self).await.map_err(Fault::from)?)
    }
}

#[async_trait::async_trait]
impl Count for LineFilter {
    async fn count(&self, ctx: &Context<'_>) -> Result<i64> {
        let mut conn = ctx.db().conn().await?;
        Ok(store::count_lines(&mut conn, *self).await.map_err(Fault::from)?)
    }
}
