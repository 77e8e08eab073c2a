//! What a membership may be.

use chrono::{Datelike as _, NaiveDate};
use rust_decimal::Decimal;

use crate::{
    billing::invoices::MAX_AMOUNT,
    kernel::{Currency, Path, Refusals},
};

const MAX_CREDITS: i32 = 10_000;

pub fn credits(refusals: &mut Refusals, path: Path, credits: i32) -> i32 {
    if !(0..=MAX_CREDITS).contains(&credits) {
        refusals.invalid(path, format!("The credits are from 0 to {MAX_CREDITS}."));
    }
    credits
}

pub fn fee(refusals: &mut Refusals, path: Path, currency: Currency, fee: Decimal) -> i64 {
    read_fee(currency, fee).unwrap_or_else(|wrong| {
        refusals.invalid(path, wrong);
        0
    })
}

/// What a check-in costs, in minor units.
///
/// # Errors
/// What is wrong with it, for people.
pub fn read_fee(currency: Currency, fee: Decimal) -> Result<i64, String> {
    match currency.minor(fee) {
        Ok(minor) if minor < 0 => Err("A fee is not negative.".into()),
        Ok(minor) if minor > MAX_AMOUNT => Err("This fee is too high.".into()),
        Ok(minor) => Ok(minor),
        Err(wrong) => Err(wrong.to_string()),
    }
}

pub fn day(refusals: &mut Refusals, path: Path, day: NaiveDate) -> NaiveDate {
    if !(1970..=2999).contains(&day.year()) {
        refusals.invalid(path, "The day lies between 1970 and 2999.");
    }
    day
}
