//! All SQL about payers.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use crate::{
    accounts::AccountStatus,
    db::{Conn, schema::accounts},
    kernel::AccountId,
};

pub async fn lock(conn: &mut Conn, id: AccountId) -> QueryResult<Option<AccountStatus>> {
    accounts::table.find(id).select(accounts::status).for_no_key_update().get_result(conn).await.optional()
}
