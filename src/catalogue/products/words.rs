//! What a product may be called, cost and number.

use rust_decimal::Decimal;

use crate::kernel::{Currency, Path, Refusals};

const NAME_LENGTH: usize = 200;
const DESCRIPTION_LENGTH: usize = 10_000;
/// Keeps the total of any order within 64 bits.
const MAX_PRICE: i64 = 1_000_000_000_000;
/// Leaves room for what cancelled orders give back.
const MAX_STOCK: i32 = 1_000_000_000;

pub fn name(refusals: &mut Refusals, path: Path, name: &str) -> String {
    let name = name.trim();
    if name.is_empty() {
        refusals.invalid(path, "Give the product a name.");
    } else if name.chars().count() > NAME_LENGTH {
        refusals.invalid(path, format!("A name has {NAME_LENGTH} characters at most."));
    } else if name.chars().any(char::is_control) {
        refusals.invalid(path, "A name is one line without control characters.");
    }
    name.to_owned()
}

pub fn description(refusals: &mut Refusals, path: Path, description: &str) -> String {
    let description = description.trim();
    if description.chars().count() > DESCRIPTION_LENGTH {
        refusals.invalid(path, format!("A description has {DESCRIPTION_LENGTH} characters at most."));
    } else if description.contains('\0') {
        refusals.invalid(path, "A description can't hold a NUL character.");
    }
    description.to_owned()
}

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
