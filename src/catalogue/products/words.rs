//! What a product may cost and number.

use rust_decimal::Decimal;

use crate::kernel::{Currency, Path, Refusals};

/// Keeps the total of any order within 64 bits.
const MAX_PRICE: i64 = 1_000_000_000_000;
/// Leaves room for what cancelled orders give back.
const MAX_STOCK: i32 = 1_000_000_000;

pub fn price(refusals: &mut Refusals, path: Path, currency: Currency, price: Decimal) -> i64 {
    match currency.minor(price) {
        Ok(minor) if minor < 0 => refusals.invalid(path, "A price is not negative."),
        Ok(minor) if minor > MAX_PRICE => refusals.invalid(path, "This price is too high."),
        Ok(minor) => return minor,
        Err(wrong) => refusals.invalid(path, wrong.to_string()),
    }
    0
}

pub fn stock(refusals: &mut Refusals, path: Path, stock: i32) -> i32 {
    if !(0..=MAX_STOCK).contains(&stock) {
        refusals.invalid(path, format!("The stock is from 0 to {MAX_STOCK}."));
    }
    stock
}
