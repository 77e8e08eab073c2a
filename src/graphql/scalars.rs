//! Our scalars: strings with a form, each read in one place.

use std::fmt::Display;

use async_graphql::{InputValueError, InputValueResult, Scalar, ScalarType, Value};
use chrono::{NaiveDate, SecondsFormat, Utc};

use super::plan::object;
use crate::kernel::{Fault, Moment, Shop};

/// A scalar that travels as one string.
pub(super) trait TextScalar: Sized {
    fn read(text: &str) -> Result<Self, String>;
    /// Its text, in which nothing has to be escaped.
    fn text(&self) -> impl Display;
}

macro_rules! text_scalar {
    ($(#[$doc:meta])* $type:ident) => {
        $(#[$doc])*
        #[Scalar]
        impl ScalarType for $type {
            fn parse(value: Value) -> InputValueResult<Self> {
                match value {
                    Value::String(text) => <$type as TextScalar>::read(&text).map_err(InputValueError::custom),
                    other => Err(InputValueError::expected_type(other)),
                }
            }

            fn is_valid(value: &Value) -> bool {
                matches!(value, Value::String(text) if <$type as TextScalar>::read(text).is_ok())
            }

            fn to_value(&self) -> Value {
                Value::String(self.text().to_string())
            }
        }
    };
}

/// A moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DateTime(pub chrono::DateTime<Utc>);

text_scalar!(
    /// A moment as RFC 3339 writes it, always in UTC: `2026-01-31T12:00:00.000000Z`. Other offsets are accepted
    /// and turned into UTC.
    DateTime
);

impl From<Moment> for DateTime {
    fn from(moment: Moment) -> Self {
        Self(moment.into())
    }
}

impl TextScalar for DateTime {
    fn read(text: &str) -> Result<Self, String> {
        chrono::DateTime::parse_from_rfc3339(text)
            .map(|at| Self(at.to_utc()))
            .map_err(|_| "must be a moment like 2026-01-31T12:00:00Z".to_owned())
    }

    fn text(&self) -> impl Display {
        self.0.to_rfc3339_opts(SecondsFormat::Micros, true)
    }
}

/// A day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Date(pub NaiveDate);

text_scalar!(
    /// A day as `yyyy-mm-dd`, by the UTC calendar.
    Date
);

impl TextScalar for Date {
    fn read(text: &str) -> Result<Self, String> {
        let wrong = || "must be a day like 2026-01-31".to_owned();
        if text.len() != 10 {
            return Err(wrong());
        }
        NaiveDate::parse_from_str(text, "%Y-%m-%d").map(Self).map_err(|_| wrong())
    }

    fn text(&self) -> impl Display {
        self.0
    }
}

/// An exact decimal number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Decimal(pub rust_decimal::Decimal);

text_scalar!(
    /// An exact decimal number as a string: `"12.50"`. Never a float, which could not be exact.
    Decimal
);

impl TextScalar for Decimal {
    fn read(text: &str) -> Result<Self, String> {
        let digits = text.strip_prefix('-').unwrap_or(text);
        let (whole, part) = digits.split_once('.').unwrap_or((digits, "0"));
        let plain = |digits: &str| !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
        if !plain(whole) || !plain(part) {
            return Err("must be a decimal number as a string, like \"12.50\"".to_owned());
        }
        rust_decimal::Decimal::from_str_exact(text).map(Self).map_err(|_| "has too many digits".to_owned())
    }

    fn text(&self) -> impl Display {
        self.0
    }
}

/// Something that has no type of its own in the schema.
#[derive(Clone, Debug, PartialEq)]
pub struct Json(pub serde_json::Value);

/// Any JSON value.
#[Scalar(name = "JSON")]
impl ScalarType for Json {
    fn parse(value: Value) -> InputValueResult<Self> {
        value.into_json().map(Self).map_err(InputValueError::custom)
    }

    fn to_value(&self) -> Value {
        // All that JSON can say, a value can.
        Value::from_json(self.0.clone()).unwrap_or_default()
    }
}

/// Whether `text` can be read as the scalar called `name`; scalars that are not ours are not looked at.
///
/// # Errors
/// What is wrong, to follow the name of the value: "must be a day like 2026-01-31".
pub fn check_scalar(name: &str, text: &str) -> Result<(), String> {
    match name {
        "DateTime" => DateTime::read(text).map(drop),
        "Date" => Date::read(text).map(drop),
        "Decimal" => Decimal::read(text).map(drop),
        _ => Ok(()),
    }
}

/// An amount of money.
#[derive(Clone, Copy, Debug)]
pub struct Money {
    amount: Decimal,
    currency: &'static str,
}

/// An amount of money.
#[object]
impl Money {
    /// How much, exact, with all decimals of the currency.
    fn amount(&self) -> Decimal {
        self.amount
    }

    /// The ISO 4217 code of the currency. It is the same for the whole store.
    fn currency(&self) -> &'static str {
        self.currency
    }
}

impl Money {
    /// An amount of the shop's currency in minor units.
    #[must_use]
    pub fn new(shop: &Shop, minor: i64) -> Self {
        Self { amount: Decimal(shop.currency.amount(minor.into())), currency: shop.currency.code() }
    }

    /// A sum of minor units as PostgreSQL's `numeric` writes it, which may be too large for 64 bits.
    ///
    /// # Errors
    /// [`Fault::Broken`] if it is no whole number, or has more than 28 digits.
    pub fn sum(shop: &Shop, minor: &str) -> Result<Self, Fault> {
        let minor = rust_decimal::Decimal::from_str_exact(minor).map_err(Fault::broken)?;
        Ok(Self { amount: Decimal(shop.currency.amount(minor)), currency: shop.currency.code() })
    }
}

/// A count as GraphQL's `Int`, which has 32 bits.
#[must_use]
pub fn int(count: impl TryInto<i32>) -> i32 {
    count.try_into().unwrap_or(i32::MAX)
}
