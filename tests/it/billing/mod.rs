//! Memberships, streams and invoices.

use chrono::{DateTime, Days, Months, NaiveDate, TimeDelta, Utc};

use crate::support::{Person, Reply, TestApp, Value, json};

mod calendar;
mod closed;
mod invoices;
mod lines;
mod memberships;
mod races;
mod streams;

const ERRORS: &str = "userErrors { code message path }";

pub const STREAM: &str = "stream { id status startedAt endedAt expiresAt }
    membership { id credits creditsAvailable openStreams { id } }
    invoice { id date status amount { amount } lines { id description amount { amount } } }
    invoiceLine { id amount { amount } description }";

/// Calls a mutation, and asks for these fields of its payload.
pub async fn call(who: &Person, mutation: &str, input: Value, fields: &str) -> Reply {
    let kind = format!("{}{}Input", mutation[..1].to_uppercase(), &mutation[1..]);
    let query = format!("mutation($input: {kind}!) {{ {mutation}(input: $input) {{ {fields} {ERRORS} }} }}");
    who.gql(&query, json!({ "input": input })).await
}

pub fn today(app: &TestApp) -> NaiveDate {
    app.clock.now().date_naive()
}

/// Sets the clock to a moment, whatever the day is. Before anyone signs in: no token is good before its time.
pub fn begin(app: &TestApp, moment: &str) {
    app.clock.advance(until(app, moment));
}

/// Moves the clock on to a moment that lies ahead.
pub fn move_to(app: &TestApp, moment: &str) {
    let ahead = until(app, moment);
    assert!(ahead > TimeDelta::zero(), "{moment} is over");
    app.clock.advance(ahead);
}

fn until(app: &TestApp, moment: &str) -> TimeDelta {
    let moment: DateTime<Utc> = moment.parse().expect("it is a moment");
    moment - app.clock.now()
}

/// A membership from today on, for a month.
pub async fn member(app: &TestApp, staff: &Person, user: &Person, credits: i32, fee: &str) -> String {
    let (from, until) = (today(app), today(app) + Months::new(1));
    member_of(staff, user, (from, until), credits, fee).await
}

pub async fn member_of(
    staff: &Person,
    user: &Person,
    (from, until): (NaiveDate, NaiveDate),
    credits: i32,
    fee: &str,
) -> String {
    let input = json!({
        "userId": user.id, "validFrom": from, "validUntil": until, "credits": credits, "streamFee": fee,
    });
    let made = call(staff, "createMembership", input, "membership { id }").await;
    made.done("createMembership");
    made.text("/createMembership/membership/id")
}

pub async fn check_in(who: &Person) -> Reply {
    call(who, "checkIn", json!({}), STREAM).await
}

pub async fn check_out(who: &Person) -> Reply {
    call(who, "checkOut", json!({}), STREAM).await
}

/// An invoice with a line for each amount; its id.
pub async fn invoice(staff: &Person, user: &Person, more: Value, amounts: &[&str]) -> String {
    let lines: Vec<_> =
        amounts.iter().map(|amount| json!({ "amount": amount, "description": "x" })).collect();
    let mut input = json!({ "userId": user.id, "lines": lines });
    if let (Some(input), Value::Object(more)) = (input.as_object_mut(), more) {
        input.extend(more);
    }
    let made = call(staff, "createInvoice", input, "invoice { id }").await;
    made.done("createInvoice");
    made.text("/createInvoice/invoice/id")
}

/// What an invoice says: status, amount, and the amounts of its lines.
pub async fn told(who: &Person, invoice: &str) -> String {
    let ask =
        "query($id: ID!) { invoice(id: $id) { status amount { amount } lines { id amount { amount } } } }";
    let reply = who.gql(ask, json!({ "id": invoice })).await;
    let found = reply.at("/invoice").clone();
    let lines: Vec<_> = found["lines"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|line| line["amount"]["amount"].as_str().unwrap_or_default().to_owned())
        .collect();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    format!("{} {} = {}", text(&found["status"]), text(&found["amount"]["amount"]), lines.join(" + "))
}

/// The id of an invoice's first line.
pub async fn first_line(who: &Person, invoice: &str) -> String {
    let ask = "query($id: ID!) { invoice(id: $id) { lines { id } } }";
    who.gql(ask, json!({ "id": invoice })).await.text("/invoice/lines/0/id")
}

pub fn days(from: NaiveDate, days: u64) -> NaiveDate {
    from + Days::new(days)
}
