//! Documents that the specification refuses or accepts, one or more for each of its rules, against the schema of
//! `schema.graphql`. Those accepted change nothing, whoever sends them.

/// Refused before anything runs.
pub const BAD: &[(&str, &str)] = &[
    // The grammar.
    ("an empty document", ""),
    ("only a comment", "# nothing"),
    ("an empty selection set", "{ }"),
    ("an unclosed selection set", "{ viewer { id }"),
    ("a name that begins with a digit", "{ 1a }"),
    ("a number with a leading zero", "{ products(first: 01) { totalCount } }"),
    ("a number that runs into a name", "{ products(first: 1a) { totalCount } }"),
    ("a number without an exponent", "{ products(first: 1e) { totalCount } }"),
    ("an unclosed string", "{ tags(search: \"a) { totalCount } }"),
    ("a string over two lines", "{ tags(search: \"a\nb\") { totalCount } }"),
    ("an unclosed block string", "{ tags(search: \"\"\"a) { totalCount } }"),
    ("an unknown escape", "{ tags(search: \"\\q\") { totalCount } }"),
    ("half a surrogate pair", "{ tags(search: \"\\uD83D\") { totalCount } }"),
    ("a surrogate in braces", "{ tags(search: \"\\u{D83D}\") { totalCount } }"),
    ("a code point that does not exist", "{ tags(search: \"\\u{110000}\") { totalCount } }"),
    ("a control character", "{ viewer { id } \u{7} }"),
    ("a dollar without a name", "query($: Int) { viewer { id } }"),
    ("empty variables", "query() { viewer { id } }"),
    ("empty arguments", "{ products() { totalCount } }"),
    ("a fragment called on", "{ ...on } fragment on on Query { viewer { id } }"),
    ("a fragment without a type", "{ ...F } fragment F { viewer { id } }"),
    ("a variable as a default", "query($a: Int, $b: Int = $a) { products(first: $b) { totalCount } }"),
    ("a description of a shorthand query", "\"text\" { viewer { id } }"),
    // Operations.
    ("a type definition", "{ viewer { id } } type A { b: Int }"),
    ("a type extension", "{ viewer { id } } extend type User { b: Int }"),
    ("a directive definition", "{ viewer { id } } directive @a on FIELD"),
    ("two operations of one name", "query A { viewer { id } } query A { viewer { id } }"),
    (
        "two operations of one name and different kinds",
        "query A { viewer { id } } mutation A { signOut { signedOut } }",
    ),
    ("an anonymous operation beside another", "{ viewer { id } } query A { viewer { id } }"),
    ("two anonymous operations", "{ viewer { id } } { viewer { id } }"),
    ("a subscription with two fields", "subscription { orderPlaced { id } a: orderPlaced { id } }"),
    (
        "a subscription with two fields through a fragment",
        "subscription { ...F } fragment F on Subscription { orderPlaced { id } a: orderPlaced { id } }",
    ),
    ("a subscription to introspection", "subscription { __typename }"),
    ("a subscription that may be empty", "subscription($a: Boolean!) { orderPlaced @skip(if: $a) { id } }"),
    // Fields.
    ("an unknown field", "{ nope }"),
    ("an unknown field below", "{ viewer { nope } }"),
    ("an unknown field with an alias of one that exists", "{ viewer { id: nope } }"),
    ("a field of an object on its interface", "{ node(id: \"a\") { username } }"),
    ("introspection below the root", "{ viewer { __schema { description } } }"),
    ("introspection of a mutation", "mutation { __schema { description } }"),
    ("an object without selections", "{ viewer }"),
    ("an interface without selections", "{ node(id: \"a\") }"),
    ("selections of a scalar", "{ viewer { id { a } } }"),
    ("selections of an enum", "{ viewer { role { a } } }"),
    ("selections of __typename", "{ __typename { a } }"),
    // Fields of one response key.
    ("two fields under one key", "{ viewer { a: username a: displayName } }"),
    ("a field and __typename under one key", "{ viewer { username: __typename username } }"),
    (
        "two arguments under one key",
        "{ a: products(first: 1) { totalCount } a: products(first: 2) { totalCount } }",
    ),
    ("an argument and none under one key", "{ products(first: 1) { totalCount } products { totalCount } }"),
    (
        "a literal and a variable under one key",
        "query($a: Int) { tags(first: 1) { totalCount } tags(first: $a) { totalCount } }",
    ),
    (
        "two fields under one key through a fragment",
        "{ viewer { id ...F } } fragment F on User { id: username }",
    ),
    (
        "two fields under one key further down",
        "{ viewer { ...F } viewer { ...G } } fragment F on User { x: id } fragment G on User { x: username }",
    ),
    (
        "two shapes under one key",
        "{ node(id: \"a\") { ... on User { a: username } ... on Product { a: price { amount } } } }",
    ),
    (
        "null and non-null under one key",
        "{ node(id: \"a\") { ... on User { a: bio } ... on Product { a: name } } }",
    ),
    (
        "a list and none under one key",
        "{ node(id: \"a\") { ... on Bag { a: items { id } } ... on Order { a: customer { id } } } }",
    ),
    (
        "two scalars under one key",
        "{ node(id: \"a\") { ... on User { a: username } ... on Product { a: stock } } }",
    ),
    // Fragments.
    ("an unknown fragment", "{ ...F }"),
    ("an unused fragment", "{ viewer { id } } fragment F on Query { viewer { id } }"),
    (
        "two fragments of one name",
        "{ ...F } fragment F on Query { viewer { id } } fragment F on Query { viewer { id } }",
    ),
    ("a fragment on an unknown type", "{ ...F } fragment F on Nope { id }"),
    ("an inline fragment on an unknown type", "{ ... on Nope { id } }"),
    ("a fragment on a scalar", "{ ...F } fragment F on Int { id }"),
    ("an inline fragment on an input", "{ ... on ProductFilter { search } }"),
    ("a fragment that contains itself", "{ ...F } fragment F on Query { ...F }"),
    (
        "fragments that contain each other",
        "{ ...F } fragment F on Query { ...G } fragment G on Query { ...F }",
    ),
    (
        "a fragment that contains itself further down",
        "{ viewer { ...F } } fragment F on User { bag { items { product { owner { ...F } } } } }",
    ),
    ("an object in another", "{ viewer { ... on Product { id } } }"),
    ("an interface that an object does not have", "{ viewer { ... on UserError { code } } }"),
    ("an object that an interface does not have", "{ node(id: \"a\") { ... on PageInfo { endCursor } } }"),
    // Arguments.
    ("an unknown argument", "{ viewer(a: 1) { id } }"),
    ("an argument of __typename", "{ __typename(a: 1) }"),
    ("an argument twice", "{ products(first: 1, first: 2) { totalCount } }"),
    ("a missing argument", "{ node { id } }"),
    ("null for a required argument", "{ node(id: null) { id } }"),
    ("null for an argument with a default", "{ products(sort: null) { totalCount } }"),
    // Values.
    ("a string for an Int", "{ products(first: \"1\") { totalCount } }"),
    ("a float for an Int", "{ products(first: 1.0) { totalCount } }"),
    ("an Int of more than 32 bits", "{ products(first: 2147483648) { totalCount } }"),
    ("a list for an Int", "{ products(first: [1]) { totalCount } }"),
    ("an object for an Int", "{ products(first: {a: 1}) { totalCount } }"),
    ("an Int for a string", "{ tags(search: 1) { totalCount } }"),
    ("an enum value for a string", "{ tags(search: NEWEST) { totalCount } }"),
    ("a float for an ID", "{ node(id: 1.5) { id } }"),
    ("a Boolean for an ID", "{ node(id: true) { id } }"),
    ("an Int for a Boolean", "{ products(filter: {inStock: 1}) { totalCount } }"),
    ("an unknown enum value", "{ products(sort: NOPE) { totalCount } }"),
    ("a string for an enum", "{ products(sort: \"NEWEST\") { totalCount } }"),
    ("a Boolean for an enum", "{ products(sort: true) { totalCount } }"),
    ("a float for a Decimal", "{ products(filter: {minPrice: 1.5}) { totalCount } }"),
    ("an Int for a Decimal", "{ products(filter: {minPrice: 1}) { totalCount } }"),
    ("a word for a Decimal", "{ products(filter: {minPrice: \"cheap\"}) { totalCount } }"),
    ("an exponent for a Decimal", "{ products(filter: {minPrice: \"1e3\"}) { totalCount } }"),
    ("a list for a Decimal", "{ products(filter: {minPrice: [\"1\"]}) { totalCount } }"),
    ("a word for a DateTime", "{ viewer { orders(filter: {placedAfter: \"now\"}) { totalCount } } }"),
    ("a day for a DateTime", "{ viewer { orders(filter: {placedAfter: \"2026-01-31\"}) { totalCount } } }"),
    (
        "a day that does not exist",
        "{ viewer { orders(filter: {placedAfter: \"2026-02-30T00:00:00Z\"}) { totalCount } } }",
    ),
    ("an Int for an input", "{ products(filter: 1) { totalCount } }"),
    ("a list for an input", "{ products(filter: []) { totalCount } }"),
    ("an unknown field of an input", "{ products(filter: {nope: 1}) { totalCount } }"),
    ("a field of an input twice", "{ products(filter: {tags: [], tags: []}) { totalCount } }"),
    ("a missing field of an input", "mutation { placeOrder(input: {}) { order { id } } }"),
    (
        "a missing field of an input in a list",
        "mutation { placeOrder(input: {items: [{quantity: 1}]}) { order { id } } }",
    ),
    ("null for a field of an input", "mutation { placeOrder(input: {items: null}) { order { id } } }"),
    ("a wrong item of a list", "{ products(filter: {tags: [1]}) { totalCount } }"),
    ("null in a list of non-null", "{ nodes(ids: [\"a\", null]) { id } }"),
    ("a list in a list", "{ nodes(ids: [[\"a\"]]) { id } }"),
    // Directives.
    ("an unknown directive", "{ viewer { id @nope } }"),
    ("an unknown directive on __typename", "{ __typename @nope }"),
    ("an unknown directive on a fragment", "{ ...F } fragment F on Query @nope { viewer { id } }"),
    ("a directive where it may not stand", "query @skip(if: true) { viewer { id } }"),
    ("a directive of the schema", "{ viewer { id @deprecated } }"),
    ("our rule of access as a directive", "{ viewer { id @auth(requires: [STAFF]) } }"),
    ("a mark of the executor", "{ viewer { bio @_null } }"),
    ("the other mark of the executor", "{ viewer { id @_pass } }"),
    ("a directive twice", "{ viewer { id @skip(if: true) @skip(if: true) } }"),
    ("a directive twice on __typename", "{ __typename @skip(if: true) @skip(if: true) }"),
    ("a directive without its argument", "{ viewer { id @skip } }"),
    ("a directive without its argument on __typename", "{ __typename @skip }"),
    ("a directive with an unknown argument", "{ viewer { id @skip(if: true, a: 1) } }"),
    ("a directive with a wrong argument", "{ __typename @skip(if: 1) }"),
    // Variables.
    ("a variable twice", "query($a: Int, $a: Int) { products(first: $a) { totalCount } }"),
    ("a variable of an unknown type", "query($a: Nope) { products(first: $a) { totalCount } }"),
    ("a variable of an output type", "query($a: User) { products(first: $a) { totalCount } }"),
    ("an undefined variable", "{ products(first: $a) { totalCount } }"),
    ("an undefined variable in an input", "{ products(filter: {search: $a}) { totalCount } }"),
    ("an undefined variable in a directive", "{ __typename @skip(if: $a) }"),
    (
        "an undefined variable in a fragment",
        "{ ...F } fragment F on Query { products(first: $a) { totalCount } }",
    ),
    (
        "a variable that one of two operations lacks",
        "query A($a: Int) { ...F } query B { ...F } fragment F on Query { products(first: $a) { totalCount } }",
    ),
    ("an unused variable", "query($a: Int) { viewer { id } }"),
    (
        "a variable that one of two operations does not use",
        "query A($a: Int) { viewer { id } } query B($a: Int) { products(first: $a) { totalCount } }",
    ),
    ("a default of a wrong type", "query($a: Int = \"1\") { products(first: $a) { totalCount } }"),
    ("a default of null for non-null", "query($a: Int! = null) { products(first: $a) { totalCount } }"),
    (
        "a default that is no Decimal",
        "query($a: Decimal = \"x\") { products(filter: {minPrice: $a}) { totalCount } }",
    ),
    (
        "a default with an unknown field",
        "query($a: ProductFilter = {nope: 1}) { products(filter: $a) { totalCount } }",
    ),
    ("a String where an Int is taken", "query($a: String) { products(first: $a) { totalCount } }"),
    ("an Int where a Decimal is taken", "query($a: Int) { products(filter: {minPrice: $a}) { totalCount } }"),
    ("a String where an enum is taken", "query($a: String!) { products(sort: $a) { totalCount } }"),
    ("null where non-null is taken", "query($a: ID) { node(id: $a) { id } }"),
    (
        "null where an input takes non-null",
        "mutation($a: ID) { setBagItem(input: {productId: $a, quantity: 1}) { bag { id } } }",
    ),
    ("null in a list where non-null is taken", "query($a: [ID]) { nodes(ids: $a) { id } }"),
    ("null as an item where non-null is taken", "query($a: ID) { nodes(ids: [$a]) { id } }"),
    ("one where a list is taken", "query($a: ID!) { nodes(ids: $a) { id } }"),
    ("a list where one is taken", "query($a: [ID!]!) { node(id: $a) { id } }"),
    ("null where a directive takes non-null", "query($a: Boolean) { viewer @skip(if: $a) { id } }"),
    (
        "a default of null where non-null is taken",
        "query($a: Boolean = null) { viewer @skip(if: $a) { id } }",
    ),
    ("an Int where a directive takes a Boolean", "query($a: Int!) { __typename @skip(if: $a) }"),
    (
        "a wrong variable on a fragment",
        "query($a: Boolean) { ...F @include(if: $a) } fragment F on Query { viewer { id } }",
    ),
];

