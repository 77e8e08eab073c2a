//! Settles an invoice, or gives it up.

use super::{Invoice, InvoiceStatus, events, policy, store};
use crate::{
    db::Db,
    events::append,
    kernel::{Actor, Caller, Fault, InvoiceId, Status as _, at, expect_version},
};

pub async fn change_status(
    db: &Db,
    caller: &Caller,
    id: InvoiceId,
    to: InvoiceStatus,
    expected_version: Option<i32>,
) -> Result<Invoice, Fault> {
    let now = db.now();
    db.conn()
        .await?
        .transaction(async |conn| {
            let invoice = policy::there("id", store::lock(conn, id).await?)?;
            expect_version(expected_version, invoice.version)?;
            let to = invoice.status.step(to, &[Actor::Staff], at("status"))?;
            let changed = store::set_status(conn, id, invoice.status, to, now).await?;
            let told = events::changed(db.shop().currency, &changed, &[]);
            append(conn, Some(caller.account), now, vec![told]).await?;
            Ok(changed)
        })
        .await
}
