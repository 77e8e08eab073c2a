//! Where a webhook can't be, and where it does not lead.

use super::{Receiver, Says, comes_to, create, people, sending, telling, watching};
use crate::{
    support::{TestApp, Value, json},
    tls::Authority,
};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn addresses_that_are_not_public_are_refused_by_number_and_by_name() {
    let authority = Authority::new();
    let receiver = Receiver::start(&authority).await;
    let [jobs, _, ca] = sending(&authority);
    let app = TestApp::with(&[&jobs, &ca]).await;
    let (seller, mug, staff) = people(&app).await;
    for host in [
        "127.0.0.1",
        "10.0.0.1",
        "169.254.169.254",
        "0x7f.1",
        "2130706433",
        "0177.0.0.1",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "[::ffff:a9fe:a9fe]",
        "[fd00::1]",
        "[fe80::1]",
        "100.64.0.1",
        "0.0.0.0",
    ] {
        let url = format!("https://{host}:{}/", receiver.port);
        let refused = create(&staff, json!({ "url": url, "types": ["STOCK_CHANGED"] })).await;
        assert_eq!(refused.refusals("createWebhook"), ["INVALID at input.url"], "{url}");
        assert_eq!(
            refused.body["data"]["createWebhook"]["userErrors"][0]["message"],
            "This address is not public."
        );
        assert_eq!(refused.body["data"]["createWebhook"]["secret"], Value::Null);
    }
    let (webhook, _) = watching(&staff, &receiver).await;
    // One that was made when such addresses were allowed.
    let by_number =
        create(&staff, json!({ "url": "https://example.org/", "types": ["STOCK_CHANGED"] })).await;
    let by_number = by_number.text("/createWebhook/webhook/id");
    let mapped = format!("https://[::ffff:127.0.0.1]:{}/", receiver.port);
    app.database.sql(&format!("UPDATE webhooks SET url = '{mapped}' WHERE id = '{by_number}'")).await;
    seller.restock(&mug, 2).await;
    for webhook in [webhook, by_number] {
        let refused = json!({ "error": "its address is not public", "responseStatus": null });
        comes_to(&staff, &webhook, refused).await;
    }
    assert_eq!(receiver.links(), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn urls_that_no_webhook_has_are_refused() {
    let app = TestApp::start().await;
    let staff = app.manager().await;
    let long = format!("https://example.org/{}", "x".repeat(2_000));
    for url in [
        "",
        "example.org",
        "http://example.org/",
        "ftp://example.org/",
        "https://",
        "https://user@example.org/",
        "https://user:secret@example.org/",
        "https://example.org/#part",
        "https://exa mple.org/",
        "https://example.org:99999/",
        long.as_str(),
    ] {
        let refused = create(&staff, json!({ "url": url, "types": ["STOCK_CHANGED"] })).await;
        assert_eq!(refused.refusals("createWebhook"), ["INVALID at input.url"], "{url}");
    }
    let all = create(&staff, json!({ "url": "x", "types": [], "description": "\u{0}" })).await;
    assert_eq!(
        all.refusals("createWebhook"),
        ["INVALID at input.description", "INVALID at input.url", "REQUIRED at input.types"]
    );
    assert_eq!(app.database.text("SELECT count(*) FROM webhooks").await, "0");
    let refused = TestApp::refused(&["--jobs=on", "--webhook-ca=/nowhere"]).await;
    assert!(refused.starts_with("SOUK_WEBHOOK_CA: /nowhere: "), "{refused}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn redirects_lead_nowhere_and_strangers_are_not_trusted() {
    let authority = Authority::new();
    let (app, receiver) = (telling(&authority).await, Receiver::start(&authority).await);
    let stranger = Receiver::start(&Authority::new()).await;
    let (seller, mug, staff) = people(&app).await;
    let (webhook, _) = watching(&staff, &receiver).await;
    let (untrusted, _) = watching(&staff, &stranger).await;
    receiver.says(Says::With(307, "location", "/elsewhere"));
    seller.restock(&mug, 2).await;
    let answered = comes_to(&staff, &webhook, json!({ "responseStatus": 307 })).await;
    assert_eq!(answered["error"], json!("It answered 307; redirects are not followed."));
    // It may have been tried again by now.
    let heard = receiver.heard();
    assert!(!heard.is_empty() && heard.iter().all(|heard| heard.path == "/hooks"));
    let refused = json!({ "error": "invalid peer certificate: UnknownIssuer", "responseStatus": null });
    comes_to(&staff, &untrusted, refused).await;
    assert!(stranger.heard().is_empty());
}