/// Accepted. What comes of it may still be null, for visitors.
pub const GOOD: &[(&str, &str)] = &[
    ("commas", "{,,viewer,,{,id,},}"),
    ("a byte order mark", "\u{feff}{ viewer { id } }"),
    ("Windows line ends", "{\r\n viewer {\r\n id # the id\r\n }\r\n}"),
    ("words of the language as names", "query query { on: viewer { type: id fragment: id null: id } }"),
    ("an escape in braces", "{ tags(search: \"\\u{1F600}\") { totalCount } }"),
    ("a surrogate pair", "{ tags(search: \"\\uD83D\\uDE00\") { totalCount } }"),
    ("brackets in strings", "{ tags(search: \"}}}((([[[\") { totalCount } }"),
    ("a block string", "{ tags(search: \"\"\"\n  a\n    b \\\"\"\" {{{ \n\"\"\") { totalCount } }"),
    ("a description of an operation", "\"\"\"What it is for {\"\"\" query A { viewer { id } }"),
    ("a description of a variable", "query A(\"how many\" $a: Int) { products(first: $a) { totalCount } }"),
    ("a description of a fragment", "{ ...F } \"what\" fragment F on Query { viewer { id } }"),
    ("an operation with a name", "query A { viewer { id } }"),
    ("a field twice", "{ viewer { id id } viewer { id username } }"),
    (
        "an argument twice under one key",
        "{ products(first: 1) { totalCount } products(first: 1) { nodes { id } } }",
    ),
    (
        "different arguments of objects that exclude each other",
        "{ node(id: \"a\") { ... on User { products(first: 1) { totalCount } } ... on Tag { products(first: 2) { totalCount } } } }",
    ),
    (
        "one key in objects that exclude each other",
        "{ node(id: \"a\") { ... on User { a: username } ... on Product { a: name } } }",
    ),
    ("an interface of an object", "{ viewer { ... on Node { id } } }"),
    ("an interface of an interface", "{ node(id: \"a\") { ... on Entity { version } } }"),
    ("a fragment without a type", "{ ... { viewer { ... @include(if: true) { id } } } }"),
    ("a fragment used twice", "{ viewer { ...F followers { nodes { ...F } } } } fragment F on User { id }"),
    ("a minus before zero", "{ products(filter: {minStock: -0}) { totalCount } }"),
    ("the least Int", "{ products(filter: {minStock: -2147483648}) { totalCount } }"),
    ("an Int for an ID", "{ node(id: 1) { id } }"),
    ("one for a list", "{ nodes(ids: \"a\") { id } }"),
    (
        "null for what may be null",
        "{ products(first: null, filter: {search: null, tags: null}) { totalCount } }",
    ),
    ("a Decimal", "{ products(filter: {minPrice: \"0.50\", maxPrice: \"100\"}) { totalCount } }"),
    (
        "a DateTime",
        "{ viewer { orders(filter: {placedAfter: \"2026-01-31T12:00:00+02:00\"}) { totalCount } } }",
    ),
    (
        "a variable for an argument with a default",
        "query($s: ProductSort) { products(sort: $s) { totalCount } }",
    ),
    ("a default for a directive", "query($a: Boolean = true) { viewer @skip(if: $a) { id } }"),
    ("a default in a list", "query($a: ID = \"a\") { nodes(ids: [$a]) { id } }"),
    ("a default of null", "query($a: Int = null) { products(first: $a) { totalCount } }"),
    ("directives on __typename", "query($a: Boolean = true) { __typename @skip(if: $a) @include(if: true) }"),
    ("a mutation that a visitor may not call", "mutation { signOut { signedOut } }"),
    (
        "introspection as tools send it",
        "query IntrospectionQuery { __schema { description queryType { name kind } mutationType { name kind } \
         subscriptionType { name kind } types { ...FullType } directives { name description isRepeatable locations \
         args(includeDeprecated: true) { ...InputValue } } } } fragment FullType on __Type { kind name description \
         specifiedByURL isOneOf fields(includeDeprecated: true) { name description args(includeDeprecated: true) { \
         ...InputValue } type { ...TypeRef } isDeprecated deprecationReason } inputFields(includeDeprecated: true) { \
         ...InputValue } interfaces { ...TypeRef } enumValues(includeDeprecated: true) { name description \
         isDeprecated deprecationReason } possibleTypes { ...TypeRef } } fragment InputValue on __InputValue { name \
         description type { ...TypeRef } defaultValue isDeprecated deprecationReason } fragment TypeRef on __Type { \
         kind name ofType { kind name ofType { kind name ofType { kind name ofType { kind name ofType { kind name \
         ofType { kind name ofType { kind name ofType { kind name ofType { kind name } } } } } } } } } }",
    ),
];

