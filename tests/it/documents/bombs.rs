//! Requests that were made to do harm, as the bodies that are sent. None of them may be answered with data.

use serde_json::json;

fn joined(count: usize, part: impl Fn(usize) -> String) -> String {
    (0..count).map(part).collect::<Vec<_>>().join(" ")
}

fn nested(open: &str, count: usize, inner: &str, close: &str) -> String {
    format!("{}{inner}{}", open.repeat(count), close.repeat(count))
}

/// All of them, by what they try.
pub fn bombs() -> Vec<(String, Vec<u8>)> {
    let documents =
        documents().into_iter().map(|(what, query)| (what, json!({ "query": query }).to_string()));
    let texts = documents.chain(bodies()).map(|(what, text)| (what, text.into_bytes()));
    texts.chain(bytes().into_iter().map(|(what, bytes)| (what.to_owned(), bytes))).collect()
}

fn documents() -> Vec<(String, String)> {
    let all = [fragments(), crowds(), texts(), nests()].into_iter().flatten();
    all.map(|(what, text)| (format!("{what} ({})", text.len()), text)).collect()
}

fn products(arguments: &str) -> String {
    format!("{{ products({arguments}) {{ totalCount }} }}")
}

/// Fragments and fields in each other's way.
fn fragments() -> Vec<(&'static str, String)> {
    let wide = joined(29, |n| {
        let spreads = joined(29 - n, |m| format!("...F{}", n + 1 + m));
        format!("fragment F{n} on User {{ {spreads} }}")
    });
    let deep = joined(28, |n| format!("fragment F{n} on User {{ ...F{m} a: id ...F{m} }}", m = n + 1));
    let inline = joined(28, |n| format!("fragment F{n} on User {{ ...F{m} ... {{ ...F{m} }} }}", m = n + 1));
    let cycle = |count: usize| {
        let ring = joined(count, |n| format!("fragment F{n} on User {{ ...F{} id }}", (n + 1) % count));
        format!("{{ viewer {{ ...F0 }} }} {ring}")
    };
    let clique =
        joined(25, |n| format!("fragment F{n} on User {{ {} }}", joined(25, |m| format!("...F{m}"))));
    vec![
        ("a wide fragment bomb", format!("{{ viewer {{ ...F0 }} }} {wide} fragment F29 on User {{ id }}")),
        ("a deep fragment bomb", format!("{{ viewer {{ ...F0 }} }} {deep} fragment F28 on User {{ id }}")),
        (
            "a bomb of inline fragments",
            format!("{{ viewer {{ ...F0 }} }} {inline} fragment F28 on User {{ id }}"),
        ),
        ("a bomb that nothing uses", format!("{{ viewer {{ id }} }} {deep} fragment F28 on User {{ id }}")),
        ("a fragment that contains itself", cycle(1)),
        ("two fragments in each other", cycle(2)),
        ("thirty fragments in a ring", cycle(30)),
        ("fragments that all contain each other", format!("{{ viewer {{ ...F0 }} }} {clique}")),
        (
            "conflicts between all fields",
            format!("{{ viewer {{ {} }} }}", joined(14, |n| format!("a: {}", ["id", "bio"][n % 2]))),
        ),
        (
            "conflicts far below",
            format!(
                "{{ {} }}",
                joined(9, |n| format!(
                    "viewer {{ followers {{ nodes {{ id: {} }} }} }}",
                    ["id", "bio"][n % 2]
                ))
            ),
        ),
        (
            "a field three hundred times, and a conflict",
            format!("{{ viewer {{ {} id: bio }} }}", "id ".repeat(300)),
        ),
    ]
}

