//! Accounts in lists, and who follows whom.

use chrono::{DateTime, Utc};
use diesel::{
    IntoSql as _,
    dsl::{count_star, sql},
    pg::Pg,
    prelude::*,
    sql_types::{Bool, Text},
};
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use crate::{
    accounts::users::Account,
    db::{
        Conn, PerParent, newest_first, parent_id,
        schema::{accounts, follows},
    },
    kernel::{AccountId, Cursor, Page, Role, Window},
};

/// Which accounts.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// A part of the names or the email.
    pub search: Option<String>,
    pub role: Option<Role>,
}

fn filtered(filter: &Filter) -> accounts::BoxedQuery<'_, Pg> {
    let mut query = accounts::table.into_boxed();
    if let Some(search) = &filter.search {
        // Word for word as in the index `accounts_by_words`.
        let words = "(accounts.username || ' ' || accounts.display_name || ' ' || accounts.email) ILIKE ";
        query = query.filter(sql::<Bool>(words).bind::<Text, _>(pattern(search)));
    }
    if let Some(role) = filter.role {
        query = query.filter(accounts::role.eq(role));
    }
    query
}

/// Signs that mean something in a pattern mean themselves here.
fn pattern(search: &str) -> String {
    let mut pattern = String::from("%");
    for letter in search.chars() {
        if matches!(letter, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(letter);
    }
    pattern.push('%');
    pattern
}

pub async fn list(conn: &mut Conn, filter: &Filter, window: &Window) -> QueryResult<Page<Account>> {
    let query = filtered(filter).select(Account::as_select());
    let rows = newest_first!(query, window, accounts::id).load(conn).await?;
    Ok(window.page(rows, |row: &Account| Cursor::by_id(row.id.uuid())))
}

pub async fn count(conn: &mut Conn, filter: &Filter) -> QueryResult<i64> {
    filtered(filter).count().get_result(conn).await
}

/// A follow of a list: whose list it is in, its own id, and who is at the other end.
pub type Followed = (Uuid, (Uuid, Account));

/// Who follows each of these accounts; `closed_too` also shows closed accounts.
pub async fn followers(
    conn: &mut Conn,
    of: &[Uuid],
    window: &Window,
    closed_too: bool,
) -> QueryResult<Vec<Followed>> {
    let mut list = follows::table
        .inner_join(accounts::table.on(accounts::id.eq(follows::follower_id)))
        .filter(follows::followed_id.eq(parent_id()))
        .select((follows::id, Account::as_select()))
        .into_boxed();
    if !closed_too {
        list = list.filter(accounts::deleted_at.is_null());
    }
    let list = newest_first!(list, window, follows::id);
    PerParent { parents: of.to_vec(), list }.load(conn).await
}

/// Whom each of these accounts follows.
pub async fn following(
    conn: &mut Conn,
    of: &[Uuid],
    window: &Window,
    closed_too: bool,
) -> QueryResult<Vec<Followed>> {
    let mut list = follows::table
        .inner_join(accounts::table.on(accounts::id.eq(follows::followed_id)))
        .filter(follows::follower_id.eq(parent_id()))
        .select((follows::id, Account::as_select()))
        .into_boxed();
    if !closed_too {
        list = list.filter(accounts::deleted_at.is_null());
    }
    let list = newest_first!(list, window, follows::id);
    PerParent { parents: of.to_vec(), list }.load(conn).await
}

pub async fn count_followers(
    conn: &mut Conn,
    of: &[Uuid],
    closed_too: bool,
) -> QueryResult<Vec<(Uuid, i64)>> {
    follows::table
        .inner_join(accounts::table.on(accounts::id.eq(follows::follower_id)))
        .filter(follows::followed_id.eq_any(of))
        .filter(accounts::deleted_at.is_null().or(closed_too.into_sql::<Bool>()))
        .group_by(follows::followed_id)
        .select((follows::followed_id, count_star()))
        .load(conn)
        .await
}

pub async fn count_following(
    conn: &mut Conn,
    of: &[Uuid],
    closed_too: bool,
) -> QueryResult<Vec<(Uuid, i64)>> {
    follows::table
        .inner_join(accounts::table.on(accounts::id.eq(follows::followed_id)))
        .filter(follows::follower_id.eq_any(of))
        .filter(accounts::deleted_at.is_null().or(closed_too.into_sql::<Bool>()))
        .group_by(follows::follower_id)
        .select((follows::follower_id, count_star()))
        .load(conn)
        .await
}

/// Who of some follows whom of some others.
pub async fn pairs(
    conn: &mut Conn,
    followers: &[AccountId],
    followed: &[AccountId],
) -> QueryResult<Vec<(AccountId, AccountId)>> {
    follows::table
        .filter(follows::follower_id.eq_any(followers).and(follows::followed_id.eq_any(followed)))
        .select((follows::follower_id, follows::followed_id))
        .load(conn)
        .await
}

pub async fn follow(
    conn: &mut Conn,
    who: AccountId,
    whom: AccountId,
    now: DateTime<Utc>,
) -> QueryResult<usize> {
    diesel::insert_into(follows::table)
        .values((
            follows::id.eq(Uuid::now_v7()),
            follows::follower_id.eq(who),
            follows::followed_id.eq(whom),
            follows::created_at.eq(now),
        ))
        .on_conflict((follows::follower_id, follows::followed_id))
        .do_nothing()
        .execute(conn)
        .await
}

pub async fn unfollow(conn: &mut Conn, who: AccountId, whom: AccountId) -> QueryResult<usize> {
    let one = follows::follower_id.eq(who).and(follows::followed_id.eq(whom));
    diesel::delete(follows::table.filter(one)).execute(conn).await
}
