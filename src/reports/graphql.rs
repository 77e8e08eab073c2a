//! Reports as staff read them.

use std::collections::HashMap;

use async_graphql::{Context, Object, Result, SimpleObject};

use super::{
    days::{Range, ReportInterval},
    store,
};
use crate::{
    billing::InvoiceStatus,
    catalogue::ProductById,
    games::GameById,
    graphql::{Ask as _, Date, LoadThere, Money, Needs, auth, cost, int, object},
    kernel::{Caller, Fault, Named as _},
};

/// How many rows of a ranking may be asked for.
const MAX_RANKS: i32 = 100;

/// What can be read of the store's figures.
#[derive(Default)]
pub struct ReportQuery;

#[Object]
impl ReportQuery {
    /// The store's figures, for staff. For everyone else this field does not exist.
    #[graphql(visible = "staff_asks", guard = "Needs::STAFF.any()", directive = auth::apply(Needs::STAFF.into()))]
    async fn reports(&self) -> Option<Reports> {
        Some(Reports)
    }
}

fn staff_asks(ctx: &Context<'_>) -> bool {
    ctx.viewer().is_some_and(Caller::is_staff)
}

/// The store's figures.
#[derive(Debug)]
pub struct Reports;

/// The store's figures. Days are those of the UTC calendar, and both ends of a range are included. What belongs to
/// closed accounts, archived products and retired games counts as well.
#[object]
impl Reports {
    /// What was sold, in buckets from the oldest to the newest. Cancelled orders are left out. Buckets in which
    /// nothing was sold are there with zeros; there may be 1,000 of them at most.
    #[graphql(directive = cost::apply(20))]
    async fn sales(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The first day.")] from: Date,
        #[graphql(desc = "The last day, not before the first.")] to: Date,
        #[graphql(
            desc = "How long a bucket is. Of the first and the last one only what lies in the range counts.",
            default_with = "ReportInterval::Day"
        )]
        interval: ReportInterval,
    ) -> Result<Vec<SalesBucket>> {
        let range = Range::new(from.0, to.0)?;
        let starts = range.buckets(interval)?;
        let db = ctx.db();
        let rows = store::sales(&mut db.conn().await?, range, interval).await.map_err(Fault::from)?;
        let mut sold: HashMap<_, _> = rows.into_iter().map(|row| (row.start, row)).collect();
        let bucket = |start| {
            let row = sold.remove(&start);
            let (orders, units) = row.as_ref().map_or((0, 0), |row| (row.orders, row.units));
            let revenue = Money::sum(db.shop(), row.as_ref().map_or("0", |row| &row.revenue))?;
            Ok(SalesBucket { start: Date(start), orders: int(orders), units: int(units), revenue })
        };
        starts.into_iter().map(bucket).collect()
    }

    /// The products of which most units were sold; among those that sold alike the one that brought more comes
    /// first. Cancelled orders are left out.
    #[graphql(directive = cost::apply(20))]
    async fn top_products(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The first day.")] from: Date,
        #[graphql(desc = "The last day, not before the first.")] to: Date,
        #[graphql(desc = "So many at most. From 0 to 100.", default = 10)] first: i32,
    ) -> Result<Vec<ProductSales>> {
        let (range, first) = (Range::new(from.0, to.0)?, ranks(first)?);
        let rows = store::top_products(&mut ctx.db().conn().await?, range, first).await;
        Ok(rows.map_err(Fault::from)?.into_iter().map(ProductSales).collect())
    }

    /// The games with the most active subscriptions.
    #[graphql(directive = cost::apply(10))]
    async fn game_popularity(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "So many at most. From 0 to 100.", default = 10)] first: i32,
    ) -> Result<Vec<GameRank>> {
        let rows = store::game_popularity(&mut ctx.db().conn().await?, ranks(first)?).await;
        Ok(rows.map_err(Fault::from)?.into_iter().map(GameRank).collect())
    }

    /// How many memberships there are, by what they are today.
    #[graphql(directive = cost::apply(10))]
    async fn memberships(&self, ctx: &Context<'_>) -> Result<MembershipReport> {
        let (db, today) = (ctx.db(), ctx.db().now().date_naive());
        let found = store::memberships(&mut db.conn().await?, today).await.map_err(Fault::from)?;
        Ok(MembershipReport {
            active: int(found.active),
            cancelled: int(found.cancelled),
            expired: int(found.expired),
            open_streams: int(found.open_streams),
        })
    }

    /// What the invoices of these days come to, by their statuses. Every status is there, and deleted invoices are
    /// left out.
    #[graphql(directive = cost::apply(10))]
    async fn invoices(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The first day.")] from: Date,
        #[graphql(desc = "The last day, not before the first.")] to: Date,
    ) -> Result<Vec<InvoiceTotal>> {
        let (db, range) = (ctx.db(), Range::new(from.0, to.0)?);
        let rows = store::invoices(&mut db.conn().await?, range).await.map_err(Fault::from)?;
        let total = |status: &InvoiceStatus| {
            let row = rows.iter().find(|row| row.status == *status);
            let amount = Money::sum(db.shop(), row.map_or("0", |row| &row.amount))?;
            Ok(InvoiceTotal { status: *status, count: int(row.map_or(0, |row| row.count)), amount })
        };
        InvoiceStatus::ALL.iter().map(total).collect()
    }
}

