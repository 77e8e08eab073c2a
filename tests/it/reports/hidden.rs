//! For whom there are reports.

use crate::support::{TestApp, Value};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn for_everyone_else_there_are_no_reports() {
    const HIDDEN: [&str; 7] = [
        "Reports",
        "ReportInterval",
        "SalesBucket",
        "ProductSales",
        "GameRank",
        "MembershipReport",
        "InvoiceTotal",
    ];
    const ASKED: [&str; 3] = [
        "{ reports { memberships { active } } }",
        "fragment F on Reports { memberships { active } } query { viewer { id } ...F }",
        "query($interval: ReportInterval) { viewer { id } }",
    ];
    let app = TestApp::start().await;
    let (customer, studio) = (app.customer().await, app.studio().await);
    let (manager, admin) = (app.manager().await, app.admin().await);
    let all =
        "{ __schema { types { name } queryType { fields { name } } } __type(name: \"Reports\") { name } }";
    let names = |found: &Value| -> Vec<String> {
        let names = found.as_array().expect("there are names").iter();
        names.map(|item| item["name"].as_str().expect("a name is text").to_owned()).collect()
    };
    // Staff come first and last: a document that was checked for them is not checked for others.
    for staff in [&manager.client, &admin.client] {
        assert_eq!(staff.query(ASKED[0]).await.at("/reports/memberships/active"), 0);
    }
    for other in [&app.visitor(), &customer.client, &studio.client] {
        let reply = other.query(all).await;
        let told = names(reply.at("/__schema/types"));
        assert!(HIDDEN.iter().all(|hidden| !told.iter().any(|name| name == hidden)), "{told:?}");
        assert!(!names(reply.at("/__schema/queryType/fields")).contains(&"reports".to_owned()));
        assert_eq!(*reply.at("/__type"), Value::Null);
        for asked in ASKED {
            let reply = other.query(asked).await;
            assert_eq!(reply.codes().first(), Some(&"GRAPHQL_VALIDATION_FAILED"), "{asked}");
            assert!(reply.body.get("data").is_none(), "{asked}");
        }
        let sdl = other.request(reqwest::Method::GET, "/schema.graphql").send().await.expect("it answers");
        let sdl = sdl.text().await.expect("it is text");
        assert!(sdl.contains("type Query") && HIDDEN.iter().all(|hidden| !sdl.contains(hidden)));
    }
    for staff in [&manager.client, &admin.client] {
        let reply = staff.query(all).await;
        let told = names(reply.at("/__schema/types"));
        assert!(HIDDEN.iter().all(|hidden| told.iter().any(|name| name == hidden)), "{told:?}");
        assert_eq!(reply.at("/__type/name"), "Reports");
        let sdl = staff.request(reqwest::Method::GET, "/schema.graphql").send().await.expect("it answers");
        assert_eq!(sdl.text().await.expect("it is text"), souk::api::sdl());
    }
}