/// Valid documents with variables as JSON, and where the first of them is wrong, if any is.
pub const VARIABLES: &[(&str, &str, &str, Option<&str>)] = &[
    ("none for what may be null", NODES, r#"{"ids": []}"#, None),
    ("one for a list", NODES, r#"{"ids": "a"}"#, None),
    ("an Int for an ID", NODES, r#"{"ids": [1]}"#, None),
    ("a float for an ID", NODES, r#"{"ids": [1.5]}"#, Some("$ids.0")),
    ("null in a list", NODES, r#"{"ids": ["a", null]}"#, Some("$ids.1")),
    ("null for non-null", NODES, r#"{"ids": null}"#, Some("$ids")),
    ("a missing variable", NODES, "{}", Some("$ids")),
    ("an object for a list", NODES, r#"{"ids": {}}"#, Some("$ids")),
    ("no variables", PRODUCTS, "{}", None),
    ("variables that are not declared", PRODUCTS, r#"{"nope": {"a": [1]}}"#, None),
    ("a whole number with a fraction", PRODUCTS, r#"{"first": 1.0}"#, None),
    ("a fraction for an Int", PRODUCTS, r#"{"first": 1.5}"#, Some("$first")),
    ("a string for an Int", PRODUCTS, r#"{"first": "1"}"#, Some("$first")),
    ("a Boolean for an Int", PRODUCTS, r#"{"first": true}"#, Some("$first")),
    ("an Int of more than 32 bits", PRODUCTS, r#"{"first": 2147483648}"#, Some("$first")),
    ("an enum value", PRODUCTS, r#"{"sort": "PRICE_ASC"}"#, None),
    ("an unknown enum value", PRODUCTS, r#"{"sort": "price_asc"}"#, Some("$sort")),
    ("null where a default stands", PRODUCTS, r#"{"sort": null}"#, Some("$sort")),
    ("null for a filter", PRODUCTS, r#"{"filter": null}"#, None),
    ("a list for a filter", PRODUCTS, r#"{"filter": []}"#, Some("$filter")),
    ("a Decimal", PRODUCTS, r#"{"filter": {"minPrice": "12.50"}}"#, None),
    ("a float for a Decimal", PRODUCTS, r#"{"filter": {"minPrice": 12.5}}"#, Some("$filter.minPrice")),
    ("a word for a Decimal", PRODUCTS, r#"{"filter": {"minPrice": "cheap"}}"#, Some("$filter.minPrice")),
    ("a wrong item of a list", PRODUCTS, r#"{"filter": {"tags": ["a", 1]}}"#, Some("$filter.tags.1")),
    ("an unknown field", PRODUCTS, r#"{"filter": {"nope": 1}}"#, Some("$filter.nope")),
    ("an unknown status", PRODUCTS, r#"{"filter": {"statuses": ["GONE"]}}"#, Some("$filter.statuses.0")),
    ("a missing field", ORDER, r#"{"input": {}}"#, Some("$input.items")),
    (
        "a missing field in a list",
        ORDER,
        r#"{"input": {"items": [{"quantity": 1}]}}"#,
        Some("$input.items.0.productId"),
    ),
    (
        "a wrong field in a list",
        ORDER,
        r#"{"input": {"items": [{"productId": "a", "quantity": "two"}]}}"#,
        Some("$input.items.0.quantity"),
    ),
];

const NODES: &str = "query($ids: [ID!]!) { nodes(ids: $ids) { id } }";
const PRODUCTS: &str = "query($first: Int, $filter: ProductFilter, $sort: ProductSort) { \
                        products(first: $first, filter: $filter, sort: $sort) { totalCount } }";
const ORDER: &str = "mutation($input: PlaceOrderInput!) { placeOrder(input: $input) { order { id } } }";
