//! All that hangs on an account, read at once by its owner.

use crate::{
    billing::{call, check_in, check_out, invoice, member},
    support::{TestApp, json},
};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_viewer_with_all_that_is_theirs_costs_as_much_with_little_as_with_much() {
    const ASK: &str = "{ viewer {
        username
        bag { items { quantity product { name } total { amount } } total { amount } }
        orders { nodes { number status total { amount } lines { quantity product { name } } } }
        membership { credits creditsAvailable openStreams { id } }
        invoices { nodes { date status amount { amount } lines { description amount { amount } } } }
    } }";
    let app = TestApp::start().await;
    let (staff, seller, user) = (app.manager().await, app.studio().await, app.customer().await);
    member(&app, &staff, &user, 9, "1.00").await;
    for round in 1..=3_usize {
        let product = seller.sell(&format!("Lamp {round}"), "5.00", 9, json!({})).await;
        user.order(&[(&product, 1)], None).await.done("placeOrder");
        let item = json!({ "productId": product, "quantity": 1 });
        call(&user, "setBagItem", item, "__typename").await.done("setBagItem");
        check_in(&user).await.done("checkIn");
        check_in(&user).await.done("checkIn");
        check_out(&user).await.done("checkOut");
        invoice(&staff, &user, json!({ "date": format!("2025-0{round}-01") }), &["1.00"]).await;

        let reply = user.query(ASK).await;
        for (list, many) in [
            ("/viewer/bag/items", round),
            ("/viewer/orders/nodes", round),
            ("/viewer/membership/openStreams", round),
            ("/viewer/invoices/nodes", round + 1),
        ] {
            assert_eq!(reply.at(list).as_array().map(Vec::len), Some(many), "{list}");
        }
        // The account; its bag, orders, membership and invoices; the items with their products, the lines of the
        // orders with theirs, the streams, and the lines of the invoices.
        assert_eq!(reply.statements(), 10);
    }
}
