//! GraphiQL, which comes out of the binary whole.

use apollo_compiler::{ExecutableDocument, Schema};
use reqwest::{
    Method,
    header::{CACHE_CONTROL, CONTENT_ENCODING, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderMap, HeaderName},
};

use crate::support::{Client, TestApp};

async fn get(client: &Client, path: &str) -> (HeaderMap, Vec<u8>) {
    let response = client.request(Method::GET, path).send().await.expect("the store answers");
    assert_eq!(response.status(), 200, "{path}");
    (response.headers().clone(), response.bytes().await.expect("there is a body").to_vec())
}

fn text(headers: &HeaderMap, name: &HeaderName) -> String {
    headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned()
}

async fn page(client: &Client) -> String {
    String::from_utf8(get(client, "/").await.1).expect("the page is UTF-8")
}

/// What the page loads.
fn loaded(page: &str) -> Vec<String> {
    let values = page.split(['"', '\'']).filter(|value| value.starts_with('/'));
    values.map(str::to_owned).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_page_loads_nothing_from_elsewhere() {
    let app = TestApp::start().await;
    let (headers, body) = get(&app.visitor(), "/").await;
    assert_eq!(text(&headers, &CONTENT_TYPE), "text/html; charset=utf-8");
    assert_eq!(text(&headers, &CACHE_CONTROL), "no-cache");
    let page = String::from_utf8(body).expect("the page is UTF-8");
    // The namespace of the icon, which is no address.
    let addresses = page.replace("http://www.w3.org/2000/svg", "");
    for foreign in ["http:", "https:", "src=\"//", "href=\"//", "url(", "@import"] {
        assert!(!addresses.contains(foreign), "{foreign} in {page}");
    }
    let policy = text(&headers, &CONTENT_SECURITY_POLICY);
    for directive in [
        "default-src 'none'",
        "script-src 'self'",
        "connect-src 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    ] {
        assert!(policy.split("; ").any(|part| part == directive), "{directive} in {policy}");
    }
    assert!(!policy.contains("http") && !policy.contains('*'), "{policy}");
    assert!(!policy.contains("unsafe-eval"), "{policy}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_file_of_the_page_is_served_with_its_type() {
    let app = TestApp::start().await;
    let visitor = app.visitor();
    let loaded = loaded(&page(&visitor).await);
    for (path, media_type) in [
        ("/graphiql/graphiql.js", "text/javascript; charset=utf-8"),
        ("/graphiql/graphiql.css", "text/css; charset=utf-8"),
        ("/graphiql/worker.js", "text/javascript; charset=utf-8"),
    ] {
        let named = loaded.iter().find(|named| named.starts_with(path));
        assert!(named.is_some() || path.contains("worker"), "{path} in {loaded:?}");
        let (headers, body) = get(&visitor, named.map_or(path, String::as_str)).await;
        assert_eq!(text(&headers, &CONTENT_TYPE), media_type, "{path}");
        assert_eq!(text(&headers, &CONTENT_ENCODING), "gzip", "{path}");
        assert_eq!(text(&headers, &HeaderName::from_static("x-content-type-options")), "nosniff", "{path}");
        assert!(text(&headers, &CACHE_CONTROL).contains("immutable"), "{path}");
        assert!(body.starts_with(&[0x1f, 0x8b]) && body.len() > 1_000, "{path} is compressed");
    }
    assert!(loaded.iter().filter(|path| path.starts_with("/graphiql/")).all(|path| path.contains("?v=")));
    let (headers, body) = get(&visitor, "/graphiql/licences.txt").await;
    assert_eq!(text(&headers, &CONTENT_TYPE), "text/plain; charset=utf-8");
    assert!(String::from_utf8_lossy(&body).contains("MIT"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn demo_accounts_are_offered_only_where_they_are() {
    let app = TestApp::start().await;
    let page = page(&app.visitor()).await;
    assert!(page.contains("name=\"souk-demo\" content=\"no\""), "{page}");
    assert!(!page.contains("__DEMO__"));
}

#[test]
fn the_tabs_of_a_first_visit_fit_the_schema() {
    let schema = Schema::parse_and_validate(souk::api::sdl(), "schema.graphql").expect("it is a schema");
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/graphiql/src/samples");
    let files = std::fs::read_dir(folder)
        .expect("the samples are there")
        .map(|file| file.expect("it is there").path());
    let mut samples = 0;
    for file in files.filter(|file| file.extension().is_some_and(|extension| extension == "graphql")) {
        let text = std::fs::read_to_string(&file).expect("it is text");
        if let Err(errors) = ExecutableDocument::parse_and_validate(&schema, &text, &file) {
            panic!("{}: {}", file.display(), errors.errors);
        }
        samples += 1;
    }
    assert!(samples > 10, "there are hardly any samples");
}
