//! What was measured of one kind of request.

use std::time::Duration;

use crate::{http::Answers, store::Spent};

pub const HEAD: &str = "\
| requests | a second | p50 ms | p99 ms | server CPU ms | PostgreSQL CPU ms | statements | bytes |
|---|--:|--:|--:|--:|--:|--:|--:|";

/// Of one round, each for one request but the first.
#[derive(Clone, Copy)]
pub struct Figures {
    a_second: f64,
    p50: f64,
    p99: f64,
    server: f64,
    postgres: f64,
    bytes: f64,
}

impl Figures {
    pub fn new(mut answers: Answers, before: &Spent, after: &Spent) -> Self {
        answers.took.sort_unstable();
        let many = answers.took.len().max(1) as f64;
        let quantile = |percent: usize| {
            millis(answers.took.get(answers.took.len() * percent / 100).copied().unwrap_or_default())
        };
        Self {
            a_second: many / answers.over.as_secs_f64(),
            p50: quantile(50),
            p99: quantile(99),
            server: millis(after.server.saturating_sub(before.server)) / many,
            postgres: millis(after.postgres.saturating_sub(before.postgres)) / many,
            bytes: answers.bytes as f64 / many,
        }
    }

    /// Of each figure the median.
    pub fn median(rounds: &[Self]) -> Self {
        let median = |figure: fn(&Self) -> f64| {
            let mut figures: Vec<f64> = rounds.iter().map(figure).collect();
            figures.sort_by(f64::total_cmp);
            figures[figures.len() / 2]
        };
        Self {
            a_second: median(|it| it.a_second),
            p50: median(|it| it.p50),
            p99: median(|it| it.p99),
            server: median(|it| it.server),
            postgres: median(|it| it.postgres),
            bytes: median(|it| it.bytes),
        }
    }

    pub fn row(&self, name: &str, what: &str, statements: u32) -> String {
        let Self { a_second, p50, p99, server, postgres, bytes } = self;
        format!(
            "| {name} {what} | {a_second:.0} | {p50:.2} | {p99:.1} | {server:.3} | {postgres:.3} | {statements} | {bytes:.0} |"
        )
    }
}

fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1_000.0
}
