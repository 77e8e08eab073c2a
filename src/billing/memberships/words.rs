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
    match currency.minor(fee) {
        Ok(minor) if minor < 0 => refusals.invalid(path, "A fee is not negative."),
        Ok(minor) if minor > MAX_AMOUNT => refusals.invalid(path, "This fee is too high."),
        Ok(minor) => return minor,
        Err(wrong) => refusals.invalid(path, wrong.to_string()),
    }
    0
}

pub fn day(refusals: &mut Refusals, path: Path, day: NaiveDate) -> NaiveDate {
    if !(1970..=2999).contains(&day.year()) {
        refusals.invalid(path, "The day lies between 1970 and 2999.");
    }
    day
}
