//! The store's figures: right to the cent and to the day, and for staff alone.

mod hidden;

use crate::{
    billing,
    support::{Person, TestApp, Value, json},
};

/// Orders something and lets it have happened at a moment.
async fn sold(app: &TestApp, buyer: &Person, items: &[(&str, i32)], at: &str) -> String {
    let reply = buyer.order(items, None).await;
    let id = reply.text("/placeOrder/order/id");
    app.database.sql(&format!("UPDATE orders SET created_at = '{at}' WHERE id = '{id}'")).await;
    id
}

async fn report(who: &Person, fields: &str) -> Value {
    who.query(&format!("{{ reports {{ {fields} }} }}")).await.at("/reports").clone()
}

/// The buckets as `start orders units revenue`.
async fn sales(who: &Person, from: &str, to: &str, interval: &str) -> Vec<String> {
    let ask = format!(
        "sales(from: \"{from}\", to: \"{to}\", interval: {interval}) {{ start orders units revenue {{ amount currency }} }}"
    );
    let found = report(who, &ask).await;
    let line = |bucket: &Value| {
        assert_eq!(bucket["revenue"]["currency"], "EUR");
        let amount = bucket["revenue"]["amount"].as_str().expect("an amount is text");
        format!(
            "{} {} {} {amount}",
            bucket["start"].as_str().expect("a day is text"),
            bucket["orders"],
            bucket["units"]
        )
    };
    found["sales"].as_array().expect("there are buckets").iter().map(line).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sales_fall_into_days_weeks_and_months() {
    let app = TestApp::start().await;
    let (seller, buyer, manager) = (app.customer().await, app.customer().await, app.manager().await);
    let cheap = seller.sell("Pencil", "0.10", 1_000, json!({})).await;
    let dear = seller.sell("Piano", "999.99", 100, json!({})).await;
    // 2026 begins on a Thursday, in a week that ISO 8601 counts from Monday, the 29th of December.
    sold(&app, &buyer, &[(&cheap, 3)], "2025-12-28T23:59:59.999999Z").await;
    sold(&app, &buyer, &[(&cheap, 1), (&dear, 2)], "2025-12-29T00:00:00Z").await;
    sold(&app, &buyer, &[(&cheap, 7)], "2025-12-31T23:59:59.999999Z").await;
    // Elsewhere this is still last year; the days are those of UTC.
    sold(&app, &buyer, &[(&dear, 1)], "2025-12-31T19:00:00-05:00").await;
    sold(&app, &buyer, &[(&dear, 1)], "2026-01-05T00:00:00Z").await;
    let cancelled = sold(&app, &buyer, &[(&dear, 50)], "2025-12-31T12:00:00Z").await;
    buyer.move_order(&cancelled, "CANCELLED").await.done("changeOrderStatus");

    assert_eq!(
        sales(&manager, "2025-12-28", "2026-01-01", "DAY").await,
        [
            "2025-12-28 1 3 0.30",
            "2025-12-29 1 3 2000.08",
            "2025-12-30 0 0 0.00",
            "2025-12-31 1 7 0.70",
            "2026-01-01 1 1 999.99",
        ]
    );
    assert_eq!(
        sales(&manager, "2025-12-28", "2026-01-05", "WEEK").await,
        ["2025-12-22 1 3 0.30", "2025-12-29 3 11 3000.77", "2026-01-05 1 1 999.99"]
    );
    // What lies outside the range does not count, though its bucket is there.
    assert_eq!(sales(&manager, "2025-12-31", "2026-01-04", "WEEK").await, ["2025-12-29 2 8 1000.69"]);
    assert_eq!(
        sales(&manager, "2025-11-30", "2026-01-31", "MONTH").await,
        ["2025-11-01 0 0 0.00", "2025-12-01 3 13 2001.08", "2026-01-01 2 2 1999.98"]
    );
    // A leap day is a day, and February ends with it.
    assert_eq!(sales(&manager, "2028-02-28", "2028-03-01", "DAY").await.len(), 3);
    let days = sales(&manager, "2025-12-28", "2025-12-28", "DAY").await;
    assert_eq!(days, sales_by_default(&manager, "2025-12-28").await);
}

async fn sales_by_default(who: &Person, day: &str) -> Vec<String> {
    let ask = format!("sales(from: \"{day}\", to: \"{day}\") {{ start orders units revenue {{ amount }} }}");
    let found = report(who, &ask).await;
    let bucket = &found["sales"][0];
    let text = |value: &Value| value.as_str().map_or(value.to_string(), str::to_owned);
    vec![
        [&bucket["start"], &bucket["orders"], &bucket["units"], &bucket["revenue"]["amount"]]
            .map(text)
            .join(" "),
    ]
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_range_is_checked_before_anything_is_read() {
    let app = TestApp::start().await;
    let manager = app.manager().await;
    // A thousand days, weeks and months, and one more.
    for (interval, fits, too_many) in [
        ("DAY", "2028-09-26", "2028-09-27"),
        ("WEEK", "2045-02-26", "2045-02-27"),
        ("MONTH", "2109-04-30", "2109-05-01"),
    ] {
        let told = sales(&manager, "2026-01-01", fits, interval).await;
        assert_eq!(told.len(), 1_000, "{interval}");
        let ask = format!(
            "{{ reports {{ memberships {{ active }} sales(from: \"2026-01-01\", to: \"{too_many}\", interval: {interval}) {{ start }} }} }}"
        );
        let reply = manager.query(&ask).await;
        assert_eq!(reply.codes(), ["BAD_USER_INPUT"], "{interval}");
        assert_eq!(reply.body["errors"][0]["path"], json!(["reports", "sales"]));
    }
    for field in [
        "sales(from: \"2026-01-02\", to: \"2026-01-01\") { start }",
        "topProducts(from: \"2026-01-02\", to: \"2026-01-01\") { units }",
        "invoices(from: \"2026-01-02\", to: \"2026-01-01\") { count }",
        "topProducts(from: \"2026-01-01\", to: \"2026-01-01\", first: 101) { units }",
        "topProducts(from: \"2026-01-01\", to: \"2026-01-01\", first: -1) { units }",
        "gamePopularity(first: 101) { rank }",
    ] {
        let reply = manager.query(&format!("{{ reports {{ {field} }} }}")).await;
        assert_eq!(reply.codes(), ["BAD_USER_INPUT"], "{field}");
        let message = reply.body["errors"][0]["message"].as_str().expect("there is a message");
        assert!(message.contains("`from`") || message.contains("`first`"), "{message}");
        assert_eq!(reply.statements(), 0, "{field}");
    }
    // The ends of the calendar are days like others.
    let ends = "sales(from: \"0001-01-01\", to: \"0001-01-01\", interval: WEEK) { start }
        topProducts(from: \"0001-01-01\", to: \"9999-12-31\") { units }
        invoices(from: \"0001-01-01\", to: \"9999-12-31\") { count }";
    let found = report(&manager, ends).await;
    assert_eq!(found["sales"][0]["start"], "0001-01-01");
    assert_eq!(sales(&manager, "9999-12-31", "9999-12-31", "DAY").await, ["9999-12-31 0 0 0.00"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn products_are_ranked_by_units() {
    let app = TestApp::start().await;
    let (seller, buyer, manager) = (app.customer().await, app.customer().await, app.manager().await);
    let pencil = seller.sell("Pencil", "0.10", 100, json!({})).await;
    let pen = seller.sell("Pen", "2.50", 100, json!({})).await;
    let piano = seller.sell("Piano", "999.99", 10, json!({})).await;
    seller.sell("Unsold", "1.00", 10, json!({})).await;
    sold(&app, &buyer, &[(&pencil, 4), (&piano, 1)], "2026-01-10T10:00:00Z").await;
    sold(&app, &buyer, &[(&pencil, 2), (&pen, 6)], "2026-01-11T10:00:00Z").await;
    sold(&app, &buyer, &[(&piano, 8)], "2026-01-12T00:00:00Z").await;
    let gone = "mutation($id: ID!) { changeProductStatus(input: {id: $id, status: ARCHIVED}) { userErrors { code } } }";
    seller.gql(gone, json!({ "id": pen })).await.done("changeProductStatus");

    let ask =
        "topProducts(from: \"2026-01-10\", to: \"2026-01-11\") { units revenue { amount } product { name } }";
    let reply = manager.query(&format!("{{ reports {{ {ask} }} }}")).await;
    assert_eq!(
        *reply.at("/reports/topProducts"),
        json!([
            { "units": 6, "revenue": { "amount": "15.00" }, "product": { "name": "Pen" } },
            { "units": 6, "revenue": { "amount": "0.60" }, "product": { "name": "Pencil" } },
            { "units": 1, "revenue": { "amount": "999.99" }, "product": { "name": "Piano" } },
        ])
    );
    assert_eq!(reply.statements(), 2, "the figures, and all products");
    let one = report(
        &manager,
        "topProducts(from: \"2026-01-10\", to: \"2026-01-31\", first: 1) { product { name } }",
    );
    assert_eq!(one.await["topProducts"], json!([{ "product": { "name": "Piano" } }]));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn games_are_ranked_by_who_plays_now() {
    let app = TestApp::start().await;
    let (studio, manager) = (app.studio().await, app.manager().await);
    let (first, second) = (app.customer().await, app.customer().await);
    let mut games = Vec::new();
    for title in ["Nobody's", "Paused", "Shared one", "Shared two", "Both"] {
        games.push(studio.publish(title).await);
    }
    for (player, game) in [(&first, 4), (&second, 4), (&first, 2), (&second, 3)] {
        player.subscribe(&games[game]).await;
    }
    let paused = first.subscribe(&games[1]).await;
    first.move_subscription(&paused, "PAUSED").await.done("changeSubscriptionStatus");
    // A closed account's subscription stays in the figures.
    let close = "mutation($id: ID!) { closeAccount(input: {userId: $id}) { userErrors { code } } }";
    manager.gql(close, json!({ "id": second.id })).await.done("closeAccount");

    let reply =
        manager.query("{ reports { gamePopularity { rank activeSubscribers game { title } } } }").await;
    let place = |rank: i32, active: i32, title: &str| json!({ "rank": rank, "activeSubscribers": active, "game": { "title": title } });
    assert_eq!(
        *reply.at("/reports/gamePopularity"),
        json!([
            place(1, 2, "Both"),
            place(2, 1, "Shared one"),
            place(2, 1, "Shared two"),
            place(4, 0, "Nobody's"),
            place(4, 0, "Paused"),
        ])
    );
    assert_eq!(reply.statements(), 2, "the figures, and all games");
    let two = report(&manager, "gamePopularity(first: 2) { rank }").await;
    assert_eq!(two["gamePopularity"], json!([{ "rank": 1 }, { "rank": 2 }]));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn memberships_are_counted_by_the_calendar() {
    let app = TestApp::start().await;
    billing::begin(&app, "2027-03-10T12:00:00Z");
    let mut manager = app.manager().await;
    let people = [app.customer().await, app.customer().await, app.customer().await];
    for (person, days) in people.iter().zip([3, 30, 30]) {
        let today = billing::today(&app);
        billing::member_of(&manager, person, (today, billing::days(today, days)), 2, "1.00").await;
    }
    billing::check_in(&people[1]).await.done("checkIn");
    let ask = "memberships { active cancelled expired openStreams }";
    let count = |active: i32, cancelled: i32, expired: i32, open: i32| {
        json!({ "memberships":
            { "active": active, "cancelled": cancelled, "expired": expired, "openStreams": open } })
    };
    assert_eq!(report(&manager, ask).await, count(3, 0, 0, 1));
    let cancel = "mutation($id: ID!) { cancelMembership(input: {id: $id}) { userErrors { code } } }";
    let ask_for = "query($id: ID!) { user(id: $id) { membership { id } } }";
    let given_up = manager.gql(ask_for, json!({ "id": people[2].id })).await.text("/user/membership/id");
    manager.gql(cancel, json!({ "id": given_up })).await.done("cancelMembership");

    // The first one ends with its last day, by UTC; nobody comes by to say so.
    billing::move_to(&app, "2027-03-13T23:50:00Z");
    manager.sign_in().await;
    assert_eq!(report(&manager, ask).await, count(2, 1, 0, 1));
    billing::move_to(&app, "2027-03-14T00:00:00Z");
    assert_eq!(report(&manager, ask).await, count(1, 1, 1, 1));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn invoices_are_added_up_by_status() {
    let app = TestApp::start().await;
    let (manager, user, other) = (app.manager().await, app.customer().await, app.customer().await);
    let on = |day: &str| json!({ "date": day });
    billing::invoice(&manager, &user, on("2026-01-31"), &["10.10", "-0.20"]).await;
    billing::invoice(&manager, &other, on("2026-01-01"), &["0.05"]).await;
    billing::invoice(&manager, &other, on("2026-02-01"), &["500.00"]).await;
    let paid = billing::invoice(&manager, &user, on("2025-12-31"), &["77.00"]).await;
    let deleted = billing::invoice(&manager, &user, on("2026-03-01"), &["88.00"]).await;
    let pay =
        "mutation($id: ID!) { changeInvoiceStatus(input: {id: $id, status: PAID}) { userErrors { code } } }";
    manager.gql(pay, json!({ "id": paid })).await.done("changeInvoiceStatus");
    let delete = "mutation($id: ID!) { deleteInvoice(input: {id: $id}) { userErrors { code } } }";
    manager.gql(delete, json!({ "id": deleted })).await.done("deleteInvoice");

    let totals = |outstanding: (i32, &str), paid: (i32, &str)| {
        let total = |status: &str, (count, amount): (i32, &str)| json!({ "status": status, "count": count, "amount": { "amount": amount } });
        json!([total("OUTSTANDING", outstanding), total("PAID", paid), total("VOID", (0, "0.00"))])
    };
    let ask = "invoices(from: \"2026-01-01\", to: \"2026-01-31\") { status count amount { amount } }";
    let reply = manager.query(&format!("{{ reports {{ {ask} }} }}")).await;
    assert_eq!(*reply.at("/reports/invoices"), totals((2, "9.95"), (0, "0.00")));
    assert_eq!(reply.statements(), 1);
    let ask = "invoices(from: \"2025-12-31\", to: \"2026-12-31\") { status count amount { amount } }";
    assert_eq!(report(&manager, ask).await["invoices"], totals((3, "509.95"), (1, "77.00")));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sums_may_outgrow_64_bits() {
    let app = TestApp::start().await;
    let (seller, buyer, manager) = (app.customer().await, app.customer().await, app.manager().await);
    let product = seller.sell("Moon", "1.00", 10, json!({})).await;
    for _ in 0..3 {
        sold(&app, &buyer, &[(&product, 1)], "2026-01-10T10:00:00Z").await;
    }
    app.database.sql(&format!("UPDATE orders SET total = {}", i64::MAX)).await;
    assert_eq!(
        sales(&manager, "2026-01-10", "2026-01-10", "DAY").await,
        ["2026-01-10 3 3 276701161105643274.21"]
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn all_reports_together_cost_a_statement_each() {
    let app = TestApp::start().await;
    let manager = app.manager().await;
    let reply = manager
        .query(
            "{ reports { sales(from: \"2026-01-01\", to: \"2026-12-31\") { units }
                topProducts(from: \"2026-01-01\", to: \"2026-12-31\") { units }
                gamePopularity { rank } memberships { active }
                invoices(from: \"2026-01-01\", to: \"2026-12-31\") { count } } }",
        )
        .await;
    assert_eq!(reply.at("/reports/sales").as_array().map(Vec::len), Some(365));
    assert_eq!(reply.statements(), 5);
}
