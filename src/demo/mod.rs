//! Demo data: a store that is worth exploring from its first minute. It is the same every time, but for the
//! times, which are a year up to now.

mod billing;
mod catalogue;
mod dice;
mod games;
mod people;
mod sales;
mod store;

use chrono::{DateTime, Utc};
use uuid::{NoContext, Timestamp, Uuid};

use crate::{accounts::Auth, db::Db, kernel::Fault};
use dice::Dice;

/// The password of every demo account.
pub const PASSWORD: &str = "souk-demo-2026";
/// The demo accounts that the banner names, one of each role.
pub const ACCOUNTS: [&str; 4] = ["admin", "manager", "studio", "customer"];

/// Fills an empty database, all of it or nothing; tells whether it was empty.
///
/// # Errors
/// Whatever the database says.
pub async fn load(db: &Db, auth: &Auth) -> Result<bool, Fault> {
    let password_hash = auth.hash(PASSWORD).await?;
    let now = db.now();
    db.conn()
        .await?
        .transaction(async |conn| {
            if !store::claim_empty(conn).await? {
                return Ok(false);
            }
            let mut dice = Dice::new();
            let people = people::load(conn, &mut dice, &password_hash, now).await?;
            let products = catalogue::load(conn, &mut dice, &people, now).await?;
            sales::load(conn, &mut dice, &people, &products, now).await?;
            games::load(conn, &mut dice, &people, &password_hash, now).await?;
            billing::load(conn, &mut dice, &people, now).await?;
            Ok(true)
        })
        .await
}

/// An id of the time when its thing was made, so that ids sort as the things do.
fn id_at(at: DateTime<Utc>) -> Uuid {
    let seconds = u64::try_from(at.timestamp()).unwrap_or_default();
    Uuid::new_v7(Timestamp::from_unix(NoContext, seconds, at.timestamp_subsec_nanos()))
}
