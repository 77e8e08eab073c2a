//! A year of orders, with a shape in it: a slow start, a busy December, quiet nights.

use chrono::{DateTime, Datelike as _, TimeDelta, Utc};

use super::{catalogue::Made, dice::Dice, id_at, people::People, store};
use crate::{
    checkout::OrderStatus,
    db::Conn,
    kernel::{AccountId, BagId, Fault, OrderId, OrderLineId},
};

/// An order that was made up.
pub struct Sale {
    pub id: OrderId,
    pub customer: AccountId,
    pub at: DateTime<Utc>,
    pub status: OrderStatus,
    pub lines: Vec<Line>,
    /// Each status with the time when it came.
    pub history: Vec<(OrderStatus, DateTime<Utc>)>,
}

pub struct Line {
    pub id: OrderLineId,
    pub product: usize,
    pub quantity: i32,
}

pub async fn load(
    conn: &mut Conn,
    dice: &mut Dice,
    people: &People,
    products: &[Made],
    now: DateTime<Utc>,
) -> Result<(), Fault> {
    let mut sales = Vec::new();
    for days_ago in (0..360_i64).rev() {
        let day = now - TimeDelta::days(days_ago);
        for _ in 0..orders_on(dice, day, 360 - days_ago) {
            let at = day - TimeDelta::seconds(i64::from(dice.below(50_000)));
            sales.extend(sale(dice, people, products, at, now));
        }
    }
    sales.sort_by_key(|sale| sale.at);
    store::insert_sales(conn, &sales, products, people.id("manager")?).await?;

    let customer = people.id("customer")?;
    let wanted: Vec<_> =
        products.iter().filter(|product| product.sells && product.seller != customer).take(3).collect();
    store::insert_bag(conn, BagId::fresh(), customer, &wanted, now).await?;
    Ok(())
}

fn orders_on(dice: &mut Dice, day: DateTime<Utc>, age: i64) -> u32 {
    let grown = u32::try_from(age / 120).unwrap_or_default();
    let season = if day.month() == 12 { 2 } else { 0 };
    let weekend = u32::from(day.weekday().num_days_from_monday() >= 5);
    dice.below(2 + grown + season + weekend)
}

fn sale(
    dice: &mut Dice,
    people: &People,
    products: &[Made],
    at: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Option<Sale> {
    let customer = *dice.pick(&people.buyers)?;
    let wanted: Vec<usize> = (0..products.len())
        .filter(|index| {
            let product = &products[*index];
            product.sells && product.since < at && product.seller != customer
        })
        .collect();
    let mut lines: Vec<Line> = Vec::new();
    for _ in 0..=dice.below(4) {
        let product = *dice.pick(&wanted)?;
        if lines.iter().all(|line| line.product != product) {
            let quantity = if dice.chance(75) { 1 } else { 2 + i32::try_from(dice.below(3)).unwrap_or(0) };
            lines.push(Line { id: id_at(at).into(), product, quantity });
        }
    }
    let history = history(dice, at, now);
    let status = history.last()?.0;
    Some(Sale { id: id_at(at).into(), customer, at, status, lines, history })
}

/// How far an order has come since then.
fn history(dice: &mut Dice, at: DateTime<Utc>, now: DateTime<Utc>) -> Vec<(OrderStatus, DateTime<Utc>)> {
    let mut history = vec![(OrderStatus::Placed, at)];
    let mut then = at;
    let steps: &[(OrderStatus, u32)] = match dice.below(100) {
        0..5 => &[(OrderStatus::Cancelled, 20)],
        5..8 => &[(OrderStatus::Paid, 10), (OrderStatus::Cancelled, 30)],
        _ => &[(OrderStatus::Paid, 30), (OrderStatus::Shipped, 60), (OrderStatus::Delivered, 120)],
    };
    for (status, hours) in steps {
        then += TimeDelta::minutes(20 + i64::from(dice.below(hours * 60)));
        if then > now {
            break;
        }
        history.push((*status, then));
    }
    history
}
