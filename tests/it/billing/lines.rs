//! Lines of invoices, and the amounts that follow them.

use futures_util::future::join_all;

use super::{call, first_line, invoice, told};
use crate::support::{TestApp, json};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn amounts_follow_lines_that_come_change_move_and_go() {
    let app = TestApp::start().await;
    let (staff, one, two) = (app.manager().await, app.customer().await, app.customer().await);
    let a = invoice(&staff, &one, json!({}), &["5.00"]).await;
    let b = invoice(&staff, &two, json!({}), &["7.00"]).await;

    let new = json!({ "invoiceId": a, "amount": "-1.50", "description": "credit", "idempotencyKey": "k" });
    let made = call(&staff, "createInvoiceLine", new.clone(), "invoiceLine { id invoice { version } }").await;
    let line = made.text("/createInvoiceLine/invoiceLine/id");
    assert_eq!(*made.at("/createInvoiceLine/invoiceLine/invoice/version"), json!(2));
    let again = call(&staff, "createInvoiceLine", new, "invoiceLine { id }").await;
    assert_eq!(again.text("/createInvoiceLine/invoiceLine/id"), line);
    assert_eq!(told(&one, &a).await, "OUTSTANDING 3.50 = 5.00 + -1.50");

    let change = json!({ "id": line, "expectedVersion": 1, "amount": "-2.00", "description": "more" });
    call(&staff, "updateInvoiceLine", change, "invoiceLine { id }").await.done("updateInvoiceLine");
    assert_eq!(told(&one, &a).await, "OUTSTANDING 3.00 = 5.00 + -2.00");

    let moved = json!({ "id": line, "expectedVersion": 2, "invoiceId": b, "amount": "-3.00" });
    let moved = call(&staff, "updateInvoiceLine", moved, "invoiceLine { version invoice { id } }").await;
    assert_eq!(
        moved.done("updateInvoiceLine")["invoiceLine"],
        json!({ "version": 3, "invoice": { "id": b } })
    );
    assert_eq!(told(&one, &a).await, "OUTSTANDING 5.00 = 5.00");
    assert_eq!(told(&two, &b).await, "OUTSTANDING 4.00 = 7.00 + -3.00");

    call(&staff, "deleteInvoiceLine", json!({ "id": line }), "invoiceLine { deletedAt }")
        .await
        .done("deleteInvoiceLine");
    assert_eq!(told(&two, &b).await, "OUTSTANDING 7.00 = 7.00");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn lines_of_settled_invoices_stay_as_they_are() {
    let app = TestApp::start().await;
    let (staff, user) = (app.manager().await, app.customer().await);
    let open = invoice(&staff, &user, json!({}), &["1.00"]).await;
    let loose = first_line(&staff, &open).await;
    for status in ["PAID", "VOID"] {
        let settled = invoice(&staff, &user, json!({ "status": status }), &["9.00"]).await;
        let line = first_line(&staff, &settled).await;
        for (mutation, input, at) in [
            ("updateInvoiceLine", json!({ "id": line, "amount": "1" }), "id"),
            ("updateInvoiceLine", json!({ "id": line, "invoiceId": open }), "id"),
            ("updateInvoiceLine", json!({ "id": loose, "invoiceId": settled }), "invoiceId"),
            ("deleteInvoiceLine", json!({ "id": line }), "id"),
            ("createInvoiceLine", json!({ "invoiceId": settled, "amount": "1" }), "invoiceId"),
            ("deleteInvoice", json!({ "id": settled }), "id"),
        ] {
            let refused = call(&staff, mutation, input, "__typename").await;
            assert_eq!(refused.refusals(mutation), [format!("INVALID at input.{at}")], "{mutation} {status}");
        }
        assert_eq!(told(&staff, &settled).await, format!("{status} 9.00 = 9.00"));
    }
    assert_eq!(told(&staff, &open).await, "OUTSTANDING 1.00 = 1.00");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_wrong_with_a_line_is_told() {
    let app = TestApp::start().await;
    let (staff, user) = (app.manager().await, app.customer().await);
    let open = invoice(&staff, &user, json!({}), &["1.00"]).await;
    let line = first_line(&staff, &open).await;
    for (mutation, input, told) in [
        ("createInvoiceLine", json!({ "invoiceId": "x", "amount": "1" }), "NOT_FOUND at input.invoiceId"),
        ("createInvoiceLine", json!({ "invoiceId": open, "amount": "0.001" }), "INVALID at input.amount"),
        ("updateInvoiceLine", json!({ "id": "x" }), "NOT_FOUND at input.id"),
        ("updateInvoiceLine", json!({ "id": line, "invoiceId": "x" }), "NOT_FOUND at input.invoiceId"),
        ("updateInvoiceLine", json!({ "id": line, "amount": "20000000000" }), "INVALID at input.amount"),
        (
            "updateInvoiceLine",
            json!({ "id": line, "expectedVersion": 4 }),
            "VERSION_CONFLICT at input.expectedVersion",
        ),
        ("deleteInvoiceLine", json!({ "id": "x" }), "NOT_FOUND at input.id"),
    ] {
        assert_eq!(call(&staff, mutation, input, "__typename").await.refusals(mutation), [told]);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn lines_that_are_moved_both_ways_at_once_lose_nothing() {
    let app = TestApp::start().await;
    let (staff, one, two) = (app.manager().await, app.customer().await, app.customer().await);
    let a = invoice(&staff, &one, json!({}), &["5.00"]).await;
    let b = invoice(&staff, &two, json!({}), &["7.00"]).await;
    let (of_a, of_b) = (first_line(&staff, &a).await, first_line(&staff, &b).await);
    let moves = (0..24).map(|n| {
        let (line, to) = match n % 4 {
            0 => (&of_a, &b),
            1 => (&of_b, &a),
            2 => (&of_a, &a),
            _ => (&of_b, &b),
        };
        call(&staff, "updateInvoiceLine", json!({ "id": line, "invoiceId": to }), "invoiceLine { id }")
    });
    for reply in join_all(moves).await {
        reply.done("updateInvoiceLine");
    }
    let agree = "SELECT bool_and(amount = coalesce((SELECT sum(amount) FROM invoice_lines \
                 WHERE invoice_id = invoices.id AND deleted_at IS NULL), 0)) || ' ' || sum(amount) FROM invoices";
    assert_eq!(app.database.text(agree).await, "true 1200");
}
