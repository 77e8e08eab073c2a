//! Settings that are more than a word or a number: how each is read, and what is said if it can't be.

use std::time::Duration;

use rust_decimal::Decimal;

use crate::kernel::Currency;

pub fn currency(code: &str) -> Result<Currency, String> {
    Currency::from_code(code).ok_or_else(|| "it is not the ISO 4217 code of a currency, like EUR".to_owned())
}

pub fn amount(text: &str) -> Result<Decimal, String> {
    Decimal::from_str_exact(text).map_err(|_| "it must be an amount, like 4.50".to_owned())
}

pub fn millis(text: &str) -> Result<Duration, String> {
    positive(text).map(Duration::from_millis)
}

pub fn seconds(text: &str) -> Result<Duration, String> {
    positive(text).map(Duration::from_secs)
}

pub fn whole_seconds(text: &str) -> Result<Duration, String> {
    text.parse().map(Duration::from_secs).map_err(|_| "it must be a whole number of seconds".to_owned())
}

fn positive(text: &str) -> Result<u64, String> {
    /// A hundred years, in seconds: more could not be added to a date.
    const LONGEST: u64 = 3_155_760_000;
    match text.parse() {
        Ok(number) if (1..=LONGEST).contains(&number) => Ok(number),
        _ => Err(format!("it must be a whole number from 1 to {LONGEST}")),
    }
}
