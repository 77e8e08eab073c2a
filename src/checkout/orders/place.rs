//! Makes an order of products, or of all that is in the bag.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use futures_util::{join, try_join};

use super::{Order, OrderStatus, events, store};
use crate::{
    accounts,
    catalogue::{Offer, StockChange, for_sale, lock_for_order, stock_changed, take_stock},
    checkout::bags::{self, MAX_LINES, MAX_QUANTITY},
    db::{Conn, Db, Keyed},
    events::append,
    kernel::{
        AccountId, BagId, Caller, Code, Currency, Fault, OrderId, Path, ProductId, Refusal, Refusals, at,
    },
};

/// So many of a product, and where the input says so.
#[derive(Debug)]
pub struct Item {
    pub product: ProductId,
    pub quantity: i32,
    /// Where the product is named.
    pub product_at: Path,
    /// Where the quantity is.
    pub quantity_at: Path,
}

/// Orders these products: all of them, or none.
///
/// # Errors
/// Refused with everything that is in the way: quantities out of range, products that can't be bought, too
/// little in stock.
pub async fn place(
    db: &Db,
    caller: &Caller,
    items: Vec<(ProductId, i32)>,
    key: Option<String>,
) -> Result<Order, Fault> {
    let items = read_items(items)?;
    let input: Vec<u8> = items
        .values()
        .flat_map(|item| [item.product.uuid().as_bytes().as_slice(), &item.quantity.to_be_bytes()].concat())
        .collect();
    let keyed = Keyed::new(db, caller.account, key, "placeOrder", &input)?;
    let placing = Placing::by(db, caller);
    db.conn()
        .await?
        .transaction(async |conn| {
            // None of these needs what another finds, so they travel together, in this order.
            let (mut claiming, mut holding) = (conn.beside(), conn.beside());
            let (earlier, held, products) = join!(
                claim(&mut claiming, keyed.as_ref(), placing.id),
                accounts::hold_caller(&mut holding, caller),
                lock(conn, &items),
            );
            if let Some(earlier) = earlier? {
                return Ok(earlier);
            }
            held?;
            take(conn, placing, &items, &products?).await
        })
        .await
}

/// Orders all that is in the open bag: everything, or nothing.
pub async fn checkout(db: &Db, caller: &Caller, key: Option<String>) -> Result<Order, Fault> {
    let keyed = Keyed::new(db, caller.account, key, "checkoutBag", &[])?;
    let placing = Placing::by(db, caller);
    db.conn()
        .await?
        .transaction(async |conn| {
            if let Some(earlier) = claim(conn, keyed.as_ref(), placing.id).await? {
                return Ok(earlier);
            }
            accounts::hold_caller(conn, caller).await?;
            let empty =
                || Refusal::input(Code::EmptyBag, vec!["input".into()], "There is nothing in the bag.");
            let bag = bags::lock_open(conn, caller.account).await?.ok_or_else(empty)?;
            let here = || vec!["input".into()];
            let items: BTreeMap<_, _> = bags::quantities(conn, bag.id)
                .await?
                .into_iter()
                .map(|(product, quantity)| {
                    (product, Item { product, quantity, product_at: here(), quantity_at: here() })
                })
                .collect();
            if items.is_empty() {
                return Err(empty().into());
            }
            bags::mark_ordered(conn, bag.id, placing.now).await?;
            let products = lock(conn, &items).await?;
            take(conn, Placing { bag: Some(bag.id), ..placing }, &items, &products).await
        })
        .await
}

async fn claim(conn: &mut Conn, keyed: Option<&Keyed>, id: OrderId) -> Result<Option<Order>, Fault> {
    let Some(keyed) = keyed else { return Ok(None) };
    match keyed.claim(conn, id.uuid()).await? {
        None => Ok(None),
        Some(earlier) => {
            let found = store::by_ids(conn, &[earlier.into()]).await?.pop();
            found
                .map(Some)
                .ok_or_else(|| Fault::broken("an idempotency key names an order that is not there"))
        }
    }
}

