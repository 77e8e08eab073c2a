//! All SQL by which events are published to Kafka.

use diesel::{
    prelude::*,
    sql_types::{BigInt, Bool},
};
use diesel_async::{RunQueryDsl, SimpleAsyncConnection as _};

use super::message::Message;
use crate::db::{Conn, schema::events};

/// The lock of whoever publishes.
const LOCK: i64 = 0x736f_756b_6b61;

/// Makes a session of this connection that ends, and with it the lock that it holds, soon after nothing is heard of
/// its client, however it has come to its end. A place whose note is lost costs a repetition and no more, so nobody
/// waits for the disk.
///
/// # Errors
/// Whatever the database says.
pub async fn set_up(conn: &mut Conn) -> QueryResult<()> {
    conn.batch_execute(
        "SET application_name = 'souk kafka'; SET statement_timeout = 2000; SET synchronous_commit = off; \
         SET idle_session_timeout = 10000; SET tcp_keepalives_idle = 5; SET tcp_keepalives_interval = 1; \
         SET tcp_keepalives_count = 4",
    )
    .await
}

/// Makes this session the one that publishes, unless another one does. It is that until it ends.
///
/// # Errors
/// Whatever the database says.
pub async fn take_turn(conn: &mut Conn) -> QueryResult<bool> {
    #[derive(QueryableByName)]
    struct Turn {
        #[diesel(sql_type = Bool)]
        mine: bool,
    }
    let turn: Turn = diesel::sql_query("SELECT pg_try_advisory_lock($1) AS mine")
        .bind::<BigInt, _>(LOCK)
        .get_result(conn)
        .await?;
    Ok(turn.mine)
}

/// What comes behind a position, in order, of all types that there are.
///
/// # Errors
/// Whatever the database says.
pub async fn after(conn: &mut Conn, position: i64, limit: i64) -> QueryResult<Vec<Message>> {
    events::table
        .filter(events::position.gt(position))
        .order(events::position)
        .limit(limit)
        .select(Message::as_select())
        .load(conn)
        .await
}
