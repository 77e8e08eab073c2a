//! Takes an invoice away, and its lines with it.

use super::{Invoice, events, policy, store};
use crate::{
    db::Db,
    events::append,
    kernel::{Caller, Fault, InvoiceId},
};

pub async fn delete(db: &Db, caller: &Caller, id: InvoiceId) -> Result<Invoice, Fault> {
    let now = db.now();
    db.conn()
        .await?
        .transaction(async |conn| {
            let invoice = policy::there("id", store::lock(conn, id).await?)?;
            policy::open("id", &invoice)?;
            let lines = store::delete_lines_of(conn, id, now).await?;
            let deleted = store::delete(conn, id, now).await?;
            let told = events::changed(db.shop().currency, &deleted, &lines);
            append(conn, Some(caller.account), now, vec![told]).await?;
            Ok(deleted)
        })
        .await
}
