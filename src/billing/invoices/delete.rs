//! Takes an invoice away, and its lines with it.

use diesel_async::AsyncConnection as _;

use super::{Invoice, policy, store};
use crate::{
    db::Db,
    kernel::{Fault, InvoiceId},
};

pub async fn delete(db: &Db, id: InvoiceId) -> Result<Invoice, Fault> {
    let now = db.now();
    db.conn()
        .await?
        .transaction(async |conn| {
            let invoice = policy::there("id", store::lock(conn, id).await?)?;
            policy::open("id", &invoice)?;
            store::delete_lines_of(conn, id, now).await?;
            Ok(store::delete(conn, id, now).await?)
        })
        .await
}
