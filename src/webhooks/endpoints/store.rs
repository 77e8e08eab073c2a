//! All SQL about webhooks but that of what is delivered to them.

use chrono::{DateTime, Utc};
use diesel::{pg::Pg, prelude::*};
use diesel_async::RunQueryDsl;

use super::Webhook;
use crate::{
    db::{Conn, among, newest_first, schema::webhooks},
    events::EventType,
    kernel::{Cursor, Page, WebhookId, Window},
};

#[derive(Insertable)]
#[diesel(table_name = webhooks)]
pub struct NewRow<'a> {
    pub id: WebhookId,
    pub url: &'a str,
    pub description: &'a str,
    pub types: &'a [EventType],
    pub is_enabled: bool,
    pub secret: &'a [u8],
    pub since: i64,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

#[derive(AsChangeset, Debug)]
#[diesel(table_name = webhooks)]
pub struct Changes {
    pub url: Option<String>,
    pub types: Option<Vec<EventType>>,
    pub description: Option<String>,
    pub is_enabled: Option<bool>,
    pub since: Option<i64>,
    pub updated_at: DateTime<Utc>,
}

/// Lets nobody else make or change a webhook until the transaction ends.
pub async fn lock_all(conn: &mut Conn) -> QueryResult<()> {
    diesel::sql_query("LOCK TABLE webhooks IN SHARE ROW EXCLUSIVE MODE").execute(conn).await?;
    Ok(())
}

pub async fn insert(conn: &mut Conn, new: &NewRow<'_>) -> QueryResult<Webhook> {
    diesel::insert_into(webhooks::table).values(new).returning(Webhook::as_returning()).get_result(conn).await
}

pub async fn by_ids(conn: &mut Conn, ids: &[WebhookId]) -> QueryResult<Vec<Webhook>> {
    webhooks::table.filter(webhooks::id.eq(among(ids))).select(Webhook::as_select()).load(conn).await
}

/// Keeps the webhook from changing until the transaction ends, for someone who is about to change it.
pub async fn lock(conn: &mut Conn, id: WebhookId) -> QueryResult<Option<Webhook>> {
    webhooks::table
        .find(id)
        .select(Webhook::as_select())
        .for_no_key_update()
        .get_result(conn)
        .await
        .optional()
}

/// Keeps the webhook as it is until the transaction ends.
pub async fn hold(conn: &mut Conn, id: WebhookId) -> QueryResult<Option<Webhook>> {
    webhooks::table.find(id).select(Webhook::as_select()).for_share().get_result(conn).await.optional()
}

/// Expects the row to be locked, like the next two.
pub async fn update(conn: &mut Conn, id: WebhookId, changes: &Changes) -> QueryResult<Webhook> {
    diesel::update(webhooks::table.find(id))
        .set((changes, webhooks::version.eq(webhooks::version + 1)))
        .returning(Webhook::as_returning())
        .get_result(conn)
        .await
}

/// The secret so far signs until then, too.
pub async fn replace_secret(
    conn: &mut Conn,
    id: WebhookId,
    secret: &[u8],
    until: DateTime<Utc>,
    now: DateTime<Utc>,
) -> QueryResult<Webhook> {
    diesel::update(webhooks::table.find(id))
        .set((
            webhooks::old_secret.eq(webhooks::secret.nullable()),
            webhooks::old_secret_until.eq(until),
            webhooks::secret.eq(secret),
            webhooks::updated_at.eq(now),
            webhooks::version.eq(webhooks::version + 1),
        ))
        .returning(Webhook::as_returning())
        .get_result(conn)
        .await
}

pub async fn delete(conn: &mut Conn, id: WebhookId, now: DateTime<Utc>) -> QueryResult<Webhook> {
    diesel::update(webhooks::table.find(id))
        .set((
            webhooks::deleted_at.eq(now),
            webhooks::updated_at.eq(now),
            webhooks::version.eq(webhooks::version + 1),
        ))
        .returning(Webhook::as_returning())
        .get_result(conn)
        .await
}

/// Disables the webhook, unless it has gone elsewhere meanwhile.
pub async fn disable_gone(conn: &mut Conn, id: WebhookId, url: &str, now: DateTime<Utc>) -> QueryResult<()> {
    diesel::update(webhooks::table.find(id).filter(webhooks::url.eq(url).and(webhooks::is_enabled)))
        .set((
            webhooks::is_enabled.eq(false),
            webhooks::updated_at.eq(now),
            webhooks::version.eq(webhooks::version + 1),
        ))
        .execute(conn)
        .await?;
    Ok(())
}

fn kept<'a>() -> webhooks::BoxedQuery<'a, Pg> {
    webhooks::table.filter(webhooks::deleted_at.is_null()).into_boxed()
}

pub async fn list(conn: &mut Conn, window: &Window) -> QueryResult<Page<Webhook>> {
    let query = kept().select(Webhook::as_select());
    let rows = newest_first!(query, window, webhooks::id).load(conn).await?;
    Ok(window.page(rows, |row: &Webhook| Cursor::by_id(row.id.uuid())))
}

pub async fn count(conn: &mut Conn) -> QueryResult<i64> {
    kept().count().get_result(conn).await
}
