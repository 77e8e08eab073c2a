//! Adds, changes, moves and deletes lines. Nothing new comes onto the invoices of a closed account; what stands
//! there can still be corrected. The account is locked first, then invoices, two of them in id order, so that lines
//! that are moved both ways at once don't block each other, and then the line.

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;

use super::{Invoice, InvoiceLine, events, policy, store, words};
use crate::{
    billing::payer,
    db::{Conn, Db, Keyed},
    events::{NewEvent, append},
    kernel::{
        AccountId, Caller, Currency, Fault, InvoiceId, InvoiceLineId, Refusal, Refusals, at, expect_version,
    },
};

/// How often a change is tried anew when the line has moved meanwhile.
const ATTEMPTS: usize = 5;

/// What a new line is to be.
#[derive(Debug)]
pub struct NewLine {
    pub invoice: InvoiceId,
    pub amount: Decimal,
    pub description: String,
}

pub async fn create(
    db: &Db,
    caller: &Caller,
    input: NewLine,
    key: Option<String>,
) -> Result<InvoiceLine, Fault> {
    let keyed = Keyed::new(db, caller.account, key, "createInvoiceLine", format!("{input:?}").as_bytes())?;
    let (id, now) = (InvoiceLineId::fresh(), db.now());
    let mut refusals = Refusals::default();
    let new = store::NewLine {
        id,
        invoice_id: input.invoice,
        amount: words::amount(&mut refusals, at("amount"), db.shop().currency, input.amount),
        description: words::description(&mut refusals, at("description"), &input.description),
        created_at: now,
        updated_at: now,
    };
    refusals.done()?;
    db.conn()
        .await?
        .transaction(async |conn| {
            if let Some(keyed) = &keyed
                && let Some(earlier) = keyed.claim(conn, id.uuid()).await?
            {
                return store::line(conn, earlier.into())
                    .await?
                    .ok_or_else(|| Fault::broken("an idempotency key names a line that is not there"));
            }
            let payer = lock_payer(conn, input.invoice).await?;
            let invoice = target(payer, store::lock(conn, input.invoice).await?)?
                .ok_or_else(|| Fault::Unavailable("the invoice went to another account".into()))?;
            let line = store::insert_line(conn, &new).await?;
            let invoice = store::touch(conn, invoice.id, now).await?;
            let told = events::changed(db.shop().currency, &invoice, std::slice::from_ref(&line));
            append(conn, Some(caller.account), now, vec![told]).await?;
            Ok(line)
        })
        .await
}

/// What is to be changed; `None` leaves it.
#[derive(Debug)]
pub struct Update {
    pub id: InvoiceLineId,
    pub expected_version: Option<i32>,
    pub invoice: Option<InvoiceId>,
    pub amount: Option<Decimal>,
    pub description: Option<String>,
}

pub async fn update(db: &Db, caller: &Caller, input: Update) -> Result<InvoiceLine, Fault> {
    let mut refusals = Refusals::default();
    let currency = db.shop().currency;
    let changes = store::LineChanges {
        invoice_id: input.invoice,
        amount: input.amount.map(|amount| words::amount(&mut refusals, at("amount"), currency, amount)),
        description: input
            .description
            .map(|text| words::description(&mut refusals, at("description"), &text)),
        updated_at: db.now(),
    };
    refusals.done()?;
    alone(db, caller, input.id, Change::Update(&changes, input.expected_version)).await
}

pub async fn delete(db: &Db, caller: &Caller, id: InvoiceLineId) -> Result<InvoiceLine, Fault> {
    alone(db, caller, id, Change::Delete).await
}

/// What is done to a line.
#[derive(Clone, Copy)]
enum Change<'a> {
    /// With the version that is expected.
    Update(&'a store::LineChanges, Option<i32>),
    Delete,
}

