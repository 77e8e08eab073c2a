//! Keys by which a client may send the same operation again without doing it twice.

use chrono::{DateTime, TimeDelta, Utc};
use diesel::{prelude::*, sql_types::Timestamptz};
use diesel_async::RunQueryDsl;
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use super::{Conn, Db, Prepare as _, schema::idempotency_keys};
use crate::kernel::{AccountId, Code, Fault, Refusal, at};

const KEY_LENGTH: usize = 255;

/// An operation that takes effect once however often it is sent.
#[derive(Debug)]
pub struct Keyed {
    account: AccountId,
    key: String,
    fingerprint: Vec<u8>,
    now: DateTime<Utc>,
}

impl Keyed {
    /// An operation under a key of this account's, told apart from others by its name and its input; nothing
    /// without a key.
    ///
    /// # Errors
    /// A refusal of a key that is empty or too long.
    pub fn new(
        db: &Db,
        account: AccountId,
        key: Option<String>,
        operation: &str,
        input: &[u8],
    ) -> Result<Option<Self>, Fault> {
        let Some(key) = key else { return Ok(None) };
        if !(1..=KEY_LENGTH).contains(&key.chars().count()) || key.contains('\0') {
            let message = format!("An idempotency key has 1 to {KEY_LENGTH} characters.");
            return Err(Refusal::input(Code::Invalid, at("idempotencyKey"), message).into());
        }
        let fingerprint = Sha256::new_with_prefix(operation).chain_update([0]).chain_update(input).finalize();
        Ok(Some(Self { account, key, fingerprint: fingerprint.to_vec(), now: db.now() }))
    }

    /// Takes the key for what this transaction is about to make. If an earlier one has made something under
    /// it, this waits for its end and tells what it was.
    ///
    /// # Errors
    /// A refusal if the key was used for another operation or another input.
    pub async fn claim(&self, conn: &mut Conn, result: Uuid) -> Result<Option<Uuid>, Fault> {
        let row = (
            idempotency_keys::account_id.eq(self.account),
            idempotency_keys::key.eq(&self.key),
            idempotency_keys::fingerprint.eq(&self.fingerprint),
            idempotency_keys::result_id.eq(result),
            idempotency_keys::created_at.eq(self.now),
        );
        let taken = diesel::insert_into(idempotency_keys::table)
            .values(row)
            .on_conflict_do_nothing()
            .prepared()
            .execute(conn)
            .await?;
        if taken == 1 {
            return Ok(None);
        }
        let (fingerprint, result): (Vec<u8>, Uuid) = idempotency_keys::table
            .find((self.account, &self.key))
            .select((idempotency_keys::fingerprint, idempotency_keys::result_id))
            .get_result(conn)
            .await?;
        if fingerprint == self.fingerprint {
            return Ok(Some(result));
        }
        let message = "This key was used for another input before.";
        Err(Refusal::input(Code::IdempotencyMismatch, at("idempotencyKey"), message).into())
    }
}

/// Forgets some keys that are old enough; returns how many. Any number of instances may do this at once.
///
/// # Errors
/// Whatever the database says.
pub async fn forget_keys(db: &Db) -> Result<usize, Fault> {
    let kept = TimeDelta::from_std(db.shop().idempotency_kept).unwrap_or(TimeDelta::MAX);
    let forget = diesel::sql_query(
        "DELETE FROM idempotency_keys WHERE (account_id, key) IN (\
         SELECT account_id, key FROM idempotency_keys WHERE created_at < $1 LIMIT 1000 FOR UPDATE SKIP LOCKED)",
    );
    let forget = forget.bind::<Timestamptz, _>(db.now() - kept);
    Ok(forget.execute(&mut db.conn().await?).await?)
}
