//! Gives an account a membership.

use chrono::NaiveDate;
use rust_decimal::Decimal;

use super::{Membership, events, policy, store, words};
use crate::{
    billing::payer,
    db::Db,
    events::append,
    kernel::{AccountId, Caller, Fault, MembershipId, Refusals, at},
};

/// What a new membership is to be.
#[derive(Debug)]
pub struct NewMembership {
    pub user: AccountId,
    pub valid_from: NaiveDate,
    pub valid_until: NaiveDate,
    pub credits: i32,
    pub stream_fee: Option<Decimal>,
}

pub async fn create(db: &Db, caller: &Caller, input: NewMembership) -> Result<Membership, Fault> {
    let (now, currency) = (db.now(), db.shop().currency);
    let mut refusals = Refusals::default();
    let new = store::NewRow {
        id: MembershipId::fresh(),
        user_id: input.user,
        valid_from: words::day(&mut refusals, at("validFrom"), input.valid_from),
        valid_until: words::day(&mut refusals, at("validUntil"), input.valid_until),
        credits: words::credits(&mut refusals, at("credits"), input.credits),
        stream_fee: match input.stream_fee {
            Some(fee) => words::fee(&mut refusals, at("streamFee"), currency, fee),
            None => db.shop().stream_fee,
        },
        created_at: now,
        updated_at: now,
    };
    if new.valid_until < new.valid_from {
        refusals.invalid(at("validUntil"), "The last day is not before the first one.");
    }
    refusals.done()?;
    db.conn()
        .await?
        .transaction(async |conn| {
            payer::lock(conn, "userId", new.user_id).await?;
            let others =
                store::overlapping(conn, new.user_id, new.id, new.valid_from, new.valid_until).await?;
            policy::free("validFrom", others)?;
            let membership = store::insert(conn, &new).await?;
            append(conn, Some(caller.account), now, vec![events::changed(currency, &membership)]).await?;
            Ok(membership)
        })
        .await
}
