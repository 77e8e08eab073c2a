//! What may stand on an invoice.

use chrono::{Datelike as _, NaiveDate};
use rust_decimal::Decimal;

use crate::kernel::{Currency, Path, Refusals};

const DESCRIPTION_LENGTH: usize = 1_000;
/// Keeps the amount of any invoice within 64 bits.
pub const MAX_AMOUNT: i64 = 1_000_000_000_000;

pub fn description(refusals: &mut Refusals, path: Path, description: &str) -> String {
    let description = description.trim();
    if description.chars().count() > DESCRIPTION_LENGTH {
        refusals.invalid(path, format!("A description has {DESCRIPTION_LENGTH} characters at most."));
    } else if description.contains('\0') {
        refusals.invalid(path, "A description can't hold a NUL character.");
    }
    description.to_owned()
}

pub fn amount(refusals: &mut Refusals, path: Path, currency: Currency, amount: Decimal) -> i64 {
    match currency.minor(amount) {
        Ok(minor) if minor.abs() > MAX_AMOUNT => refusals.invalid(path, "This amount is too large."),
        Ok(minor) => return minor,
        Err(wrong) => refusals.invalid(path, wrong.to_string()),
    }
    0
}

pub fn date(refusals: &mut Refusals, path: Path, date: NaiveDate) -> NaiveDate {
    if !(1970..=2999).contains(&date.year()) {
        refusals.invalid(path, "The date lies between 1970 and 2999.");
    }
    date
}
