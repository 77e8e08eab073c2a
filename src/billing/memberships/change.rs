//! Prolongs, shortens or alters a membership, or gives it up.

use chrono::NaiveDate;
use rust_decimal::Decimal;

use super::{Membership, MembershipStatus, events, policy, store, words};
use crate::{
    db::Db,
    events::append,
    kernel::{Caller, Code, Fault, MembershipId, Refusal, Refusals, Status as _, at, expect_version},
};

/// What is to be changed; `None` leaves it.
#[derive(Debug)]
pub struct Update {
    pub id: MembershipId,
    pub expected_version: Option<i32>,
    pub valid_until: Option<NaiveDate>,
    pub credits: Option<i32>,
    pub stream_fee: Option<Decimal>,
}

/// Fewer credits than open streams close none: there are no new ones until it fits.
pub async fn update(db: &Db, caller: &Caller, input: Update) -> Result<Membership, Fault> {
    let (now, currency) = (db.now(), db.shop().currency);
    let mut refusals = Refusals::default();
    let changes = store::Changes {
        valid_until: input.valid_until.map(|day| words::day(&mut refusals, at("validUntil"), day)),
        credits: input.credits.map(|credits| words::credits(&mut refusals, at("credits"), credits)),
        stream_fee: input.stream_fee.map(|fee| words::fee(&mut refusals, at("streamFee"), currency, fee)),
        cancelled_at: None,
        updated_at: now,
    };
    refusals.done()?;
    db.conn()
        .await?
        .transaction(async |conn| {
            let (membership, _) = policy::changeable(caller, store::lock(conn, input.id).await?)?;
            expect_version(input.expected_version, membership.version)?;
            if membership.cancelled_at.is_some() {
                let message = "This membership is CANCELLED and can't be changed.";
                return Err(Refusal::input(Code::Invalid, at("id"), message).into());
            }
            if let Some(until) = changes.valid_until {
                if until < membership.valid_from {
                    let message = "The last day is not before the first one.";
                    return Err(Refusal::input(Code::Invalid, at("validUntil"), message).into());
                }
                let (user, from) = (membership.user_id, membership.valid_from);
                let others = store::overlapping(conn, user, membership.id, from, until).await?;
                policy::free("validUntil", others)?;
            }
            let updated = store::update(conn, membership.id, &changes).await?;
            append(conn, Some(caller.account), now, vec![events::changed(currency, &updated)]).await?;
            Ok(updated)
        })
        .await
}

/// Open streams stay open until they are checked out or their leases run out.
pub async fn cancel(db: &Db, caller: &Caller, id: MembershipId) -> Result<Membership, Fault> {
    let (now, currency) = (db.now(), db.shop().currency);
    db.conn()
        .await?
        .transaction(async |conn| {
            let (membership, actors) = policy::changeable(caller, store::lock(conn, id).await?)?;
            membership.status(now.date_naive()).step(MembershipStatus::Cancelled, &actors, at("id"))?;
            let changes = store::Changes {
                valid_until: None,
                credits: None,
                stream_fee: None,
                cancelled_at: Some(now),
                updated_at: now,
            };
            let updated = store::update(conn, membership.id, &changes).await?;
            append(conn, Some(caller.account), now, vec![events::changed(currency, &updated)]).await?;
            Ok(updated)
        })
        .await
}