/// Too much of one thing.
fn crowds() -> Vec<(&'static str, String)> {
    vec![
        ("ten thousand aliases", format!("{{ {} }}", joined(10_000, |n| format!("a{n}: __typename")))),
        ("a hundred aliases", format!("{{ {} }}", joined(100, |n| format!("a{n}: __typename")))),
        ("ten thousand directives", format!("{{ __typename {} }}", "@skip(if: false) ".repeat(10_000))),
        ("unknown directives", format!("{{ __typename {} }}", "@a ".repeat(400))),
        ("ten thousand operations", joined(10_000, |n| format!("query Q{n} {{ __typename }}"))),
        ("two hundred operations of one name", "query Q { viewer { id } } ".repeat(120)),
        ("ten thousand fragments", joined(10_000, |n| format!("fragment F{n} on Query {{ __typename }}"))),
        (
            "ten thousand variables",
            format!("query({}) {{ __typename }}", joined(10_000, |n| format!("$a{n}: Int"))),
        ),
        (
            "two hundred variables",
            format!("query({}) {{ __typename }}", joined(200, |n| format!("$a{n}: Int"))),
        ),
        ("three hundred arguments", products(&joined(300, |n| format!("a{n}: 1")))),
        ("one argument three hundred times", products(&"first: 1 ".repeat(300))),
        ("ten thousand unknown fields", format!("{{ {} }}", joined(10_000, |n| format!("a{n}")))),
        ("five hundred unknown fields", format!("{{ viewer {{ {} }} }}", joined(500, |n| format!("a{n}")))),
        (
            "a list of nine hundred wrong items",
            format!("{{ nodes(ids: [{}]) {{ id }} }}", "1.5 ".repeat(900)),
        ),
    ]
}

/// Texts that are hard to read.
fn texts() -> Vec<(&'static str, String)> {
    vec![
        ("an Int of ten thousand digits", products(&format!("first: {}", "9".repeat(10_000)))),
        ("a Float of ten thousand digits", products(&format!("first: 1.{}", "9".repeat(10_000)))),
        ("an exponent beyond all", products("first: 1e999999999")),
        ("a name of eleven thousand letters", format!("{{ {} }}", "a".repeat(11_000))),
        ("a string of eleven thousand letters", products(&format!("first: \"{}\"", "x".repeat(11_000)))),
        (
            "a block string of five thousand lines",
            products(&format!("first: \"\"\"{}\"\"\"", " \n".repeat(5_000))),
        ),
        ("escapes of quotes", products(&format!("first: \"\"\"{}\"\"\"", "\\\"\"\"".repeat(2_500)))),
        ("an unclosed block string", products(&format!("first: \"\"\"{}", "\"".repeat(10_000)))),
        ("ten thousand quotes", "\"".repeat(10_000)),
        ("twelve thousand commas", format!("{{{}}}", ",".repeat(12_000))),
        ("a million spaces less than a body", format!("{{ __typename }}{}", " ".repeat(200_000))),
        ("nothing but marks of order", "\u{feff}".repeat(3_000)),
        ("NUL", "{ view\0er { id } }".to_owned()),
        ("NUL in a string", products("first: \"\0\"")),
        ("control characters", (1..32_u8).map(char::from).chain(['{', '}']).collect()),
        ("half a surrogate pair", products("first: \"\\uD83D\"")),
        ("two first halves", "{ tags(search: \"\\uD83D\\uD83D\") { totalCount } }".to_owned()),
        ("a surrogate in braces", "{ tags(search: \"\\u{DC00}\") { totalCount } }".to_owned()),
        (
            "a code point of many digits",
            format!("{{ tags(search: \"\\u{{{}41}}\") {{ totalCount }} }}", "0".repeat(9_000)) + "}",
        ),
        ("marks over marks", format!("{{ a{} }}", "\u{301}".repeat(5_000))),
    ]
}

/// Things inside one another.
fn nests() -> Vec<(&'static str, String)> {
    let schema =
        |lists: &str, count, end| format!("{{ __schema {{ types {} }} }}", nested(lists, count, "name", end));
    let mut nests = vec![
        ("introspection of types in types", schema("{ fields { type ", 5, "") + &"} }".repeat(5)),
        (
            "introspection of objects and interfaces",
            schema("{ possibleTypes { interfaces ", 5, "") + &"} }".repeat(5),
        ),
        ("an endless type", format!("query($a: {}) {{ __typename }}", nested("[", 39, "Int", "]"))),
    ];
    for count in [2_000, 100_000] {
        nests.extend([
            ("nested selections", nested("{a", count, "", "}")),
            ("selections that stay open", "{a".repeat(count)),
            ("nested fragments", nested("{...", count, "", "}")),
            ("nested lists", products(&format!("filter: {{tags: {}}}", nested("[", count, "", "]")))),
            ("nested objects", products(&format!("filter: {}", nested("{a:", count, "1", "}")))),
            ("nested types", format!("query($a: {}) {{ __typename }}", nested("[", count, "Int", "]"))),
            ("nested arguments", nested("{a(b:", count, "1", ")}")),
            ("brackets that close", "}".repeat(count)),
        ]);
    }
    nests
}

