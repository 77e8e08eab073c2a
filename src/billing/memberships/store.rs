//! All SQL about memberships.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::{AsChangeset, Insertable, dsl, pg::Pg, prelude::*, sql_types::Bool};
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use super::{Membership, MembershipStatus, list::Filter};
use crate::{
    db::{Conn, PerParent, among, columns, newest_first, parent_id, schema::memberships},
    kernel::{AccountId, Cursor, MembershipId, Page, Window},
};

/// The memberships of the account `$1` and the streams that were opened by them.
pub const OF_USER_WITH_STREAMS: &str = "WITH mine AS (SELECT id FROM memberships WHERE user_id = $1) \
    SELECT id FROM mine UNION ALL SELECT streams.id FROM streams JOIN mine ON membership_id = mine.id";

#[derive(Insertable, Debug)]
#[diesel(table_name = memberships)]
pub struct NewRow {
    pub id: MembershipId,
    pub user_id: AccountId,
    pub valid_from: NaiveDate,
    pub valid_until: NaiveDate,
    pub credits: i32,
    pub stream_fee: i64,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

#[derive(AsChangeset, Debug)]
#[diesel(table_name = memberships)]
pub struct Changes {
    pub valid_until: Option<NaiveDate>,
    pub credits: Option<i32>,
    pub stream_fee: Option<i64>,
    pub cancelled_at: Option<DateTime<Utc>>,
    pub updated_at: DateTime<Utc>,
}

pub async fn by_ids(conn: &mut Conn, ids: &[MembershipId]) -> QueryResult<Vec<Membership>> {
    memberships::table.filter(memberships::id.eq(among(ids))).select(Membership::as_select()).load(conn).await
}

pub async fn by_id(conn: &mut Conn, id: MembershipId) -> QueryResult<Membership> {
    memberships::table.find(id).select(Membership::as_select()).get_result(conn).await
}

/// Keeps the membership from changing until the transaction ends, and others from checking in by it.
pub async fn lock(conn: &mut Conn, id: MembershipId) -> QueryResult<Option<Membership>> {
    memberships::table
        .find(id)
        .select(Membership::as_select())
        .for_no_key_update()
        .get_result(conn)
        .await
        .optional()
}

/// As [`lock`], the one that is valid on this day.
pub async fn lock_valid(
    conn: &mut Conn,
    user: AccountId,
    today: NaiveDate,
) -> QueryResult<Option<Membership>> {
    memberships::table
        .filter(memberships::user_id.eq(user))
        .filter(memberships::cancelled_at.is_null())
        .filter(memberships::valid_from.le(today).and(memberships::valid_until.ge(today)))
        .select(Membership::as_select())
        .for_no_key_update()
        .get_result(conn)
        .await
        .optional()
}

/// Those that are valid on this day.
pub async fn valid_of(
    conn: &mut Conn,
    users: &[AccountId],
    today: NaiveDate,
) -> QueryResult<Vec<Membership>> {
    memberships::table
        .filter(memberships::user_id.eq(among(users)))
        .filter(memberships::cancelled_at.is_null())
        .filter(memberships::valid_from.le(today).and(memberships::valid_until.ge(today)))
        .select(Membership::as_select())
        .load(conn)
        .await
}

/// Another membership of the user in this period. The constraint decides; this tells which one.
pub async fn overlapping(
    conn: &mut Conn,
    user: AccountId,
    but: MembershipId,
    from: NaiveDate,
    until: NaiveDate,
) -> QueryResult<Option<Membership>> {
    memberships::table
        .filter(memberships::user_id.eq(user).and(memberships::id.ne(but)))
        .filter(memberships::cancelled_at.is_null())
        .filter(memberships::valid_from.le(until).and(memberships::valid_until.ge(from)))
        .order(memberships::valid_from)
        .select(Membership::as_select())
        .first(conn)
        .await
        .optional()
}

pub async fn insert(conn: &mut Conn, new: &NewRow) -> QueryResult<Membership> {
    diesel::insert_into(memberships::table)
        .values(new)
        .returning(Membership::as_returning())
        .get_result(conn)
        .await
}

/// Expects the row to be locked.
pub async fn update(conn: &mut Conn, id: MembershipId, changes: &Changes) -> QueryResult<Membership> {
    diesel::update(memberships::table.find(id))
        .set((changes, memberships::version.eq(memberships::version + 1)))
        .returning(Membership::as_returning())
        .get_result(conn)
        .await
}

type Condition<'a> = Box<dyn BoxableExpression<memberships::table, Pg, SqlType = Bool> + 'a>;

fn filtered(filter: &Filter) -> memberships::BoxedQuery<'_, Pg> {
    let mut query = memberships::table.into_boxed();
    if let Some(user) = filter.user {
        query = query.filter(memberships::user_id.eq(user));
    }
    if let Some(statuses) = &filter.statuses {
        let live = || memberships::cancelled_at.is_null();
        let mut any: Condition<'_> = Box::new(false.into_sql::<Bool>());
        for status in statuses {
            any = match status {
                MembershipStatus::Active => {
                    Box::new(any.or(live().and(memberships::valid_until.ge(filter.today))))
                }
                MembershipStatus::Expired => {
                    Box::new(any.or(live().and(memberships::valid_until.lt(filter.today))))
                }
                MembershipStatus::Cancelled => Box::new(any.or(memberships::cancelled_at.is_not_null())),
            };
        }
        query = query.filter(any);
    }
    query
}

pub async fn list(conn: &mut Conn, filter: &Filter, window: &Window) -> QueryResult<Page<Membership>> {
    let query = filtered(filter).select(columns::<Membership>());
    let rows = newest_first!(query, window, memberships::id).load(conn).await?;
    Ok(window.page(rows, |row: &Membership| Cursor::by_id(row.id.uuid())))
}

pub async fn count(conn: &mut Conn, filter: &Filter) -> QueryResult<i64> {
    filtered(filter).count().get_result(conn).await
}

/// A page of the memberships of each of these users.
pub async fn of_users(
    conn: &mut Conn,
    parents: &[Uuid],
    window: &Window,
) -> QueryResult<Vec<(Uuid, Membership)>> {
    let query = memberships::table
        .filter(memberships::user_id.eq(parent_id()))
        .select(Membership::as_select())
        .into_boxed();
    let list = newest_first!(query, window, memberships::id);
    PerParent { parents: parents.to_vec(), list }.load(conn).await
}

pub async fn count_of_users(conn: &mut Conn, users: &[Uuid]) -> QueryResult<Vec<(Uuid, i64)>> {
    memberships::table
        .filter(memberships::user_id.eq(among(users)))
        .group_by(memberships::user_id)
        .select((memberships::user_id, dsl::count_star()))
        .load(conn)
        .await
}