impl Change<'_> {
    /// The invoice that it moves the line to.
    fn target(self) -> Option<InvoiceId> {
        match self {
            Self::Update(changes, _) => changes.invoice_id,
            Self::Delete => None,
        }
    }

    /// Expects the line to be locked. Tells of each invoice that it changes.
    async fn make(
        self,
        conn: &mut Conn,
        currency: Currency,
        line: &InvoiceLine,
        now: DateTime<Utc>,
    ) -> Result<(InvoiceLine, Vec<NewEvent>), Fault> {
        let changed = match self {
            Self::Update(changes, expected_version) => {
                expect_version(expected_version, line.version)?;
                store::update_line(conn, line.id, changes).await?
            }
            Self::Delete => store::delete_line(conn, line.id, now).await?,
        };
        let mut told = Vec::with_capacity(2);
        let moved = Some(changed.invoice_id).filter(|to| *to != line.invoice_id);
        for invoice in [Some(line.invoice_id), moved].into_iter().flatten() {
            let invoice = store::touch(conn, invoice, now).await?;
            told.push(events::changed(currency, &invoice, std::slice::from_ref(&changed)));
        }
        Ok((changed, told))
    }
}

/// Changes a line that nobody else changes meanwhile, and neither its invoice nor the one it moves to.
async fn alone(
    db: &Db,
    caller: &Caller,
    id: InvoiceLineId,
    change: Change<'_>,
) -> Result<InvoiceLine, Fault> {
    let now = db.now();
    for _ in 0..ATTEMPTS {
        let done = db
            .conn()
            .await?
            .transaction(async |conn| {
                let Some(line) = lock(conn, id, change.target()).await? else { return Ok::<_, Fault>(None) };
                let (changed, told) = change.make(conn, db.shop().currency, &line, now).await?;
                append(conn, Some(caller.account), now, told).await?;
                Ok(Some(changed))
            })
            .await?;
        if let Some(done) = done {
            return Ok(done);
        }
    }
    Err(Fault::Unavailable("the line was moved again and again".into()))
}

/// Keeps the account open that is to pay an invoice onto which a line is to come.
async fn lock_payer(conn: &mut Conn, id: InvoiceId) -> Result<AccountId, Fault> {
    let payer = policy::there("invoiceId", store::by_ids(conn, &[id]).await?.pop())?.user_id;
    payer::lock(conn, "invoiceId", payer).await?;
    Ok(payer)
}

/// The invoice, locked by now, if a line can come onto it; `None` if it went to another account before that.
fn target(payer: AccountId, invoice: Option<Invoice>) -> Result<Option<Invoice>, Fault> {
    let invoice = policy::there("invoiceId", invoice)?;
    policy::open("invoiceId", &invoice)?;
    Ok(Some(invoice).filter(|invoice| invoice.user_id == payer))
}

/// The line, locked with its invoices; `None` if it or the invoice that it goes to moved before they were locked.
async fn lock(
    conn: &mut Conn,
    id: InvoiceLineId,
    to: Option<InvoiceId>,
) -> Result<Option<InvoiceLine>, Fault> {
    let none = || Refusal::not_found("id", "line");
    let found = store::line(conn, id).await?.filter(|line| line.deleted_at.is_none()).ok_or_else(none)?;
    let from = found.invoice_id;
    let to = match to.filter(|to| *to != from) {
        Some(to) => Some((to, lock_payer(conn, to).await?)),
        None => None,
    };
    let mut invoices = store::lock_all(conn, &[from, to.map_or(from, |(to, _)| to)]).await?;
    let mut take = |id| {
        let place = invoices.iter().position(|invoice| invoice.id == id);
        place.map(|place| invoices.swap_remove(place))
    };
    let source = policy::there("id", take(from))?;
    let line = store::lock_line(conn, id).await?.filter(|line| line.deleted_at.is_none()).ok_or_else(none)?;
    if line.invoice_id != from {
        return Ok(None);
    }
    policy::open("id", &source)?;
    if let Some((to, payer)) = to
        && target(payer, take(to))?.is_none()
    {
        return Ok(None);
    }
    Ok(Some(line))
}