/// JSON that does harm itself.
fn bodies() -> Vec<(String, String)> {
    let nodes = |ids: &str| {
        format!(
            r#"{{"query":"query($ids: [ID!]!) {{ nodes(ids: $ids) {{ id }} }}","variables":{{"ids":{ids}}}}}"#
        )
    };
    let products = |filter: &str| {
        let query = "query($a: ProductFilter) { products(filter: $a) { totalCount } }";
        format!(r#"{{"query":"{query}","variables":{{"a":{filter}}}}}"#)
    };
    let mut bodies = vec![
        ("twenty thousand wrong items", nodes(&format!("[{}null]", "1.5,".repeat(20_000)))),
        ("a variable of a hundred levels", nodes(&nested("[", 100, "", "]"))),
        ("an object of a hundred levels", products(&nested(r#"{"a":"#, 100, "1", "}"))),
        (
            "ten thousand unknown fields of an input",
            products(&format!(
                "{{{}}}",
                (0..10_000).map(|n| format!(r#""a{n}":1"#)).collect::<Vec<_>>().join(",")
            )),
        ),
        ("a number beyond all", nodes("1e999999")),
        ("a number of two hundred thousand digits", nodes(&"9".repeat(200_000))),
        ("a long string for an Int", products(&format!(r#"{{"minStock":"{}"}}"#, "x".repeat(200_000)))),
        (
            "half a surrogate pair in JSON",
            r#"{"query":"{ tags(search: \"\ud800\") { totalCount } }"}"#.to_owned(),
        ),
        (
            "a long name of an operation",
            format!(r#"{{"query":"{{ __typename }}","operationName":"{}"}}"#, "x".repeat(200_000)),
        ),
        (
            "a thousand requests at once",
            format!("[{}]", vec![r#"{"query":"{ __typename }"}"#; 1_000].join(",")),
        ),
        (
            "one key over and over",
            format!(r#"{{{}"query":"{{ nope }}"}}"#, r#""query":"{ a }","#.repeat(5_000)),
        ),
        ("a list for a document", r#"{"query":["{ __typename }"]}"#.to_owned()),
        ("a list for the variables", r#"{"query":"{ __typename }","variables":[]}"#.to_owned()),
        ("text for the extensions", r#"{"query":"{ __typename }","extensions":"x"}"#.to_owned()),
        ("no document", "{}".to_owned()),
        ("no object", "null".to_owned()),
        ("nothing", String::new()),
        ("more than a body may hold", format!(r#"{{"query":"{}"}}"#, " ".repeat(300_000))),
    ];
    for count in [2_000, 100_000] {
        bodies.extend([
            ("nested lists in variables", nodes(&nested("[", count, "", "]"))),
            ("lists that stay open", nodes(&"[".repeat(count))),
            ("nested objects in variables", products(&nested(r#"{"a":"#, count / 3, "1", "}"))),
            ("nested lists for a body", nested("[", count, "", "]")),
        ]);
    }
    bodies.into_iter().map(|(what, text)| (format!("{what} ({})", text.len()), text)).collect()
}

/// What is no text.
fn bytes() -> Vec<(&'static str, Vec<u8>)> {
    let around = |middle: &[u8]| [br#"{"query":"{ viewer { id } } "#, middle, br#""}"#].concat();
    vec![
        ("a byte that is no UTF-8", around(b"\xff")),
        ("half a character", around(b"\xe2\x82")),
        ("a surrogate in UTF-8", around(b"\xed\xa0\x80")),
        ("too long a form of a slash", around(b"\xc0\xaf")),
        ("NUL in JSON", around(b"\0")),
        ("UTF-16", "{\"query\":\"{ __typename }\"}".encode_utf16().flat_map(u16::to_le_bytes).collect()),
        ("nothing but NUL", vec![0; 100_000]),
        ("nothing but 255", vec![255; 100_000]),
    ]
}
