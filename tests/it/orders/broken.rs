//! Whatever fails while an order is placed, nothing of it has happened, and the next one finds all as it was.

use super::id;
use crate::support::{TestApp, json};

/// Where it fails, how, and what is said of it.
const FAILURES: [(&str, &str, &str); 8] = [
    ("BEFORE UPDATE ON products", "RAISE 'no'", "INTERNAL"),
    ("BEFORE INSERT ON orders", "RAISE 'no'", "INTERNAL"),
    ("BEFORE INSERT ON order_lines", "RAISE 'no'", "INTERNAL"),
    ("BEFORE INSERT ON order_history", "RAISE 'no'", "INTERNAL"),
    // Told together with the end of the transaction.
    ("BEFORE INSERT ON events", "RAISE 'no'", "INTERNAL"),
    ("BEFORE INSERT ON orders", "PERFORM pg_terminate_backend(pg_backend_pid())", "UNAVAILABLE"),
    ("BEFORE INSERT ON events", "PERFORM pg_terminate_backend(pg_backend_pid())", "UNAVAILABLE"),
    // The transaction can't be committed.
    ("AFTER INSERT ON orders DEFERRABLE INITIALLY DEFERRED", "RAISE 'no'", "INTERNAL"),
];

const WRITTEN: &str = "SELECT (SELECT count(*) FROM orders) + (SELECT count(*) FROM order_lines)
    + (SELECT count(*) FROM order_history) + (SELECT count(*) FROM idempotency_keys)
    + (SELECT count(*) FROM events WHERE kind IN ('ORDER_PLACED', 'STOCK_CHANGED'))";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_order_of_which_any_part_fails_has_not_happened() {
    let app = TestApp::start().await;
    let (seller, buyer) = (app.customer().await, app.customer().await);
    let mug = seller.sell("Mug", "1.00", 9, json!({})).await;
    let cap = seller.sell("Cap", "1.00", 9, json!({})).await;
    let before = app.database.text(WRITTEN).await;
    for (at, fails, code) in FAILURES {
        let table = at.split(' ').nth(3).expect("a trigger has a table");
        let kind = if at.contains("DEFERRED") { "CONSTRAINT TRIGGER" } else { "TRIGGER" };
        let setting = format!(
            "CREATE FUNCTION fails() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {fails}; RETURN NEW; END $$;
             CREATE {kind} fails {at} FOR EACH ROW EXECUTE FUNCTION fails()"
        );
        app.database.sql(&setting).await;
        let items = [(mug.as_str(), 2), (cap.as_str(), 1)];
        let failed = buyer.order(&items, Some("once")).await;
        assert_eq!(failed.codes(), [code], "{at}: {fails}");
        app.database.sql(&format!("DROP TRIGGER fails ON {table}; DROP FUNCTION fails")).await;
        assert_eq!(app.database.text(WRITTEN).await, before, "{at}: {fails}");
        assert_eq!((buyer.stock(&mug).await, buyer.stock(&cap).await), (9, 9), "{at}: {fails}");
    }
    id(&buyer.order(&[(&mug, 2), (&cap, 1)], Some("once")).await);
    assert_eq!((buyer.stock(&mug).await, buyer.stock(&cap).await), (7, 8));
    let told = "SELECT count(*) FROM events JOIN orders ON orders.id = aggregate_id
        WHERE (payload ->> 'number')::integer = orders.number AND events.version = orders.version";
    assert_eq!(app.database.text(told).await, "1");
    let stock = "SELECT count(*) FROM events JOIN products ON products.id = aggregate_id
        WHERE kind = 'STOCK_CHANGED' AND (payload ->> 'stock')::integer = products.stock
            AND events.version = products.version";
    assert_eq!(app.database.text(stock).await, "2");
}
