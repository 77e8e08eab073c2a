//! The days that a report is about, and how they are cut into buckets.

use std::iter::successors;

use async_graphql::Enum;
use chrono::{Datelike as _, Days, Months, NaiveDate};

use crate::kernel::Fault;

/// How many buckets a report may have.
const MAX_BUCKETS: usize = 1_000;

/// How long a bucket is.
#[derive(Enum, Clone, Copy, PartialEq, Eq, Debug)]
pub enum ReportInterval {
    /// A day of the UTC calendar.
    Day,
    /// A week as ISO 8601 has it: from Monday to Sunday.
    Week,
    /// A month of the calendar.
    Month,
}

impl ReportInterval {
    /// What PostgreSQL's `date_trunc` calls it, which cuts the same buckets as [`Self::start`].
    pub fn field(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::Week => "week",
            Self::Month => "month",
        }
    }

    /// The first day of the bucket that a day lies in; none before the calendar begins.
    fn start(self, day: NaiveDate) -> Option<NaiveDate> {
        match self {
            Self::Day => Some(day),
            Self::Week => day.checked_sub_days(Days::new(day.weekday().num_days_from_monday().into())),
            Self::Month => day.with_day(1),
        }
    }

    fn next(self, start: NaiveDate) -> Option<NaiveDate> {
        match self {
            Self::Day => start.succ_opt(),
            Self::Week => start.checked_add_days(Days::new(7)),
            Self::Month => start.checked_add_months(Months::new(1)),
        }
    }
}

/// A range of days, both ends included.
#[derive(Clone, Copy, Debug)]
pub struct Range {
    pub from: NaiveDate,
    pub to: NaiveDate,
}

impl Range {
    /// The days from one to another.
    ///
    /// # Errors
    /// [`Fault::BadInput`] if the first is after the last.
    pub fn new(from: NaiveDate, to: NaiveDate) -> Result<Self, Fault> {
        if from > to {
            return Err(Fault::BadInput(format!("`from` must not be after `to`: {from} is after {to}.")));
        }
        Ok(Self { from, to })
    }

    /// The first days of all buckets that the range touches.
    ///
    /// # Errors
    /// [`Fault::BadInput`] if there are more than 1,000.
    pub fn buckets(self, interval: ReportInterval) -> Result<Vec<NaiveDate>, Fault> {
        let starts = successors(interval.start(self.from), |start| interval.next(*start));
        let starts: Vec<_> = starts.take_while(|start| *start <= self.to).take(MAX_BUCKETS + 1).collect();
        if starts.len() > MAX_BUCKETS {
            return Err(Fault::BadInput(format!(
                "From {} to {} there are more than {MAX_BUCKETS} buckets: ask for fewer days or a longer interval.",
                self.from, self.to
            )));
        }
        Ok(starts)
    }
}
