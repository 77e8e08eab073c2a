//! Placing orders and moving them on.

use futures_util::future::join_all;

use crate::support::{Person, TestApp, Value, json};

mod broken;
mod races;
mod sight;

const LINES: &str = "query($id: ID!) { order(id: $id) { status version total { amount currency }
    lines { productName quantity unitPrice { amount } total { amount } seller { id } product { id status } }
    history { from to by { id } } } }";

/// The id of the order that was placed.
pub fn id(reply: &crate::support::Reply) -> String {
    reply.done("placeOrder")["order"]["id"].as_str().expect("an order has an id").to_owned()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_order_takes_products_of_several_sellers_out_of_stock() {
    let app = TestApp::start().await;
    let (one, two, buyer) = (app.customer().await, app.studio().await, app.customer().await);
    let mug = one.sell("Mug", "12.50", 10, json!({})).await;
    let cap = two.sell("Cap", "20.00", 3, json!({})).await;

    let placed = buyer.order(&[(&mug, 2), (&cap, 3)], None).await;
    assert_eq!(placed.text("/placeOrder/order/total/amount"), "85.00");
    assert_eq!((buyer.stock(&mug).await, buyer.stock(&cap).await), (8, 0));

    let order = buyer.gql(LINES, json!({ "id": id(&placed) })).await;
    let order = order.at("/order");
    assert_eq!(order["status"], "PLACED");
    assert_eq!(order["total"], json!({ "amount": "85.00", "currency": "EUR" }));
    assert_eq!(order["history"], json!([{ "from": null, "to": "PLACED", "by": { "id": buyer.id } }]));
    let lines = order["lines"].as_array().expect("an order has lines");
    let mugs = lines.iter().find(|line| line["productName"] == "Mug").expect("a line for the mug");
    assert_eq!(mugs["quantity"], 2);
    assert_eq!(mugs["unitPrice"]["amount"], "12.50");
    assert_eq!(mugs["total"]["amount"], "25.00");
    assert_eq!(mugs["seller"]["id"], json!(one.id));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_order_that_is_short_of_anything_changes_nothing_and_names_every_short_line() {
    let app = TestApp::start().await;
    let (seller, buyer) = (app.customer().await, app.customer().await);
    let plenty = seller.sell("Plenty", "1.00", 100, json!({})).await;
    let few = seller.sell("Few", "1.00", 2, json!({})).await;
    let none = seller.sell("None", "1.00", 0, json!({})).await;

    let declined = buyer.order(&[(&plenty, 5), (&few, 3), (&none, 1)], None).await;
    assert_eq!(
        declined.refusals("placeOrder"),
        ["OUT_OF_STOCK at input.items.1.quantity", "OUT_OF_STOCK at input.items.2.quantity"]
    );
    let errors = declined.at("/placeOrder/userErrors").as_array().expect("a list").clone();
    let of_few = errors.iter().find(|error| error["product"]["id"] == json!(few)).expect("one for few");
    assert_eq!((&of_few["requested"], &of_few["available"]), (&json!(3), &json!(2)));
    assert_eq!(*declined.at("/placeOrder/order"), Value::Null);
    assert_eq!((buyer.stock(&plenty).await, buyer.stock(&few).await), (100, 2));
    let orders = buyer.query("{ viewer { orders { totalCount } } }").await;
    assert_eq!(*orders.at("/viewer/orders/totalCount"), json!(0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_product_that_is_named_twice_is_added_up() {
    let app = TestApp::start().await;
    let (seller, buyer) = (app.customer().await, app.customer().await);
    let mug = seller.sell("Mug", "2.00", 5, json!({})).await;

    let declined = buyer.order(&[(&mug, 3), (&mug, 3)], None).await;
    assert_eq!(declined.refusals("placeOrder"), ["OUT_OF_STOCK at input.items.0.quantity"]);
    let placed = buyer.order(&[(&mug, 3), (&mug, 2)], None).await;
    let order = buyer.gql(LINES, json!({ "id": id(&placed) })).await;
    assert_eq!(order.at("/order/lines").as_array().map(Vec::len), Some(1));
    assert_eq!(*order.at("/order/lines/0/quantity"), json!(5));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn everything_that_is_wrong_with_an_order_is_told_at_once() {
    let app = TestApp::start().await;
    let (seller, buyer) = (app.customer().await, app.customer().await);
    let draft = seller.sell("Draft", "1.00", 5, json!({ "status": "DRAFT" })).await;
    let mug = seller.sell("Mug", "1.00", 5, json!({})).await;
    let own = buyer.sell("Own", "1.00", 5, json!({})).await;

    let wrong = buyer.order(&[(&mug, 0), (&mug, -2), (&mug, 10_001)], None).await;
    assert_eq!(
        wrong.refusals("placeOrder"),
        [
            "INVALID at input.items.0.quantity",
            "INVALID at input.items.1.quantity",
            "INVALID at input.items.2.quantity"
        ]
    );
    let wrong = buyer.order(&[(&draft, 1), (&own, 1), ("nothing", 1), (&mug, 9)], None).await;
    assert_eq!(
        wrong.refusals("placeOrder"),
        [
            "INVALID at input.items.1.productId",
            "NOT_FOUND at input.items.0.productId",
            "NOT_FOUND at input.items.2.productId",
            "OUT_OF_STOCK at input.items.3.quantity"
        ]
    );
    assert_eq!(buyer.order(&[], None).await.refusals("placeOrder"), ["REQUIRED at input.items"]);
    let many: Vec<_> = (0..101).map(|_| (mug.as_str(), 1)).collect();
    assert_eq!(buyer.order(&many, None).await.refusals("placeOrder"), ["INVALID at input.items"]);
    assert_eq!(buyer.stock(&mug).await, 5);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn lines_stay_as_they_were_when_the_product_changes() {
    let app = TestApp::start().await;
    let (seller, buyer) = (app.customer().await, app.customer().await);
    let mug = seller.sell("Mug", "2.00", 5, json!({})).await;
    let placed = buyer.order(&[(&mug, 1)], None).await;
    let change =
        "mutation($input: UpdateProductInput!) { updateProduct(input: $input) { userErrors { code } } }";
    seller
        .gql(change, json!({ "input": { "id": mug, "name": "Cup", "price": "9.00" } }))
        .await
        .done("updateProduct");
    let delete =
        "mutation($input: DeleteProductInput!) { deleteProduct(input: $input) { userErrors { code } } }";
    seller.gql(delete, json!({ "input": { "id": mug } })).await.done("deleteProduct");

    let order = buyer.gql(LINES, json!({ "id": id(&placed) })).await;
    assert_eq!(order.text("/order/lines/0/productName"), "Mug");
    assert_eq!(order.text("/order/lines/0/unitPrice/amount"), "2.00");
    assert_eq!(order.text("/order/lines/0/product/id"), mug, "what an order refers to stays readable");
    let gone = buyer.gql("query($id: ID!) { product(id: $id) { id } }", json!({ "id": mug })).await;
    assert_eq!(*gone.at("/product"), Value::Null);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn staff_move_an_order_on_and_its_history_tells() {
    let app = TestApp::start().await;
    let (seller, buyer, manager) = (app.customer().await, app.customer().await, app.manager().await);
    let mug = seller.sell("Mug", "2.00", 5, json!({})).await;
    let order = id(&buyer.order(&[(&mug, 1)], None).await);

    let skipped = manager.move_order(&order, "SHIPPED").await;
    assert_eq!(skipped.refusals("changeOrderStatus"), ["ILLEGAL_TRANSITION at input.status"]);
    let told = skipped.at("/changeOrderStatus/userErrors/0");
    assert_eq!(
        (&told["from"], &told["to"], &told["allowed"]),
        (&json!("PLACED"), &json!("SHIPPED"), &json!(["PAID", "CANCELLED"]))
    );
    assert_eq!(buyer.move_order(&order, "PAID").await.codes(), ["FORBIDDEN"], "customers only cancel");
    for status in ["PAID", "SHIPPED", "DELIVERED"] {
        manager.move_order(&order, status).await.done("changeOrderStatus");
    }
    let late = buyer.move_order(&order, "CANCELLED").await;
    assert_eq!(late.refusals("changeOrderStatus"), ["ILLEGAL_TRANSITION at input.status"]);
    let told = buyer.gql(LINES, json!({ "id": order })).await;
    let by = |from: &str, to: &str| json!({ "from": from, "to": to, "by": { "id": manager.id } });
    let history = json!([
        { "from": null, "to": "PLACED", "by": { "id": buyer.id } },
        by("PLACED", "PAID"), by("PAID", "SHIPPED"), by("SHIPPED", "DELIVERED"),
    ]);
    assert_eq!(*told.at("/order/history"), history);
    assert_eq!(*told.at("/order/version"), json!(4));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cancelled_order_gives_its_stock_back() {
    let app = TestApp::start().await;
    let (seller, buyer) = (app.customer().await, app.customer().await);
    let mug = seller.sell("Mug", "2.00", 5, json!({})).await;
    let order = id(&buyer.order(&[(&mug, 4)], None).await);
    assert_eq!(buyer.stock(&mug).await, 1);
    let cancelled = buyer.move_order(&order, "CANCELLED").await;
    assert_eq!(cancelled.done("changeOrderStatus")["order"]["status"], "CANCELLED");
    assert_eq!(buyer.stock(&mug).await, 5);
    let again = buyer.move_order(&order, "CANCELLED").await;
    assert_eq!(again.refusals("changeOrderStatus"), ["ILLEGAL_TRANSITION at input.status"]);
    assert_eq!(buyer.stock(&mug).await, 5);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_order_is_not_moved_on_by_strangers_or_on_an_old_version() {
    let app = TestApp::start().await;
    let (seller, buyer, stranger) = (app.customer().await, app.customer().await, app.customer().await);
    let mug = seller.sell("Mug", "2.00", 5, json!({})).await;
    let order = id(&buyer.order(&[(&mug, 1)], None).await);
    for other in [&seller, &stranger] {
        let refused = other.move_order(&order, "CANCELLED").await;
        assert_eq!(refused.refusals("changeOrderStatus"), ["NOT_FOUND at input.id"]);
    }
    let change =
        "mutation($input: ChangeOrderStatusInput!) { changeOrderStatus(input: $input) { order { status }
        userErrors { code path ... on VersionConflict { expected actual } } } }";
    let input = json!({ "id": order, "status": "CANCELLED", "expectedVersion": 7 });
    let stale = buyer.gql(change, json!({ "input": input })).await;
    assert_eq!(stale.refusals("changeOrderStatus"), ["VERSION_CONFLICT at input.expectedVersion"]);
    assert_eq!(*stale.at("/changeOrderStatus/userErrors/0/actual"), json!(1));
    assert_eq!(buyer.stock(&mug).await, 4);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sellers_see_their_sales_with_what_they_need_of_the_order() {
    let app = TestApp::start().await;
    let (one, two, buyer) = (app.customer().await, app.customer().await, app.customer().await);
    let mug = one.sell("Mug", "2.00", 50, json!({})).await;
    let cap = two.sell("Cap", "3.00", 50, json!({})).await;
    let mut numbers = Vec::new();
    for _ in 0..3 {
        let placed = buyer.order(&[(&mug, 2), (&cap, 1)], None).await;
        numbers.push(placed.at("/placeOrder/order/number").clone());
    }
    let sales = "query($after: String) { viewer { sales(first: 2, after: $after) { totalCount
        pageInfo { hasNextPage endCursor } nodes { productName quantity orderNumber orderStatus orderedAt } } } }";
    let first = one.gql(sales, json!({})).await;
    assert_eq!(*first.at("/viewer/sales/totalCount"), json!(3));
    assert_eq!(first.at("/viewer/sales/nodes").as_array().map(Vec::len), Some(2));
    assert_eq!(*first.at("/viewer/sales/nodes/0/orderNumber"), numbers[2], "newest first");
    assert_eq!(first.text("/viewer/sales/nodes/0/productName"), "Mug");
    assert_eq!(first.text("/viewer/sales/nodes/0/orderStatus"), "PLACED");
    let rest = one.gql(sales, json!({ "after": first.text("/viewer/sales/pageInfo/endCursor") })).await;
    assert_eq!(*rest.at("/viewer/sales/nodes/0/orderNumber"), numbers[0]);
    assert_eq!(*rest.at("/viewer/sales/pageInfo/hasNextPage"), json!(false));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn orders_are_found_by_status_customer_and_time() {
    let app = TestApp::start().await;
    let (seller, manager) = (app.customer().await, app.manager().await);
    let (one, two) = (app.customer().await, app.customer().await);
    let mug = seller.sell("Mug", "2.00", 50, json!({})).await;
    let early = id(&one.order(&[(&mug, 1)], None).await);
    app.clock.advance(chrono::TimeDelta::minutes(10));
    let noon = chrono_text(&app);
    let late = id(&one.order(&[(&mug, 1)], None).await);
    let others = id(&two.order(&[(&mug, 1)], None).await);
    one.move_order(&early, "CANCELLED").await.done("changeOrderStatus");

    let find = async |who: &Person, filter: Value| {
        let staff = "query($filter: OrderFilter) { orders(filter: $filter) { totalCount nodes { id } } }";
        let found = who.gql(staff, json!({ "filter": filter })).await;
        let nodes = found.at("/orders/nodes").as_array().expect("a list").clone();
        assert_eq!(*found.at("/orders/totalCount"), json!(nodes.len()));
        nodes.iter().map(|node| node["id"].as_str().expect("an id").to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(find(&manager, json!({})).await, [others.clone(), late.clone(), early.clone()]);
    assert_eq!(find(&manager, json!({ "statuses": ["CANCELLED"] })).await, std::slice::from_ref(&early));
    assert_eq!(find(&manager, json!({ "customerId": one.id })).await, [late.clone(), early.clone()]);
    assert_eq!(find(&manager, json!({ "placedAfter": noon })).await, [others.clone(), late.clone()]);
    assert_eq!(find(&manager, json!({ "placedBefore": noon })).await, std::slice::from_ref(&early));
    let own =
        "query($filter: OrderFilter) { viewer { orders(filter: $filter) { totalCount nodes { id } } } }";
    let placed = one.gql(own, json!({ "filter": { "statuses": ["PLACED"] } })).await;
    assert_eq!(*placed.at("/viewer/orders/nodes"), json!([{ "id": late }]));
    assert_eq!(*placed.at("/viewer/orders/totalCount"), json!(1));
}

fn chrono_text(app: &TestApp) -> String {
    app.clock.now().to_rfc3339_opts(chrono::SecondsFormat::Micros, true)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn twenty_orders_with_lines_and_products_cost_at_most_four_statements() {
    let app = TestApp::start().await;
    let (seller, buyer, manager) = (app.customer().await, app.customer().await, app.manager().await);
    let mut products = Vec::new();
    for name in ["Mug", "Cap", "Bag"] {
        products.push(seller.sell(name, "2.00", 500, json!({})).await);
    }
    let items: Vec<_> = products.iter().map(|product| (product.as_str(), 1)).collect();
    join_all((0..20).map(|_| buyer.order(&items, None))).await.iter().for_each(|placed| {
        placed.done("placeOrder");
    });
    let orders =
        "{ orders(first: 20) { nodes { number total { amount } lines { quantity product { name } } } } }";
    let listed = manager.query(orders).await;
    assert_eq!(listed.at("/orders/nodes").as_array().map(Vec::len), Some(20));
    assert_eq!(listed.text("/orders/nodes/19/lines/2/product/name").len(), 3);
    assert!(listed.statements() <= 4, "{} statements", listed.statements());
    let own = "{ viewer { orders(first: 20) { totalCount nodes { lines { product { name } } history { to by { username } } } } } }";
    let listed = buyer.query(own).await;
    assert_eq!(*listed.at("/viewer/orders/totalCount"), json!(20));
    assert!(listed.statements() <= 7, "{} statements", listed.statements());
}
