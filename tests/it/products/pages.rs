//! Paging, in every order and both directions.

use crate::support::{Client, Reply, TestApp, Value, json};

const PAGE: &str = "query($first: Int, $after: String, $last: Int, $before: String, $offset: Int,
        $filter: ProductFilter, $sort: ProductSort!) {
    products(first: $first, after: $after, last: $last, before: $before, offset: $offset, filter: $filter,
             sort: $sort) {
        totalCount nodes { id } edges { cursor node { id } }
        pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }";

async fn page(client: &Client, sort: &str, arguments: Value) -> Reply {
    let mut variables = arguments;
    variables["sort"] = json!(sort);
    client.gql(PAGE, variables).await
}

fn ids(reply: &Reply) -> Vec<String> {
    let nodes = reply.at("/products/nodes").as_array().expect("a list");
    let edges = reply.at("/products/edges").as_array().expect("a list");
    let id = |node: &Value| node["id"].as_str().expect("an id").to_owned();
    let ids: Vec<_> = nodes.iter().map(id).collect();
    assert_eq!(ids, edges.iter().map(|edge| id(&edge["node"])).collect::<Vec<_>>());
    let info = reply.at("/products/pageInfo");
    assert_eq!(info["startCursor"], edges.first().map_or(Value::Null, |edge| edge["cursor"].clone()));
    assert_eq!(info["endCursor"], edges.last().map_or(Value::Null, |edge| edge["cursor"].clone()));
    ids
}

/// All ids of a list, read three at a time from its start or from its end.
async fn walk(client: &Client, sort: &str, filter: &Value, forward: bool) -> Vec<String> {
    let (size, place, edge, more) = if forward {
        ("first", "after", "endCursor", "hasNextPage")
    } else {
        ("last", "before", "startCursor", "hasPreviousPage")
    };
    let (mut walked, mut cursor) = (Vec::<String>::new(), Value::Null);
    loop {
        let reply = page(client, sort, json!({ size: 3, place: cursor, "filter": filter })).await;
        let found = ids(&reply);
        walked = if forward { [walked, found.clone()].concat() } else { [found.clone(), walked].concat() };
        let info = reply.at("/products/pageInfo");
        let back = if forward { "hasPreviousPage" } else { "hasNextPage" };
        assert_eq!(info[back], !cursor.is_null(), "{sort} {place} {cursor}");
        if info[more] == false {
            return walked;
        }
        assert_eq!(found.len(), 3, "a page before the last one is full");
        cursor = info[edge].clone();
        assert!(walked.len() < 100, "{sort} comes to no end");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_order_is_walked_through_both_ways_without_a_gap() {
    let app = TestApp::start().await;
    let seller = app.customer().await;
    let offers = [
        ("pear", "2.00"),
        ("Apple", "1.00"),
        ("apple", "2.00"),
        ("Zebra", "2.00"),
        ("apple", "2.00"),
        ("Äpfel", "0"),
        ("fig", "1.00"),
        ("apple fig", "0.99"),
        ("apple-fig", "2.00"),
        ("APPLE", "1.00"),
    ];
    let mut sold = Vec::new();
    for (name, price) in offers {
        sold.push((name, price, seller.sell(name, price, 1, json!({})).await));
    }
    let ids = |rows: &[(&str, &str, String)]| rows.iter().map(|row| row.2.clone()).collect::<Vec<_>>();
    let oldest = ids(&sold);
    let minor = |price: &str| price.replace('.', "").parse::<u32>().unwrap_or(0);
    sold.sort_by_key(|(_, price, id)| (minor(price), id.clone()));
    let cheapest = ids(&sold);
    sold.sort_by_key(|(name, _, id)| (name.to_lowercase(), id.clone()));
    let by_name = ids(&sold);
    let reversed = |ids: &Vec<String>| ids.iter().rev().cloned().collect::<Vec<_>>();
    let visitor = app.visitor();
    for (sort, expected) in [
        ("OLDEST", oldest.clone()),
        ("NEWEST", reversed(&oldest)),
        ("RELEVANCE", reversed(&oldest)),
        ("PRICE_ASC", cheapest.clone()),
        ("PRICE_DESC", reversed(&cheapest)),
        ("NAME", by_name),
    ] {
        let whole = page(&visitor, sort, json!({ "first": 100 })).await;
        assert_eq!(self::ids(&whole), expected, "{sort}");
        assert_eq!(whole.at("/products/totalCount"), 10);
        for forward in [true, false] {
            assert_eq!(
                walk(&visitor, sort, &json!({}), forward).await,
                expected,
                "{sort} forward: {forward}"
            );
        }
    }
    // By relevance with a search: equal ranks are told apart by id.
    let filter = json!({ "search": "apple" });
    let best = self::ids(&page(&visitor, "RELEVANCE", json!({ "first": 100, "filter": filter })).await);
    assert_eq!(best.len(), 6);
    for forward in [true, false] {
        assert_eq!(walk(&visitor, "RELEVANCE", &filter, forward).await, best, "forward: {forward}");
    }
    // With a filter, by price.
    let filter = json!({ "minPrice": "2.00" });
    let dear: Vec<_> = cheapest[5..].to_vec();
    for forward in [true, false] {
        assert_eq!(walk(&visitor, "PRICE_ASC", &filter, forward).await, dear);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_page_between_two_cursors_holds_what_is_between() {
    let app = TestApp::start().await;
    let seller = app.customer().await;
    let mut sold = Vec::new();
    for name in ["a", "b", "c", "d", "e"] {
        sold.push(seller.sell(name, "1.00", 1, json!({})).await);
    }
    let visitor = app.visitor();
    let whole = page(&visitor, "NAME", json!({})).await;
    let cursor = |place: usize| whole.at(&format!("/products/edges/{place}/cursor")).clone();
    for (sized, expected) in [("first", &sold[1..3]), ("last", &sold[2..4])] {
        let between = json!({ sized: 2, "after": cursor(0), "before": cursor(4) });
        assert_eq!(ids(&page(&visitor, "NAME", between).await), expected);
    }
    // A cursor stays a place in the list when its row goes.
    let remove = json!({ "input": { "id": sold[2] } });
    let delete =
        "mutation($input: DeleteProductInput!) { deleteProduct(input: $input) { userErrors { code } } }";
    seller.gql(delete, remove).await.done("deleteProduct");
    assert_eq!(ids(&page(&visitor, "NAME", json!({ "after": cursor(2) })).await), sold[3..]);
    assert_eq!(ids(&page(&visitor, "NAME", json!({ "last": 5, "before": cursor(2) })).await), sold[..2]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_offset_skips_rows() {
    let app = TestApp::start().await;
    let seller = app.customer().await;
    let mut sold = Vec::new();
    for name in ["a", "b", "c", "d"] {
        sold.push(seller.sell(name, "1.00", 1, json!({})).await);
    }
    let visitor = app.visitor();
    for (offset, expected) in
        [(0, &sold[0..2]), (1, &sold[1..3]), (3, &sold[3..]), (4, &[][..]), (10_000, &[][..])]
    {
        let reply = page(&visitor, "OLDEST", json!({ "first": 2, "offset": offset })).await;
        assert_eq!(ids(&reply), expected, "{offset}");
        assert_eq!(reply.at("/products/pageInfo/hasPreviousPage"), offset > 0);
        assert_eq!(reply.at("/products/totalCount"), 4);
    }
    let cursor = page(&visitor, "OLDEST", json!({})).await.at("/products/edges/0/cursor").clone();
    for arguments in [
        json!({ "offset": -1 }),
        json!({ "offset": 10_001 }),
        json!({ "offset": 1, "after": cursor }),
        json!({ "offset": 1, "before": cursor }),
        json!({ "offset": 1, "last": 2 }),
    ] {
        assert_eq!(
            page(&visitor, "OLDEST", arguments.clone()).await.codes(),
            ["BAD_USER_INPUT"],
            "{arguments}"
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sizes_have_bounds_and_cursors_belong_to_their_order() {
    let app = TestApp::start().await;
    let seller = app.customer().await;
    for number in 0..21 {
        seller.sell(&format!("{number}"), "1.00", 1, json!({})).await;
    }
    let visitor = app.visitor();
    for (arguments, size) in [
        (json!({}), 20),
        (json!({ "first": 0 }), 0),
        (json!({ "last": 0 }), 0),
        (json!({ "first": 100 }), 21),
        (json!({ "last": 100 }), 21),
    ] {
        assert_eq!(ids(&page(&visitor, "NEWEST", arguments.clone()).await).len(), size, "{arguments}");
    }
    let by_price = page(&visitor, "PRICE_ASC", json!({})).await.at("/products/edges/0/cursor").clone();
    for arguments in [
        json!({ "first": -1 }),
        json!({ "first": 101 }),
        json!({ "last": -1 }),
        json!({ "last": 101 }),
        json!({ "first": 1, "last": 1 }),
        json!({ "after": by_price }),
        json!({ "last": 1, "before": by_price }),
        json!({ "after": "" }),
        json!({ "after": "no cursor" }),
    ] {
        let reply = page(&visitor, "NEWEST", arguments.clone()).await;
        assert_eq!(reply.codes(), ["BAD_USER_INPUT"], "{arguments}");
    }
    for sort in ["NEWEST", "OLDEST", "PRICE_DESC", "NAME", "RELEVANCE"] {
        let reply = page(&visitor, sort, json!({ "after": by_price })).await;
        assert_eq!(reply.codes(), ["BAD_USER_INPUT"], "{sort}");
    }
}
