//! What the requests that were made to do harm cost: `cargo run --release --example hostile`.
//!
//! Prints the time that a processor spends on each of them, from the bytes of its body to its refusal, and what the
//! memory grows by. The suite sends the same ones over HTTP.

use std::{fs, time::Duration};

use rustix::time::{ClockId, clock_gettime};
use serde_json::{Map, Value};
use souk::{
    api::{Audience, Documents, Limits},
    graphql::check_scalar,
};

#[path = "../tests/it/documents/bombs.rs"]
mod bombs;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// What one request may take.
const MOST: Duration = Duration::from_millis(5);

/// How often each is sent: the median is what it takes.
const TIMES: usize = 21;

/// The time that this thread has kept a processor busy.
fn busy() -> Duration {
    let now = clock_gettime(ClockId::ThreadCPUTime);
    Duration::new(now.tv_sec.unsigned_abs(), u32::try_from(now.tv_nsec).unwrap_or_default())
}

/// The program's memory in MiB, where `/proc` tells it.
fn memory() -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    Some(line.trim().trim_end_matches(" kB").parse::<u64>().ok()? / 1024)
}

/// Reads a body as the server does, and tells whether there is something to execute.
fn is_accepted(documents: &Documents, body: &[u8]) -> bool {
    let Ok(Value::Object(mut sent)) = serde_json::from_slice::<Value>(body) else { return false };
    let Some(Value::String(query)) = sent.remove("query") else { return false };
    let variables = match sent.remove("variables") {
        None => Map::new(),
        Some(Value::Object(variables)) => variables,
        Some(_) => return false,
    };
    let operation = sent.get("operationName").and_then(Value::as_str);
    sent.get("extensions").is_none_or(Value::is_object)
        && documents
            .prepare(Audience::Public, &query)
            .is_ok_and(|prepared| prepared.runnable(operation, variables).is_ok())
}

/// What a document of a front end takes on average: when it comes for the first time, and when it is known.
fn ordinary(documents: &Documents) -> (Duration, Duration) {
    const LIST: &str = "query List($first: Int, $after: String) { products(first: $first, after: $after, filter: { inStock: true }) {
        nodes { id name price { amount currency } stock tags { name } owner { username displayName } }
        pageInfo { hasNextPage endCursor } } }";
    const TIMES: u32 = 2_000;
    let average = |text: &dyn Fn(u32) -> String| {
        let begun = busy();
        for number in 0..TIMES {
            let prepared = documents.prepare(Audience::Public, &text(number)).expect("it fits the schema");
            let variables = Map::from_iter([("first".to_owned(), 50.into())]);
            prepared.runnable(None, variables).expect("the variables are right");
        }
        busy().saturating_sub(begun) / TIMES
    };
    (average(&|number| format!("{LIST} # {number}")), average(&|_| LIST.to_owned()))
}

fn main() {
    let sdl = souk::api::sdl();
    let documents = Documents::new(&sdl, &sdl, Limits::default(), check_scalar);
    let limit = 256 * 1024;
    let bombs: Vec<_> = bombs::bombs().into_iter().filter(|(_, body)| body.len() <= limit).collect();
    let mut rows: Vec<(Duration, Duration, &str)> = Vec::new();
    let mut accepted = Vec::new();
    let mut before = None;
    for (what, body) in &bombs {
        let mut took: Vec<Duration> = (0..TIMES)
            .map(|_| {
                let begun = busy();
                if is_accepted(&documents, body) {
                    accepted.push(what);
                }
                busy().saturating_sub(begun)
            })
            .collect();
        took.sort();
        rows.push((took[TIMES / 2], took[TIMES - 1], what));
        // The first round warms the allocator up.
        before = before.or_else(memory);
    }
    rows.sort();
    println!("   median        most   of {TIMES}, in microseconds of a processor");
    for (median, most, what) in &rows {
        println!("{:>9} {:>11}   {what}", median.as_micros(), most.as_micros());
    }
    let slow = rows.iter().filter(|(median, ..)| *median > MOST).count();
    let grown =
        before.zip(memory()).map_or("unknown".to_owned(), |(before, now)| format!("{before} to {now} MiB"));
    println!(
        "{} requests, {slow} above {} ms; memory {grown}; accepted: {accepted:?}",
        rows.len(),
        MOST.as_millis()
    );
    let (first, known) = ordinary(&documents);
    println!(
        "An ordinary document with its variables takes {first:?} at first, and {known:?} when it is known."
    );
}
