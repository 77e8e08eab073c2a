//! Changes whose an invoice is, of which day, and what it is for.

use chrono::NaiveDate;

use super::{Invoice, events, policy, store, words};
use crate::{
    billing::payer,
    db::Db,
    events::append,
    kernel::{AccountId, Caller, Fault, InvoiceId, Refusals, at, expect_version},
};

/// What is to be changed; `None` leaves it.
#[derive(Debug)]
pub struct Update {
    pub id: InvoiceId,
    pub expected_version: Option<i32>,
    pub user: Option<AccountId>,
    pub date: Option<NaiveDate>,
    pub description: Option<String>,
}

pub async fn update(db: &Db, caller: &Caller, input: Update) -> Result<Invoice, Fault> {
    let mut refusals = Refusals::default();
    let changes = store::Changes {
        user_id: input.user,
        date: input.date.map(|date| words::date(&mut refusals, at("date"), date)),
        description: input
            .description
            .map(|text| words::description(&mut refusals, at("description"), &text)),
        updated_at: db.now(),
    };
    refusals.done()?;
    db.conn()
        .await?
        .transaction(async |conn| {
            if let Some(user) = input.user {
                payer::lock(conn, "userId", user).await?;
            }
            let invoice = policy::there("id", store::lock(conn, input.id).await?)?;
            expect_version(input.expected_version, invoice.version)?;
            let updated = store::update(conn, invoice.id, &changes).await?;
            let told = events::changed(db.shop().currency, &updated, &[]);
            append(conn, Some(caller.account), changes.updated_at, vec![told]).await?;
            Ok(updated)
        })
        .await
}
