//! Answering a level at a time answers as the executor does, field by field: the same documents are sent both ways, and
//! the answers compared. The documents are made by chance from the schema, over the demo data.
//!
//! `SOUK_PLANNED` is how many there are, and `SOUK_PLANNED_SEED` where they begin.

use std::time::Duration;

use apollo_compiler::{
    Schema,
    schema::{ExtendedType, FieldDefinition},
};
use async_graphql::Response;
use serde_json::{Map, json};
use souk::{
    accounts::{Auth, AuthSettings, ClientInfo},
    api::{Answer, Api, Asker, Audience, Limits, Sought},
    db::Db,
    events::{Feeds, Live},
    graphql::plan::written,
    kernel::{AccountId, Caller, Credential, Role, SessionId},
};

use super::fuzz::{Dice, number};
use crate::support::{TestApp, Value};

/// How many documents are made, if nobody says how many.
const USUAL: u64 = 250;

/// Levels of fields in a document.
const DEPTH: usize = 5;

/// What has ids that can be asked for.
const TABLES: [&str; 13] = [
    "accounts",
    "products",
    "tags",
    "bags",
    "orders",
    "order_lines",
    "games",
    "game_subscriptions",
    "memberships",
    "streams",
    "invoices",
    "invoice_lines",
    "events",
];

/// Makes documents.
struct Writer<'a> {
    schema: &'a Schema,
    ids: &'a [String],
    dice: Dice,
    aliases: usize,
}

impl Writer<'_> {
    fn document(&mut self) -> String {
        format!("query($yes: Boolean!, $no: Boolean!) {}", self.selections("Query", DEPTH))
    }

    fn selections(&mut self, of: &str, depth: usize) -> String {
        let count = if of == "Query" { 2 } else { 1 + self.dice.below(4) };
        // The type is always asked for, so that nothing is empty, and both variables are.
        let mut text = String::from("{ __typename @include(if: $yes) ");
        for _ in 0..count {
            text += &self.selection(of, depth);
        }
        text + "... @include(if: $no) { __typename } }"
    }

    fn selection(&mut self, of: &str, depth: usize) -> String {
        if depth > 0 && self.dice.below(12) == 0 {
            let on = match &self.schema.types[of] {
                ExtendedType::Interface(_) => {
                    let implementers = self.schema.implementers_map();
                    let mut all: Vec<_> = implementers[of].objects.iter().collect();
                    all.sort();
                    all[self.dice.below(all.len())].to_string()
                }
                _ => of.to_owned(),
            };
            let condition = ["@include(if: $yes)", "@skip(if: $yes)", ""][self.dice.below(3)];
            return format!("... on {on} {condition} {} ", self.selections(&on, depth - 1));
        }
        let fields = match &self.schema.types[of] {
            ExtendedType::Object(object) => &object.fields,
            ExtendedType::Interface(interface) => &interface.fields,
            other => panic!("{} has no fields", other.name()),
        };
        let known = |name: &str| self.is_leaf(name) || depth > 1;
        let open: Vec<_> =
            fields.values().filter(|field| known(field.ty.inner_named_type())).cloned().collect();
        let Some(field) = open.get(self.dice.below(open.len())).cloned() else { return String::new() };
        let Some(arguments) = self.arguments(&field) else { return String::new() };
        let below = match field.ty.inner_named_type().as_str() {
            name if self.is_leaf(name) => String::new(),
            name => self.selections(name, depth - 1),
        };
        // A key that is met twice has to stand for the same.
        let named = !arguments.is_empty() || self.dice.below(5) == 0;
        self.aliases += 1;
        let alias = if named { format!("a{}: ", self.aliases) } else { String::new() };
        format!("{alias}{}{arguments} {below} ", field.name)
    }

    fn is_leaf(&self, name: &str) -> bool {
        matches!(self.schema.types[name], ExtendedType::Scalar(_) | ExtendedType::Enum(_))
    }

    /// None if there is one that nothing is known for.
    fn arguments(&mut self, field: &FieldDefinition) -> Option<String> {
        let mut given = Vec::new();
        for argument in &field.arguments {
            if !argument.is_required() && self.dice.below(3) > 0 {
                continue;
            }
            let value = match (argument.name.as_str(), argument.ty.inner_named_type().as_str()) {
                // Now and then more than there may be.
                ("first", _) => {
                    ["0", "1", "2", "3", "5", "1", "2", "3", "101"][self.dice.below(9)].to_owned()
                }
                ("ids", _) => format!("[{}, {}, \"x\", {}]", self.id(), self.id(), self.id()),
                (_, "ID") => self.id(),
                ("from", "Date") => "\"2020-01-01\"".to_owned(),
                (_, "Date") => "\"2020-03-01\"".to_owned(),
                (_, "DateTime") => "\"2020-01-01T00:00:00Z\"".to_owned(),
                ("username", _) => "\"customer\"".to_owned(),
                _ if argument.is_required() => return None,
                _ => continue,
            };
            given.push(format!("{}: {value}", argument.name));
        }
        Some(if given.is_empty() { String::new() } else { format!("({})", given.join(", ")) })
    }

    fn id(&mut self) -> String {
        format!("\"{}\"", self.ids[self.dice.below(self.ids.len())])
    }
}

/// A store without a front.
struct Store {
    api: Api,
    auth: Auth,
    db: Db,
}

