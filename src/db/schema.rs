//! The tables as Diesel knows them, in the form that its CLI prints. A test compares them with the migrations.

diesel::table! {
    access_tokens (digest) {
        digest -> Bytea,
        session_id -> Uuid,
        created_at -> Timestamptz,
        expires_at -> Timestamptz,
    }
}

diesel::table! {
    accounts (id) {
        id -> Uuid,
        username -> Text,
        username_key -> Text,
        email -> Text,
        email_key -> Text,
        display_name -> Text,
        bio -> Nullable<Text>,
        password_hash -> Text,
        role -> Text,
        status -> Text,
        token_epoch -> Int4,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
        deleted_at -> Nullable<Timestamptz>,
        version -> Int4,
    }
}

diesel::table! {
    api_tokens (id) {
        id -> Uuid,
        account_id -> Uuid,
        name -> Text,
        digest -> Bytea,
        created_at -> Timestamptz,
        last_used_at -> Nullable<Timestamptz>,
        expires_at -> Nullable<Timestamptz>,
        revoked_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    bag_items (id) {
        id -> Uuid,
        bag_id -> Uuid,
        product_id -> Uuid,
        quantity -> Int4,
    }
}

diesel::table! {
    bags (id) {
        id -> Uuid,
        account_id -> Uuid,
        status -> Text,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
        deleted_at -> Nullable<Timestamptz>,
        version -> Int4,
    }
}

diesel::table! {
    event_readers (name) {
        name -> Text,
        position -> Int8,
        seen_at -> Timestamptz,
    }
}

diesel::table! {
    events (id) {
        id -> Uuid,
        seq -> Int8,
        position -> Nullable<Int8>,
        kind -> Text,
        aggregate_id -> Uuid,
        version -> Int4,
        at -> Timestamptz,
        actor_id -> Nullable<Uuid>,
        payload -> Jsonb,
    }
}

diesel::table! {
    follows (id) {
        id -> Uuid,
        follower_id -> Uuid,
        followed_id -> Uuid,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    game_subscriptions (id) {
        id -> Uuid,
        player_id -> Uuid,
        game_id -> Uuid,
        status -> Text,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
        deleted_at -> Nullable<Timestamptz>,
        version -> Int4,
    }
}

diesel::table! {
    use diesel::sql_types::{Bool, Int4, Nullable, Text, Timestamptz, Uuid};
    use crate::db::search::TsVector;

    games (id) {
        id -> Uuid,
        studio_id -> Uuid,
        title -> Text,
        title_key -> Text,
        description -> Text,
        status -> Text,
        listed -> Bool,
        search -> TsVector,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
        deleted_at -> Nullable<Timestamptz>,
        version -> Int4,
    }
}

diesel::table! {
    idempotency_keys (account_id, key) {
        account_id -> Uuid,
        key -> Text,
        fingerprint -> Bytea,
        result_id -> Uuid,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    invoice_lines (id) {
        id -> Uuid,
        invoice_id -> Uuid,
        amount -> Int8,
        description -> Text,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
        deleted_at -> Nullable<Timestamptz>,
        version -> Int4,
    }
}

diesel::table! {
    invoices (id) {
        id -> Uuid,
        user_id -> Uuid,
        date -> Date,
        month -> Date,
        status -> Text,
        description -> Text,
        amount -> Int8,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
        deleted_at -> Nullable<Timestamptz>,
        version -> Int4,
    }
}

diesel::table! {
    jobs (name) {
        name -> Text,
        due_at -> Timestamptz,
    }
}

diesel::table! {
    memberships (id) {
        id -> Uuid,
        user_id -> Uuid,
        valid_from -> Date,
        valid_until -> Date,
        cancelled_at -> Nullable<Timestamptz>,
        credits -> Int4,
        stream_fee -> Int8,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
        deleted_at -> Nullable<Timestamptz>,
        version -> Int4,
    }
}

diesel::table! {
    order_history (id) {
        id -> Uuid,
        order_id -> Uuid,
        at -> Timestamptz,
        from_status -> Nullable<Text>,
        to_status -> Text,
        by_id -> Nullable<Uuid>,
    }
}

diesel::table! {
    order_lines (id) {
        id -> Uuid,
        order_id -> Uuid,
        product_id -> Uuid,
        seller_id -> Uuid,
        product_name -> Text,
        unit_price -> Int8,
        quantity -> Int4,
    }
}

diesel::table! {
    orders (id) {
        id -> Uuid,
        number -> Int4,
        customer_id -> Uuid,
        bag_id -> Nullable<Uuid>,
        status -> Text,
        total -> Int8,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
        deleted_at -> Nullable<Timestamptz>,
        version -> Int4,
    }
}

diesel::table! {
    product_tags (product_id, tag_id) {
        product_id -> Uuid,
        tag_id -> Uuid,
    }
}

diesel::table! {
    use diesel::sql_types::{Bool, Int4, Int8, Nullable, Text, Timestamptz, Uuid};
    use crate::db::search::TsVector;

    products (id) {
        id -> Uuid,
        owner_id -> Uuid,
        name -> Text,
        name_key -> Text,
        description -> Text,
        price -> Int8,
        stock -> Int4,
        status -> Text,
        listed -> Bool,
        search -> TsVector,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
        deleted_at -> Nullable<Timestamptz>,
        version -> Int4,
    }
}

diesel::table! {
    refresh_tokens (digest) {
        digest -> Bytea,
        session_id -> Uuid,
        created_at -> Timestamptz,
        expires_at -> Timestamptz,
        used_at -> Nullable<Timestamptz>,
        successor -> Nullable<Bytea>,
    }
}

diesel::table! {
    revocations (id) {
        id -> Uuid,
        subject -> Uuid,
        epoch -> Nullable<Int4>,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    search_words (word) {
        word -> Text,
    }
}

diesel::table! {
    sessions (id) {
        id -> Uuid,
        account_id -> Uuid,
        user_agent -> Nullable<Text>,
        created_at -> Timestamptz,
        last_used_at -> Timestamptz,
        expires_at -> Timestamptz,
        ended_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    sign_in_attempts (subject) {
        subject -> Text,
        failures -> Int4,
        blocked_until -> Timestamptz,
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    streams (id) {
        id -> Uuid,
        membership_id -> Uuid,
        status -> Text,
        started_at -> Timestamptz,
        ended_at -> Nullable<Timestamptz>,
        expires_at -> Timestamptz,
        opened_line_id -> Uuid,
        closed_line_id -> Nullable<Uuid>,
        version -> Int4,
    }
}

diesel::table! {
    tags (id) {
        id -> Uuid,
        name -> Text,
        name_key -> Text,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
        deleted_at -> Nullable<Timestamptz>,
        version -> Int4,
    }
}

diesel::table! {
    webhook_deliveries (id) {
        id -> Uuid,
        webhook_id -> Uuid,
        event_id -> Uuid,
        kind -> Text,
        status -> Text,
        attempts -> Int4,
        last_attempt_at -> Nullable<Timestamptz>,
        next_attempt_at -> Nullable<Timestamptz>,
        response_status -> Nullable<Int4>,
        error -> Nullable<Text>,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    webhooks (id) {
        id -> Uuid,
        url -> Text,
        description -> Text,
        types -> Array<Text>,
        is_enabled -> Bool,
        secret -> Bytea,
        old_secret -> Nullable<Bytea>,
        old_secret_until -> Nullable<Timestamptz>,
        since -> Int8,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
        deleted_at -> Nullable<Timestamptz>,
        version -> Int4,
    }
}

diesel::joinable!(access_tokens -> sessions (session_id));
diesel::joinable!(api_tokens -> accounts (account_id));
diesel::joinable!(bag_items -> bags (bag_id));
diesel::joinable!(bag_items -> products (product_id));
diesel::joinable!(bags -> accounts (account_id));
diesel::joinable!(game_subscriptions -> accounts (player_id));
diesel::joinable!(game_subscriptions -> games (game_id));
diesel::joinable!(games -> accounts (studio_id));
diesel::joinable!(idempotency_keys -> accounts (account_id));
diesel::joinable!(invoice_lines -> invoices (invoice_id));
diesel::joinable!(invoices -> accounts (user_id));
diesel::joinable!(memberships -> accounts (user_id));
diesel::joinable!(order_history -> orders (order_id));
diesel::joinable!(order_lines -> orders (order_id));
diesel::joinable!(order_lines -> products (product_id));
diesel::joinable!(orders -> accounts (customer_id));
diesel::joinable!(product_tags -> products (product_id));
diesel::joinable!(product_tags -> tags (tag_id));
diesel::joinable!(products -> accounts (owner_id));
diesel::joinable!(refresh_tokens -> sessions (session_id));
diesel::joinable!(sessions -> accounts (account_id));
diesel::joinable!(streams -> memberships (membership_id));
diesel::joinable!(webhook_deliveries -> webhooks (webhook_id));

diesel::allow_tables_to_appear_in_same_query!(
    access_tokens,
    accounts,
    api_tokens,
    bag_items,
    bags,
    event_readers,
    follows,
    game_subscriptions,
    games,
    invoice_lines,
    invoices,
    jobs,
    memberships,
    order_history,
    order_lines,
    orders,
    product_tags,
    products,
    refresh_tokens,
    sessions,
    streams,
    tags,
    webhook_deliveries,
    webhooks,
);