/// What was sold in a day, a week or a month.
#[derive(SimpleObject, Debug)]
pub struct SalesBucket {
    /// Its first day, which may lie before the range: a week begins on Monday, a month on its first.
    start: Date,
    /// How many orders were placed.
    orders: i32,
    /// How many units were ordered.
    units: i32,
    /// What the orders come to.
    revenue: Money,
}

/// How well a product sold.
#[derive(Debug)]
pub struct ProductSales(store::ProductSales);

/// How well a product sold.
#[object]
impl ProductSales {
    /// What was sold.
    fn product(&self) -> LoadThere<ProductById> {
        LoadThere(ProductById(self.0.product))
    }

    /// How many units were ordered.
    fn units(&self) -> i32 {
        int(self.0.units)
    }

    /// What they come to, at the prices that were paid.
    fn revenue(&self, ctx: &Context<'_>) -> Result<Money> {
        Ok(Money::sum(ctx.db().shop(), &self.0.revenue)?)
    }
}

/// A game's place among all.
#[derive(Debug)]
pub struct GameRank(store::GameRank);

/// A game's place among all.
#[object]
impl GameRank {
    /// From 1. Games with as many subscribers share a rank, and leave a gap behind it.
    fn rank(&self) -> i32 {
        int(self.0.rank)
    }

    /// Which game.
    fn game(&self) -> LoadThere<GameById> {
        LoadThere(GameById(self.0.game))
    }

    /// How many subscriptions to it are active.
    fn active_subscribers(&self) -> i32 {
        int(self.0.active)
    }
}

/// How many memberships there are, by what they are today.
#[derive(SimpleObject, Debug)]
pub struct MembershipReport {
    /// Valid today or later.
    active: i32,
    /// Given up.
    cancelled: i32,
    /// Over.
    expired: i32,
    /// How many streams are open.
    open_streams: i32,
}

/// What the invoices of a status come to.
#[derive(SimpleObject, Debug)]
pub struct InvoiceTotal {
    /// Which ones.
    status: InvoiceStatus,
    /// How many there are.
    count: i32,
    /// What they come to together.
    amount: Money,
}

fn ranks(first: i32) -> Result<i64, Fault> {
    if (0..=MAX_RANKS).contains(&first) {
        Ok(first.into())
    } else {
        Err(Fault::BadInput(format!("`first` must be from 0 to {MAX_RANKS}, not {first}.")))
    }
}
