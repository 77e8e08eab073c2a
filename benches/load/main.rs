//! What requests cost: `cargo bench --bench load`, and `-- --help` for what can be chosen.
//!
//! Serves a store of a known size with the program as it is shipped, sends it the same kinds of requests over some
//! connections for some seconds, and tells of each kind how many were answered and how fast, what the server and
//! PostgreSQL spent on one, and how many statements it took. On a busy machine the times of processors are what can be
//! compared; how many requests are answered depends on who else is at work.

#![expect(clippy::cast_precision_loss, reason = "figures are told with three digits")]

mod figures;
mod http;
mod requests;
mod store;

use std::time::Duration;

use clap::Parser;
use figures::Figures;
use requests::{Kind, People};
use store::{Database, Server};

#[derive(Parser)]
struct Options {
    /// Only these kinds of requests
    kinds: Vec<String>,
    /// Seconds that a kind is sent in a round
    #[arg(long, default_value_t = 5)]
    seconds: u64,
    /// Rounds, of which the median is told
    #[arg(long, default_value_t = 3)]
    rounds: usize,
    /// Connections, each with one request at a time
    #[arg(long, default_value_t = 16)]
    connections: usize,
    /// How large the store is: 1 has 50,000 products
    #[arg(long, default_value_t = 1)]
    scale: u32,
    /// A PostgreSQL server to put the store in, by the URL of any of its databases; otherwise an own one is run
    #[arg(long)]
    server_url: Option<String>,
    /// Another build of the program, to compare
    #[arg(long, default_value = env!("CARGO_BIN_EXE_souk"))]
    program: String,
    #[arg(long, hide = true)]
    bench: bool,
}

// Migrating blocks a thread, so there is one more.
#[tokio::main(flavor = "multi_thread", worker_threads = 1)]
async fn main() {
    let options = Options::parse();
    let chosen = |kind: &Kind| {
        options.kinds.is_empty() || options.kinds.iter().any(|name| name.eq_ignore_ascii_case(kind.name))
    };
    let database = Database::filled(options.server_url.as_deref(), options.scale, &options.program).await;
    let people = {
        let server = Server::start(&database, &["--server-timing=on"]).await;
        People::sign_in(&server, &database).await
    };
    let mut table: Vec<(&Kind, Vec<Figures>)> = Vec::new();
    for kind in requests::KINDS.iter().filter(|kind| chosen(kind)) {
        table.push((kind, Vec::new()));
    }
    let statements = {
        let server = Server::start(&database, &["--server-timing=on"]).await;
        let mut counts = Vec::new();
        for (kind, _) in &table {
            counts.push(server.statements(&kind.requests(&people, options.scale)).await);
        }
        counts
    };
    let server = Server::start(&database, &[]).await;
    let duration = Duration::from_secs(options.seconds);
    for round in 0..options.rounds {
        for (kind, rounds) in &mut table {
            let requests = kind.requests(&people, options.scale);
            if round == 0 {
                http::send(&server, &requests, options.connections, Duration::from_secs(1)).await;
            }
            let before = server.spent(&database);
            let answers = http::send(&server, &requests, options.connections, duration).await;
            rounds.push(Figures::new(answers, &before, &server.spent(&database)));
        }
    }
    println!("{}", figures::HEAD);
    for ((kind, rounds), statements) in table.into_iter().zip(statements) {
        println!("{}", Figures::median(&rounds).row(kind.name, kind.what, statements));
    }
    if let Some(memory) = server.memory() {
        println!("\nThe server's memory (proportional set size): {memory:.0} MiB.");
    }
    database.tidy().await;
}
