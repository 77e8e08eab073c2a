//! The schema goes up, down and up again.

use souk::db;

use crate::support::Database;

/// Every column, constraint, index and function that is ours, as text.
async fn shape(database: &Database) -> String {
    let sql = "SELECT string_agg(line, E'\\n' ORDER BY line) FROM (
        SELECT concat_ws(' ', table_name, column_name, data_type, is_nullable, column_default, generation_expression)
            FROM information_schema.columns WHERE table_schema = 'public'
        UNION ALL SELECT conname || ' ' || pg_get_constraintdef(oid) FROM pg_constraint
            WHERE connamespace = 'public'::regnamespace
        UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'
        UNION ALL SELECT tgname || ' ' || pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal
        UNION ALL SELECT proname || ' ' || prosrc FROM pg_proc WHERE pronamespace = 'public'::regnamespace
    ) AS parts (line) WHERE line NOT LIKE '%__diesel_schema_migrations%'";
    database.text(&format!("SELECT coalesce(({sql}), '')")).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_schema_goes_up_down_and_up() {
    let database = Database::blank().await;
    let applied = db::migrate(&database.url).await.expect("it goes up");
    assert!(applied.len() > 3, "{applied:?}");
    let first = shape(&database).await;
    assert!(first.contains("products_stock_not_negative"));

    let reverted = db::revert_all(&database.url).await.expect("it goes down");
    assert_eq!(reverted.len(), applied.len());
    assert_eq!(shape(&database).await, "", "nothing is left behind");

    db::migrate(&database.url).await.expect("it goes up again");
    assert_eq!(shape(&database).await, first);
    assert_eq!(db::migrate(&database.url).await.expect("it is up"), Vec::<String>::new());
    assert_eq!(db::pending_migrations(&database.url).await.expect("it is up"), Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_instances_that_start_at_once_migrate_once() {
    let database = Database::blank().await;
    let mut instances = tokio::task::JoinSet::new();
    for _ in 0..2 {
        let url = database.url.clone();
        instances.spawn(async move { db::migrate(&url).await.expect("both come through").len() });
    }
    let counts = instances.join_all().await;
    assert!(counts.contains(&0) && counts.iter().any(|count| *count > 3), "{counts:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn constraints_hold_what_must_never_break() {
    let database = Database::migrated().await;
    let account = "INSERT INTO accounts (id, username, email, display_name, password_hash, role) \
                   VALUES (gen_random_uuid(), 'someone', 'a@example.org', 'x', 'x', 'CUSTOMER')";
    database.sql(account).await;
    let refused = [
        ("accounts_username_taken", account.replace("someone", "SomeOne").replace("a@", "b@")),
        ("accounts_email_taken", account.replace("someone", "other").replace("a@example", "A@Example")),
        (
            "products_stock_not_negative",
            "INSERT INTO products (id, owner_id, name, price, stock, status) \
             SELECT gen_random_uuid(), id, 'x', 1, -1, 'ACTIVE' FROM accounts"
                .to_owned(),
        ),
        (
            "bags_one_open",
            "INSERT INTO bags (id, account_id, status) SELECT gen_random_uuid(), accounts.id, 'OPEN' \
             FROM accounts, generate_series(1, 2)"
                .to_owned(),
        ),
        (
            "game_subscriptions_one_live",
            "WITH game AS (INSERT INTO games (id, studio_id, title, status) \
             SELECT gen_random_uuid(), accounts.id, 'x', 'ACTIVE' FROM accounts RETURNING id, studio_id) \
             INSERT INTO game_subscriptions (id, player_id, game_id, status) \
             SELECT gen_random_uuid(), studio_id, id, 'PAUSED' FROM game, generate_series(1, 2)"
                .to_owned(),
        ),
        (
            "memberships_no_overlap",
            "INSERT INTO memberships (id, user_id, valid_from, valid_until, credits, stream_fee) \
             SELECT gen_random_uuid(), accounts.id, '2026-01-01', '2026-01-31', 1, 0 \
             FROM accounts, generate_series(1, 2)"
                .to_owned(),
        ),
        (
            "invoices_one_outstanding_a_month",
            "INSERT INTO invoices (id, user_id, date, status) \
             SELECT gen_random_uuid(), accounts.id, day::date, 'OUTSTANDING' \
             FROM accounts, unnest(ARRAY['2024-02-01', '2024-02-29']) AS day"
                .to_owned(),
        ),
        ("accounts_closed_is_deleted", "UPDATE accounts SET status = 'CLOSED'".to_owned()),
    ];
    for (constraint, sql) in refused {
        let error = database.try_sql(&sql).await.expect_err(constraint);
        assert!(error.contains(constraint), "{constraint}: {error}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_program_knows_every_table_as_it_is() {
    let database = Database::migrated().await;
    let sql = "SELECT string_agg(concat(table_name, '.', column_name, ' ', CASE WHEN is_nullable = 'YES' THEN \
               'Nullable<' || type || '>' ELSE type END), E'\\n' ORDER BY table_name, ordinal_position) FROM (\
               SELECT *, CASE udt_name WHEN 'tsvector' THEN 'TsVector' WHEN '_text' THEN 'Array<Text>' ELSE initcap(udt_name) END AS type \
               FROM information_schema.columns WHERE table_schema = 'public' \
               AND table_name <> '__diesel_schema_migrations') AS columns";
    let source = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/src/db/schema.rs"))
        .expect("it is there");
    let (mut table, mut known) = (String::new(), Vec::new());
    for line in source.lines().map(str::trim) {
        if let Some((column, kind)) = line.split_once(" -> ")
            && !line.starts_with("diesel::")
        {
            known.push(format!("{table}.{column} {}", kind.trim_end_matches(',')));
        } else if line.ends_with(") {") && !line.starts_with("diesel::") {
            line.split(' ').next().unwrap_or_default().clone_into(&mut table);
        }
    }
    let there = database.text(sql).await;
    assert_eq!(known, there.lines().collect::<Vec<_>>());
}