impl Store {
    async fn new(app: &TestApp) -> Self {
        let auth = AuthSettings {
            signing_keys: vec!["a-key-of-the-tests-that-is-long-enough".to_owned()],
            bcrypt_cost: 4,
            access_ttl: Duration::from_mins(1),
            refresh_ttl: Duration::from_mins(1),
            refresh_grace: Duration::from_mins(1),
            throttle: false,
            failures_per_minute: 1,
            issuer: "souk".to_owned(),
            audience: "souk".to_owned(),
        };
        let auth = Auth::new(auth).expect("the settings are right");
        assert!(souk::demo::load(&app.db, &auth).await.expect("it can be loaded"));
        let limits = Limits {
            query_bytes: 1 << 20,
            tokens: 100_000,
            aliases: 1_000,
            directives: 10_000,
            selections: 20_000,
            cost: 1_000_000,
            ..Limits::default()
        };
        let api = Api::new(limits, (std::collections::HashMap::new(), false), Feeds::new(Live::default()));
        Self { api: api.expect("nothing is trusted"), auth, db: app.db.clone() }
    }

    /// An answer with what it took of statements, or nothing for a document that is refused.
    async fn answer(&self, caller: Option<&Caller>, text: &str, executor: bool) -> Option<Told> {
        let prepared = self.api.prepare(Audience::of(caller), Sought::Text(text), true).ok()?;
        let variables: Map<String, Value> =
            [("yes".to_owned(), json!(true)), ("no".to_owned(), json!(false))].into_iter().collect();
        let runnable = prepared.runnable(None, variables).ok()?;
        let cost = runnable.cost;
        let (auth, db) = (self.auth.clone(), self.db.for_request());
        let client = ClientInfo { address: [127, 0, 0, 1].into(), user_agent: None };
        let asker = Asker { db: db.clone(), auth, caller: caller.cloned(), client, last_event: None };
        let mut response: Response = if executor {
            self.api.execute_field_by_field(runnable, asker).await
        } else {
            self.api.execute(runnable, asker).await
        };
        let mut errors: Vec<_> = response.errors.drain(..).map(|error| json!(error).to_string()).collect();
        errors.sort();
        Some(Told {
            data: String::from_utf8(written(&response)).expect("JSON is UTF-8"),
            errors,
            points: cost.of_answer(&Answer::of(&response.data)),
            statements: db.statements(),
        })
    }
}

/// What an asker hears.
#[derive(Debug)]
struct Told {
    data: String,
    errors: Vec<String>,
    points: u64,
    statements: u32,
}

#[tokio::test]
async fn a_level_at_a_time_answers_as_field_by_field() {
    let app = TestApp::start().await;
    let store = Store::new(&app).await;
    let mut ids: Vec<String> = Vec::new();
    for table in TABLES {
        let sql = format!(
            "select coalesce(string_agg(id::text, ' '), '') from (select id from {table} limit 5) as few"
        );
        let some = app.database.text(&sql).await;
        ids.extend(some.split_whitespace().map(ToOwned::to_owned));
    }
    let mut callers = vec![None];
    for (name, role) in
        souk::demo::ACCOUNTS.into_iter().zip([Role::Admin, Role::Manager, Role::Studio, Role::Customer])
    {
        let id = app.database.text(&format!("select id::text from accounts where username = '{name}'")).await;
        callers.push(Some(Caller {
            account: AccountId::read(&id),
            role,
            credential: Credential::Session(SessionId::fresh()),
            expires_at: None,
        }));
    }
    let schema = Schema::parse(souk::api::sdl(), "schema.graphql").expect("it is a schema");
    let (count, seed) = (number("SOUK_PLANNED", USUAL), number("SOUK_PLANNED_SEED", 1));
    let (mut answered, mut failing, mut bytes) = (0, 0, 0);
    let (mut differing, mut statements) = (0, (0, 0));
    for seed in seed..seed + count {
        let mut writer = Writer { schema: &schema, ids: &ids, dice: Dice(seed), aliases: 0 };
        let text = writer.document();
        let caller = callers[usize::try_from(seed).expect("it is small") % callers.len()].as_ref();
        let Some(field_by_field) = store.answer(caller, &text, true).await else { continue };
        let level = store.answer(caller, &text, false).await.expect("it has been answered before");
        let told = format!(
            "SOUK_PLANNED_SEED={seed} {:?}\n{text}\na level at a time: {level:#?}\nfield by field: {field_by_field:#?}",
            caller.map(|caller| caller.role)
        );
        assert_eq!(level.data, field_by_field.data, "{told}");
        assert_eq!(level.points, field_by_field.points, "{told}");
        // Where a field fails that can't be null, the executor gives its siblings up, and what they would have told.
        assert!(field_by_field.errors.iter().all(|error| level.errors.contains(error)), "{told}");
        differing += u64::from(level.errors != field_by_field.errors);
        // Which loads meet in one batch is a matter of when they are asked for.
        if level.errors.is_empty() {
            statements.0 += level.statements;
            statements.1 += field_by_field.statements;
        }
        answered += 1;
        failing += u64::from(!level.errors.is_empty());
        bytes += level.data.len();
    }
    println!("{answered} answered, {failing} with errors, {bytes} bytes, {statements:?} statements");
    assert!(answered > count / 2 && failing > count / 20, "{answered} answered, {failing} with errors");
    assert!(differing <= count / 100, "the errors of {differing} differ");
    let (level, field_by_field) = statements;
    assert!(level <= field_by_field + field_by_field / 50, "{level} statements and not {field_by_field}");
}
