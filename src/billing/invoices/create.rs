//! Writes an invoice by hand.

use chrono::NaiveDate;
use rust_decimal::Decimal;

use super::{Invoice, InvoiceStatus, events, store, words};
use crate::{
    billing::payer,
    db::{Db, Keyed},
    events::append,
    kernel::{AccountId, Caller, Fault, InvoiceId, InvoiceLineId, Named as _, Refusals, Status as _, at},
};

/// How many lines it may be made with; more can be added one by one.
const MAX_LINES: usize = 100;

/// What a new invoice is to be.
#[derive(Debug)]
pub struct NewInvoice {
    pub user: AccountId,
    pub date: Option<NaiveDate>,
    pub status: InvoiceStatus,
    pub description: String,
    pub lines: Vec<(Decimal, String)>,
}

pub async fn create(
    db: &Db,
    caller: &Caller,
    input: NewInvoice,
    key: Option<String>,
) -> Result<Invoice, Fault> {
    let keyed = Keyed::new(db, caller.account, key, "createInvoice", format!("{input:?}").as_bytes())?;
    let (id, now) = (InvoiceId::fresh(), db.now());
    let mut refusals = Refusals::default();
    if input.lines.len() > MAX_LINES {
        refusals.invalid(at("lines"), format!("An invoice is made with {MAX_LINES} lines at most."));
    }
    if !InvoiceStatus::START.contains(&input.status) {
        refusals.invalid(at("status"), format!("A new invoice can't be {}.", input.status.name()));
    }
    let new = store::NewRow {
        id,
        user_id: input.user,
        date: words::date(&mut refusals, at("date"), input.date.unwrap_or_else(|| now.date_naive())),
        status: input.status,
        description: words::description(&mut refusals, at("description"), &input.description),
        created_at: now,
        updated_at: now,
    };
    let mut lines = Vec::with_capacity(input.lines.len());
    for (index, (amount, description)) in input.lines.iter().enumerate() {
        let path = |field: &'static str| {
            vec!["input".into(), "lines".into(), index.to_string().into(), field.into()]
        };
        lines.push(store::NewLine {
            id: InvoiceLineId::fresh(),
            invoice_id: id,
            amount: words::amount(&mut refusals, path("amount"), db.shop().currency, *amount),
            description: words::description(&mut refusals, path("description"), description),
            created_at: now,
            updated_at: now,
        });
    }
    refusals.done()?;

    db.conn()
        .await?
        .transaction(async |conn| {
            if let Some(keyed) = &keyed
                && let Some(earlier) = keyed.claim(conn, id.uuid()).await?
            {
                return store::by_ids(conn, &[earlier.into()])
                    .await?
                    .pop()
                    .ok_or_else(|| Fault::broken("an idempotency key names an invoice that is not there"));
            }
            payer::lock(conn, "userId", new.user_id).await?;
            store::insert(conn, &new).await?;
            let lines = store::insert_lines(conn, &lines).await?;
            // Only now does it have its amount.
            let invoice = store::get(conn, id).await?;
            let told = events::changed(db.shop().currency, &invoice, &lines);
            append(conn, Some(caller.account), now, vec![told]).await?;
            Ok(invoice)
        })
        .await
}
