//! Settles an invoice, or gives it up.

use diesel_async::AsyncConnection as _;

use super::{Invoice, InvoiceStatus, policy, store};
use crate::{
    db::Db,
    kernel::{Actor, Fault, InvoiceId, Status as _, at, expect_version},
};

pub async fn change_status(
    db: &Db,
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
            Ok(store::set_status(conn, id, invoice.status, to, now).await?)
        })
        .await
}
