//! Exact money: whole minor units of the store's one currency.

use rust_decimal::Decimal;
use thiserror::Error;

/// A currency by its ISO 4217 code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Currency {
    code: iso_currency::Currency,
    decimals: u32,
}

/// Why an amount is not acceptable.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum MoneyError {
    /// It would have to be rounded.
    #[error("{0} has {1} decimals at most.")]
    Decimals(&'static str, u32),
    /// It does not fit.
    #[error("This amount is too large.")]
    TooLarge,
}

impl Currency {
    /// The currency with this ISO 4217 code, if it has minor units by which amounts can be counted.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        let code = iso_currency::Currency::from_code(code)?;
        let decimals = u32::from(code.exponent()?);
        Some(Self { code, decimals })
    }

    /// The ISO 4217 code.
    #[must_use]
    pub fn code(self) -> &'static str {
        self.code.code()
    }

    /// An amount in minor units.
    ///
    /// # Errors
    /// An amount with more decimals than the currency has, or too large for 64 bits, is refused, never rounded.
    pub fn minor(self, amount: Decimal) -> Result<i64, MoneyError> {
        let amount = amount.normalize();
        if amount.scale() > self.decimals {
            return Err(MoneyError::Decimals(self.code(), self.decimals));
        }
        Decimal::from(10_i64.pow(self.decimals))
            .checked_mul(amount)
            .and_then(|minor| i64::try_from(minor).ok())
            .ok_or(MoneyError::TooLarge)
    }

    /// Whole minor units as an amount, with all decimals of the currency.
    #[must_use]
    pub fn amount(self, minor: Decimal) -> Decimal {
        Decimal::from_i128_with_scale(minor.mantissa(), self.decimals)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn euro() -> Currency {
        Currency::from_code("EUR").expect("the euro is a currency")
    }

    #[test]
    fn amounts_are_exact_both_ways() {
        let minor = euro().minor(Decimal::new(1250, 2));
        assert_eq!(minor, Ok(1250));
        assert_eq!(euro().amount(1250.into()).to_string(), "12.50");
        assert_eq!(euro().minor(Decimal::new(125_000, 4)), Ok(1250), "zeros at the end add no precision");
    }

    #[test]
    fn more_decimals_than_the_currency_has_are_refused() {
        assert_eq!(euro().minor(Decimal::new(12_345, 3)), Err(MoneyError::Decimals("EUR", 2)));
        let yen = Currency::from_code("JPY").expect("the yen is a currency");
        assert_eq!(yen.minor(Decimal::new(15, 1)), Err(MoneyError::Decimals("JPY", 0)));
        assert_eq!(yen.amount(500.into()).to_string(), "500");
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        assert_eq!(euro().minor(Decimal::MAX), Err(MoneyError::TooLarge));
    }
}
