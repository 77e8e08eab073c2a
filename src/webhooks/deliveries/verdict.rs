//! What an answer means for a delivery, by the recommendations of Standard Webhooks.

use chrono::{DateTime, TimeDelta, Utc};

use super::{DeliveryStatus, store::Settled};

/// How long after each failed attempt the next one follows: the last one is made after three days and some hours.
const DELAYS: [TimeDelta; 9] = [
    TimeDelta::seconds(5),
    TimeDelta::minutes(5),
    TimeDelta::minutes(30),
    TimeDelta::hours(2),
    TimeDelta::hours(5),
    TimeDelta::hours(10),
    TimeDelta::hours(14),
    TimeDelta::hours(20),
    TimeDelta::hours(24),
];
/// How long an endpoint may ask to be left in peace.
const LONGEST: TimeDelta = TimeDelta::hours(24);
/// The answer of an endpoint that wants to hear nothing more.
const GONE: u16 = 410;

/// What came of an attempt.
#[derive(Clone, Debug, Default)]
pub struct Answer {
    /// The status of the answer, if there was one.
    pub status: Option<u16>,
    /// How long the endpoint asks to be left in peace.
    pub retry_after: Option<TimeDelta>,
    /// What went wrong, if there was no answer.
    pub error: Option<String>,
    /// Whether there is nothing that could be sent.
    pub is_final: bool,
}

impl Answer {
    /// Whether the endpoint wants to hear nothing more.
    pub fn is_gone(&self) -> bool {
        self.status == Some(GONE)
    }

    fn is_good(&self) -> bool {
        self.status.is_some_and(|status| (200..300).contains(&status))
    }

    fn wrong(&self) -> Option<String> {
        let Some(status) = self.status else { return self.error.clone() };
        match status {
            200..300 => None,
            300..400 => Some(format!("It answered {status}; redirects are not followed.")),
            _ => Some(format!("It answered {status}.")),
        }
    }
}

/// What becomes of a delivery that was sent so often and is answered so. `jitter`, from 0 to 1, parts those that
/// failed together.
pub fn verdict(answer: &Answer, attempts: i32, now: DateTime<Utc>, jitter: f64) -> Settled {
    let settled = |status, next_attempt_at| Settled {
        status,
        next_attempt_at,
        response_status: answer.status.map(i32::from),
        error: answer.wrong(),
    };
    if answer.is_good() {
        return settled(DeliveryStatus::Delivered, None);
    }
    let made = usize::try_from(attempts).unwrap_or(0).saturating_sub(1);
    match DELAYS.get(made) {
        Some(delay) if !answer.is_gone() && !answer.is_final => {
            let wait = answer.retry_after.map_or(*delay, |asked| asked.clamp(*delay, LONGEST));
            // A tenth more at most.
            #[expect(
                clippy::cast_precision_loss,
                clippy::cast_possible_truncation,
                reason = "a day has few ms"
            )]
            let more = TimeDelta::milliseconds((wait.num_milliseconds() as f64 * jitter / 10.0) as i64);
            settled(DeliveryStatus::Pending, Some(now + wait + more))
        }
        _ => settled(DeliveryStatus::Failed, None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answered(status: u16) -> Answer {
        Answer { status: Some(status), ..Answer::default() }
    }

    #[test]
    fn attempts_go_on_for_three_days_and_then_end() {
        let mut at = DateTime::UNIX_EPOCH;
        let mut attempts = 1;
        while let Some(next) = verdict(&answered(500), attempts, at, 0.0).next_attempt_at {
            (at, attempts) = (next, attempts + 1);
        }
        let lasted = at - DateTime::UNIX_EPOCH;
        assert_eq!((attempts, lasted), (10, TimeDelta::seconds(75 * 3600 + 35 * 60 + 5)));
        assert_eq!(verdict(&answered(500), 10, at, 0.0).status, DeliveryStatus::Failed);
    }

    #[test]
    fn endpoints_may_ask_to_be_left_in_peace_for_a_day() {
        let asking = |asked| Answer { retry_after: Some(asked), ..answered(503) };
        let wait = |asked, jitter| {
            let next = verdict(&asking(asked), 1, DateTime::UNIX_EPOCH, jitter).next_attempt_at;
            next.expect("it is tried again") - DateTime::UNIX_EPOCH
        };
        assert_eq!(wait(TimeDelta::seconds(1), 0.0), TimeDelta::seconds(5));
        assert_eq!(wait(TimeDelta::seconds(60), 0.0), TimeDelta::seconds(60));
        assert_eq!(wait(TimeDelta::seconds(60), 1.0), TimeDelta::seconds(66));
        assert_eq!(wait(TimeDelta::days(400), 0.0), TimeDelta::hours(24));
        assert_eq!(verdict(&answered(410), 1, DateTime::UNIX_EPOCH, 0.0).status, DeliveryStatus::Failed);
    }
}
