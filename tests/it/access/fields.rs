//! Fields that not everyone may read.

use super::Guarded;

pub const FIELDS: &[Guarded] = &[
    ("User.email", "SELF STAFF", "oma", "{ user(id: $owner) { v: email username } }"),
    ("User.role", "SELF STAFF", "oma", "{ user(id: $owner) { v: role username } }"),
    ("User.status", "SELF STAFF", "oma", "{ user(id: $owner) { v: status username } }"),
    ("User.orders", "SELF STAFF", "oma", "{ user(id: $owner) { v: orders { totalCount } username } }"),
    ("User.sales", "SELF STAFF", "oma", "{ user(id: $owner) { v: sales { totalCount } username } }"),
    (
        "User.subscriptions",
        "SELF STAFF",
        "oma",
        "{ user(id: $owner) { v: subscriptions { totalCount } username } }",
    ),
    ("User.membership", "SELF STAFF", "oma", "{ user(id: $owner) { v: membership { id } username } }"),
    (
        "User.memberships",
        "SELF STAFF",
        "oma",
        "{ user(id: $owner) { v: memberships { totalCount nodes { id } } username } }",
    ),
    (
        "User.invoices",
        "SELF STAFF",
        "oma",
        "{ user(id: $owner) { v: invoices { totalCount nodes { id } } username } }",
    ),
    ("User.bag", "SELF", "o", "{ user(id: $owner) { v: bag { id } username } }"),
    ("User.sessions", "SELF", "o", "{ user(id: $owner) { v: sessions { id } username } }"),
    ("User.apiTokens", "SELF", "o", "{ user(id: $owner) { v: apiTokens { id } username } }"),
    ("Query.users", "STAFF", "ma", "{ v: users { totalCount } }"),
    ("Query.orders", "STAFF", "ma", "{ v: orders { totalCount } }"),
    ("Query.order", "SELF STAFF", "ocstma", "{ v: order(id: $order) { number } }"),
    ("Query.subscriptions", "STAFF", "ma", "{ v: subscriptions { totalCount } }"),
    (
        "Game.popularity",
        "STUDIO_OF_GAME STAFF",
        "sma",
        "{ game(id: $game) { v: popularity { totalSubscribers } title } }",
    ),
    (
        "Game.subscriptions",
        "STUDIO_OF_GAME STAFF",
        "sma",
        "{ game(id: $game) { v: subscriptions { nodes { player { id } } } title } }",
    ),
    ("Query.memberships", "STAFF", "ma", "{ v: memberships { totalCount } }"),
    ("Query.invoice", "SELF STAFF", "ocstma", "{ v: invoice(id: \"x\") { id } }"),
    ("Query.invoices", "STAFF", "ma", "{ v: invoices { totalCount } }"),
    ("Query.invoiceLines", "STAFF", "ma", "{ v: invoiceLines { totalCount } }"),
    ("Query.events", "STAFF", "ma", "{ v: events { totalCount } }"),
    ("Query.webhook", "STAFF", "ma", "{ v: webhook(id: \"x\") { id } }"),
    ("Query.webhooks", "STAFF", "ma", "{ v: webhooks { totalCount } }"),
    // Who is let in is told that there is no such event to go on from.
    (
        "Subscription.orderChanged",
        "SELF STAFF",
        "ocstma",
        "subscription { v: orderChanged(after: \"x\") { number } }",
    ),
    ("Subscription.orderPlaced", "STAFF", "ma", "subscription { v: orderPlaced(after: \"x\") { number } }"),
    (
        "Subscription.membershipChanged",
        "SELF",
        "ocstma",
        "subscription { v: membershipChanged(after: \"x\") { credits } }",
    ),
    (
        "Subscription.invoiceChanged",
        "SELF STAFF",
        "ocstma",
        "subscription { v: invoiceChanged(after: \"x\") { date } }",
    ),
    ("Subscription.events", "STAFF", "ma", "subscription { v: events(after: \"x\") { id } }"),
    ("Query.reports", "STAFF", "ma", "{ v: reports { memberships { active } } }"),
];
