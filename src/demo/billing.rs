//! Memberships of every kind, and a year of monthly invoices.

use chrono::{DateTime, Days, Months, NaiveDate, TimeDelta, Utc};

use super::{dice::Dice, id_at, people::People, store};
use crate::{
    billing::InvoiceStatus,
    db::Conn,
    kernel::{AccountId, Fault, InvoiceId, InvoiceLineId, MembershipId, StreamId},
};

/// A membership that was made up.
pub struct Member {
    pub id: MembershipId,
    pub user: AccountId,
    pub from: NaiveDate,
    pub until: NaiveDate,
    pub cancelled_at: Option<DateTime<Utc>>,
    pub credits: i32,
    pub fee: i64,
    pub at: DateTime<Utc>,
}

/// A month's invoice with its lines.
pub struct Bill {
    pub id: InvoiceId,
    pub user: AccountId,
    pub status: InvoiceStatus,
    pub at: DateTime<Utc>,
    pub lines: Vec<(InvoiceLineId, i64, &'static str, DateTime<Utc>)>,
}

/// A stream that is open, and what opened it.
pub struct Open {
    pub id: StreamId,
    pub membership: MembershipId,
    pub line: InvoiceLineId,
    pub at: DateTime<Utc>,
    pub until: DateTime<Utc>,
}

pub async fn load(
    conn: &mut Conn,
    dice: &mut Dice,
    people: &People,
    now: DateTime<Utc>,
) -> Result<(), Fault> {
    let customer = people.id("customer")?;
    let (mut members, mut bills, mut streams) = (Vec::new(), Vec::new(), Vec::new());
    for (number, user) in people.buyers.iter().enumerate() {
        // Of five accounts one has given up, one has let it run out, and one was never a member; the account
        // that everyone signs in with is one.
        let kind = if *user == customer { 0 } else { number % 5 };
        if kind == 4 {
            continue;
        }
        let joined = now - TimeDelta::days(340) - TimeDelta::hours(i64::from(dice.below(200)));
        let member = Member {
            id: id_at(joined).into(),
            user: *user,
            from: joined.date_naive(),
            until: if kind == 2 {
                now.date_naive() - Days::new(40)
            } else {
                now.date_naive() + Days::new(60)
            },
            cancelled_at: (kind == 3).then(|| now - TimeDelta::days(75)),
            credits: 2 + i32::try_from(dice.below(4)).unwrap_or(0),
            fee: 150 + 50 * i64::from(dice.below(5)),
            at: joined,
        };
        let last = if kind < 2 { 0 } else { 3 };
        for age in (last..11).rev() {
            bills.push(bill(dice, &member, age, now));
        }
        if kind < 2
            && let Some(bill) = bills.last()
        {
            let open = bill.lines.iter().filter(|line| line.1 > 0).rev().take(1 + number % 2);
            streams.extend(open.map(|(line, _, _, at)| Open {
                id: id_at(*at).into(),
                membership: member.id,
                line: *line,
                at: *at,
                until: now + TimeDelta::hours(11),
            }));
        }
        members.push(member);
    }
    store::insert_members(conn, &members).await?;
    store::insert_bills(conn, &bills).await?;
    store::insert_streams(conn, &streams).await?;
    Ok(())
}

/// The invoice of a month that lies so many months back.
fn bill(dice: &mut Dice, member: &Member, age: u32, now: DateTime<Utc>) -> Bill {
    let at = now - Months::new(age);
    let begun = at - TimeDelta::hours(9);
    let mut lines = Vec::new();
    for use_ in 0..=dice.below(4) {
        let opened = begun + TimeDelta::hours(i64::from(2 * use_));
        lines.push((id_at(opened).into(), member.fee, "Check-in", opened));
        if age > 0 {
            let closed = opened + TimeDelta::minutes(90);
            lines.push((id_at(closed).into(), 0, "Check-out", closed));
        }
    }
    if dice.chance(15) {
        lines.push((id_at(at).into(), -100, "Credit for a dropped stream", at));
    }
    let status = match age {
        0 => InvoiceStatus::Outstanding,
        1 if dice.chance(50) => InvoiceStatus::Outstanding,
        _ if dice.chance(8) => InvoiceStatus::Void,
        _ => InvoiceStatus::Paid,
    };
    Bill { id: id_at(begun).into(), user: member.user, status, at: begun, lines }
}
