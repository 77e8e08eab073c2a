//! Writing and reading invoices.

use super::{call, first_line, invoice, told};
use crate::support::{TestApp, Value, json};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_invoice_has_the_sum_of_its_lines() {
    let app = TestApp::start().await;
    let (staff, user) = (app.manager().await, app.customer().await);
    let id = invoice(
        &staff,
        &user,
        json!({ "date": "2026-03-05", "description": " March " }),
        &["12.50", "-2.75"],
    )
    .await;
    let ask = "query($id: ID!) { invoice(id: $id) { id version date status nextStatuses description
        amount { amount currency } user { id } lines { amount { amount } description invoice { id } } }
        node(id: $id) { id ... on Entity { version } } }";
    let reply = user.gql(ask, json!({ "id": id })).await;
    assert_eq!(
        *reply.at("/invoice"),
        json!({
            "id": id, "version": 1, "date": "2026-03-05", "status": "OUTSTANDING",
            "nextStatuses": ["PAID", "VOID"], "description": "March",
            "amount": { "amount": "9.75", "currency": "EUR" }, "user": { "id": user.id },
            "lines": [
                { "amount": { "amount": "12.50" }, "description": "x", "invoice": { "id": id } },
                { "amount": { "amount": "-2.75" }, "description": "x", "invoice": { "id": id } },
            ],
        })
    );
    assert_eq!(reply.text("/node/id"), id);
    let empty = invoice(&staff, &user, json!({ "status": "PAID" }), &[]).await;
    assert_eq!(told(&staff, &empty).await, "PAID 0.00 = ");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn everything_that_is_wrong_with_an_invoice_is_told_at_once() {
    let app = TestApp::start().await;
    let (staff, user) = (app.manager().await, app.customer().await);
    let long = "x".repeat(1001);
    let wrong = json!({
        "userId": user.id, "date": "1900-01-01", "description": long,
        "lines": [{ "amount": "1.234" }, { "amount": "99999999999", "description": long }],
    });
    let reply = call(&staff, "createInvoice", wrong, "invoice { id }").await;
    assert_eq!(
        reply.refusals("createInvoice"),
        [
            "INVALID at input.date",
            "INVALID at input.description",
            "INVALID at input.lines.0.amount",
            "INVALID at input.lines.1.amount",
            "INVALID at input.lines.1.description",
        ]
    );
    let lines: Vec<_> = (0..101).map(|_| json!({ "amount": "1" })).collect();
    let many =
        call(&staff, "createInvoice", json!({ "userId": user.id, "lines": lines }), "invoice { id }").await;
    assert_eq!(many.refusals("createInvoice"), ["INVALID at input.lines"]);
    let nobody = call(&staff, "createInvoice", json!({ "userId": "x" }), "invoice { id }").await;
    assert_eq!(nobody.refusals("createInvoice"), ["NOT_FOUND at input.userId"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_user_has_one_outstanding_invoice_a_month() {
    let app = TestApp::start().await;
    let (staff, user, other) = (app.manager().await, app.customer().await, app.customer().await);
    let first = invoice(&staff, &user, json!({ "date": "2024-02-01" }), &["1.00"]).await;
    let again = json!({ "userId": user.id, "date": "2024-02-29" });
    let refused = call(&staff, "createInvoice", again.clone(), "invoice { id }").await;
    assert_eq!(refused.refusals("createInvoice"), ["TAKEN at input.date"]);
    invoice(&staff, &user, json!({ "date": "2024-03-01" }), &[]).await;
    invoice(&staff, &user, json!({ "date": "2024-02-02", "status": "PAID" }), &[]).await;

    // Neither by its day nor by its user can another one get there.
    let of_other = invoice(&staff, &other, json!({ "date": "2024-02-10" }), &[]).await;
    let moved =
        call(&staff, "updateInvoice", json!({ "id": of_other, "userId": user.id }), "invoice { id }").await;
    assert_eq!(moved.refusals("updateInvoice"), ["TAKEN at input.date"]);
    let paid = json!({ "id": first, "status": "PAID" });
    call(&staff, "changeInvoiceStatus", paid, "invoice { id }").await.done("changeInvoiceStatus");
    let moved = json!({ "id": of_other, "userId": user.id, "date": "2024-02-11", "description": "theirs" });
    let moved =
        call(&staff, "updateInvoice", moved, "invoice { user { id } date description version }").await;
    assert_eq!(
        moved.done("updateInvoice")["invoice"],
        json!({ "user": { "id": user.id }, "date": "2024-02-11", "description": "theirs", "version": 2 })
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn statuses_follow_the_machine_and_versions_are_kept() {
    let app = TestApp::start().await;
    let (staff, user) = (app.manager().await, app.customer().await);
    let id = invoice(&staff, &user, json!({}), &["5.00"]).await;
    let to = async |status: &str, version: Value| {
        let input = json!({ "id": id, "status": status, "expectedVersion": version });
        call(&staff, "changeInvoiceStatus", input, "invoice { status version nextStatuses }").await
    };
    assert_eq!(
        to("PAID", json!(7)).await.refusals("changeInvoiceStatus"),
        ["VERSION_CONFLICT at input.expectedVersion"]
    );
    let paid = to("PAID", json!(1)).await;
    assert_eq!(
        paid.done("changeInvoiceStatus")["invoice"],
        json!({ "status": "PAID", "version": 2, "nextStatuses": ["VOID"] })
    );
    for status in ["PAID", "OUTSTANDING"] {
        let refused = to(status, Value::Null).await;
        assert_eq!(refused.refusals("changeInvoiceStatus"), ["ILLEGAL_TRANSITION at input.status"]);
    }
    to("VOID", Value::Null).await.done("changeInvoiceStatus");
    let stale =
        call(&staff, "updateInvoice", json!({ "id": id, "expectedVersion": 1 }), "invoice { id }").await;
    assert_eq!(stale.refusals("updateInvoice"), ["VERSION_CONFLICT at input.expectedVersion"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn deleting_an_invoice_deletes_its_lines() {
    let app = TestApp::start().await;
    let (staff, user) = (app.manager().await, app.customer().await);
    let id = invoice(&staff, &user, json!({}), &["5.00", "1.00"]).await;
    let line = first_line(&user, &id).await;
    let deleted = call(&staff, "deleteInvoice", json!({ "id": id }), "invoice { id deletedAt }").await;
    assert_ne!(deleted.done("deleteInvoice")["invoice"]["deletedAt"], Value::Null);
    let ask = "query($id: ID!, $line: ID!) { invoice(id: $id) { id } node(id: $id) { id } l: node(id: $line) { id } }";
    let ids = json!({ "id": id, "line": line });
    assert_eq!(*user.gql(ask, ids.clone()).await.data(), json!({ "invoice": null, "node": null, "l": null }));
    let seen = json!({ "invoice": { "id": id }, "node": { "id": id }, "l": { "id": line } });
    assert_eq!(*staff.gql(ask, ids).await.data(), seen);
    let lists = "{ invoices { totalCount nodes { id } } invoiceLines { totalCount nodes { id } } }";
    let lists = staff.query(lists).await;
    assert_eq!(
        (lists.at("/invoices/totalCount"), lists.at("/invoiceLines/totalCount")),
        (&json!(0), &json!(0))
    );
    for (mutation, input) in [
        ("deleteInvoice", json!({ "id": id })),
        ("updateInvoice", json!({ "id": id })),
        ("changeInvoiceStatus", json!({ "id": id, "status": "PAID" })),
        ("deleteInvoiceLine", json!({ "id": line })),
    ] {
        assert_eq!(
            call(&staff, mutation, input, "__typename").await.refusals(mutation),
            ["NOT_FOUND at input.id"]
        );
    }
    // The month is free again.
    invoice(&staff, &user, json!({}), &[]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_key_makes_one_invoice() {
    let app = TestApp::start().await;
    let (staff, user) = (app.manager().await, app.customer().await);
    let key = json!({ "idempotencyKey": "k", "date": "2026-01-01" });
    let first = invoice(&staff, &user, key.clone(), &["1.00"]).await;
    assert_eq!(invoice(&staff, &user, key, &["1.00"]).await, first);
    let other = json!({ "userId": user.id, "date": "2026-02-01", "idempotencyKey": "k" });
    let other = call(&staff, "createInvoice", other, "invoice { id }").await;
    assert_eq!(other.refusals("createInvoice"), ["IDEMPOTENCY_MISMATCH at input.idempotencyKey"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_page_of_invoices_costs_three_statements_and_filters_hold() {
    let app = TestApp::start().await;
    let (staff, one, two) = (app.manager().await, app.customer().await, app.customer().await);
    for month in 1..=10 {
        for user in [&one, &two] {
            let status = if month < 8 { "PAID" } else { "OUTSTANDING" };
            let more = json!({ "date": format!("2025-{month:02}-15"), "status": status });
            invoice(&staff, user, more, &["1.00", "2.00"]).await;
        }
    }
    let page = "{ invoices(first: 20) { nodes { amount { amount } user { username } lines { amount { amount } } } } }";
    let page = staff.query(page).await;
    assert_eq!(page.at("/invoices/nodes").as_array().map(Vec::len), Some(20));
    assert_eq!(page.statements(), 3);

    let count = async |filter: Value| {
        let ask = "query($f: InvoiceFilter) { invoices(filter: $f) { totalCount } }";
        staff.gql(ask, json!({ "f": filter })).await.at("/invoices/totalCount").clone()
    };
    assert_eq!(count(json!({ "userId": one.id })).await, 10);
    assert_eq!(count(json!({ "statuses": ["PAID"], "userId": two.id })).await, 7);
    assert_eq!(count(json!({ "from": "2025-02-15", "to": "2025-04-15" })).await, 6);
    let own = "{ viewer { invoices(first: 2, filter: { statuses: [OUTSTANDING] }) { totalCount nodes { date } } } }";
    assert_eq!(
        *one.query(own).await.at("/viewer/invoices"),
        json!({ "totalCount": 3, "nodes": [{ "date": "2025-10-15" }, { "date": "2025-09-15" }] })
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_reaches_anothers_invoice_by_any_path() {
    let app = TestApp::start().await;
    let (staff, user, other) = (app.manager().await, app.customer().await, app.customer().await);
    let id = invoice(&staff, &user, json!({}), &["1.00"]).await;
    let line = first_line(&staff, &id).await;
    let ask = "query($id: ID!, $line: ID!) { invoice(id: $id) { id } nodes(ids: [$id, $line]) { id } }";
    let reply = other.gql(ask, json!({ "id": id, "line": line })).await;
    assert_eq!(*reply.data(), json!({ "invoice": null, "nodes": [null, null] }));
    let reply = app.visitor().gql("query($id: ID!) { node(id: $id) { id } }", json!({ "id": id })).await;
    assert_eq!(*reply.at("/node"), Value::Null);
}