/// The items by product, in the order in which their rows will be locked; what is asked for twice is added up.
fn read_items(items: Vec<(ProductId, i32)>) -> Result<BTreeMap<ProductId, Item>, Fault> {
    let mut refusals = Refusals::default();
    if items.is_empty() {
        refusals.add(Refusal::input(Code::Required, at("items"), "Order at least one product."));
    }
    if items.len() > MAX_LINES {
        refusals.invalid(at("items"), format!("An order has {MAX_LINES} lines at most."));
    }
    let mut merged: BTreeMap<ProductId, Item> = BTreeMap::new();
    for (index, (product, quantity)) in items.into_iter().enumerate() {
        let path = |field: &'static str| {
            vec!["input".into(), "items".into(), index.to_string().into(), field.into()]
        };
        let item = merged.entry(product).or_insert_with(|| Item {
            product,
            quantity: 0,
            product_at: path("productId"),
            quantity_at: path("quantity"),
        });
        item.quantity = item.quantity.saturating_add(quantity.max(0));
        if quantity < 1 || item.quantity > MAX_QUANTITY {
            refusals.invalid(path("quantity"), format!("The quantity is from 1 to {MAX_QUANTITY}."));
        }
    }
    refusals.done()?;
    Ok(merged)
}

/// An order that is being placed.
struct Placing {
    id: OrderId,
    customer: AccountId,
    bag: Option<BagId>,
    currency: Currency,
    now: DateTime<Utc>,
}

impl Placing {
    fn by(db: &Db, caller: &Caller) -> Self {
        let (customer, currency) = (caller.account, db.shop().currency);
        Self { id: OrderId::fresh(), customer, bag: None, currency, now: db.now() }
    }
}

async fn lock(conn: &mut Conn, items: &BTreeMap<ProductId, Item>) -> Result<Vec<Offer>, Fault> {
    let ids: Vec<_> = items.keys().copied().collect();
    Ok(lock_for_order(conn, &ids).await?)
}

/// Takes the stock of products that are locked, writes the order, and ends the caller's transaction.
async fn take(
    conn: &mut Conn,
    placing: Placing,
    items: &BTreeMap<ProductId, Item>,
    products: &[Offer],
) -> Result<Order, Fault> {
    let sold = sellable(placing.customer, items, products)?;
    let lines: Vec<_> =
        sold.iter().map(|(product, quantity)| store::NewLine::new(product, *quantity)).collect();
    let quantities: Vec<_> = sold.iter().map(|(product, quantity)| (product.id, *quantity)).collect();
    let new = store::NewOrder {
        id: placing.id,
        customer_id: placing.customer,
        bag_id: placing.bag,
        status: OrderStatus::Placed,
        total: lines.iter().map(|line| line.unit_price * i64::from(line.quantity)).sum(),
        created_at: placing.now,
    };
    let mut told = vec![events::placed(placing.currency, &new, &lines)];
    told.extend(sold.iter().map(|(product, quantity)| {
        stock_changed(StockChange::of_sale(product, *quantity), Some(placing.id))
    }));
    let (mut taking, mut writing) = (conn.beside(), conn.beside());
    let ((), order, ()) = try_join!(
        take_stock(&mut taking, &quantities, placing.now),
        store::insert(&mut writing, &new, &lines),
        append(conn.ending(), Some(placing.customer), placing.now, told),
    )?;
    Ok(order)
}

/// What is sold and how many of it, if every product can be bought and there is enough of each.
fn sellable<'p>(
    customer: AccountId,
    items: &BTreeMap<ProductId, Item>,
    products: &'p [Offer],
) -> Result<Vec<(&'p Offer, i32)>, Fault> {
    let mut refusals = Refusals::default();
    let mut sold = Vec::with_capacity(items.len());
    for item in items.values() {
        let found = products.iter().find(|product| product.id == item.product);
        let Some(product) = refusals.check(for_sale(customer, found, item.product_at.clone())) else {
            continue;
        };
        if product.stock < item.quantity {
            refusals.add(Refusal::OutOfStock {
                path: item.quantity_at.clone(),
                product: product.id,
                name: product.name.clone(),
                requested: item.quantity,
                available: product.stock,
            });
        }
        sold.push((product, item.quantity));
    }
    refusals.done()?;
    Ok(sold)
}
