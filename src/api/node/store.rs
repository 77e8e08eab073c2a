//! Which table an id stands in.

use diesel::{
    QueryResult, QueryableByName,
    sql_types::{Array, Text, Uuid as SqlUuid},
};
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use crate::db::Conn;

#[derive(QueryableByName, Debug)]
pub struct Kind {
    #[diesel(sql_type = SqlUuid)]
    pub id: Uuid,
    #[diesel(sql_type = Text)]
    pub kind: String,
}

pub async fn kinds(conn: &mut Conn, ids: &[Uuid]) -> QueryResult<Vec<Kind>> {
    diesel::sql_query(
        "SELECT id, 'accounts' AS kind FROM accounts WHERE id = ANY ($1) \
         UNION ALL SELECT id, 'products' FROM products WHERE id = ANY ($1) \
         UNION ALL SELECT id, 'tags' FROM tags WHERE id = ANY ($1) \
         UNION ALL SELECT id, 'bags' FROM bags WHERE id = ANY ($1) \
         UNION ALL SELECT id, 'orders' FROM orders WHERE id = ANY ($1) \
         UNION ALL SELECT id, 'order_lines' FROM order_lines WHERE id = ANY ($1) \
         UNION ALL SELECT id, 'games' FROM games WHERE id = ANY ($1) \
         UNION ALL SELECT id, 'game_subscriptions' FROM game_subscriptions WHERE id = ANY ($1) \
         UNION ALL SELECT id, 'memberships' FROM memberships WHERE id = ANY ($1) \
         UNION ALL SELECT id, 'streams' FROM streams WHERE id = ANY ($1) \
         UNION ALL SELECT id, 'invoices' FROM invoices WHERE id = ANY ($1) \
         UNION ALL SELECT id, 'invoice_lines' FROM invoice_lines WHERE id = ANY ($1) \
         UNION ALL SELECT id, 'webhooks' FROM webhooks WHERE id = ANY ($1)",
    )
    .bind::<Array<SqlUuid>, _>(ids)
    .load(conn)
    .await
}
