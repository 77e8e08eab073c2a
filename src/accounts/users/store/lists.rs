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
        Conn, PerParent, among, columns, newest_first, parent_id,
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
    let query = filtered(filter).select(columns::<Account>());
    let rows = newest_first!(query, window, accounts::id).load(conn).await?;
    Ok(window.page(rows, |row: &Account| Cursor::by_id(row.id.uuid())))
}

pub async fn count(conn: &mut Conn, filter: &Filter) -> QueryResult<i64> {
    filtered(filter).count().get_result(conn).await
}

/// A follow of a list: whose list it is in, its own id, and who is at the other end.
pub type Followed = (Uuid, (Uuid, Account));

/// A list of people for each of some accounts, and how many are in it: those at the one end of the follows that have
/// the account at the other end. `closed_too` also shows closed accounts.
macro_rules! people {
    ($list:ident and $count:ident: $theirs:ident where $own:ident is given) => {
        pub async fn $list(
            conn: &mut Conn,
            of: &[Uuid],
            window: &Window,
            closed_too: bool,
        ) -> QueryResult<Vec<Followed>> {
            let mut list = follows::table
                .inner_join(accounts::table.on(accounts::id.eq(follows::$theirs)))
                .filter(follows::$own.eq(parent_id()))
                .select((follows::id, Account::as_select()))
                .into_boxed();
            if !closed_too {
                list = list.filter(accounts::deleted_at.is_null());
            }
            let list = newest_first!(list, window, follows::id);
            PerParent { parents: of.to_vec(), list }.load(conn).await
        }

        pub async fn $count(conn: &mut Conn, of: &[Uuid], closed_too: bool) -> QueryResult<Vec<(Uuid, i64)>> {
            follows::table
                .inner_join(accounts::table.on(accounts::id.eq(follows::$theirs)))
                .filter(follows::$own.eq(among(of)))
                .filter(accounts::deleted_at.is_null().or(closed_too.into_sql::<Bool>()))
                .group_by(follows::$own)
                .select((follows::$own, count_star()))
                .load(conn)
                .await
        }
    };
}

people!(followers and count_followers: follower_id where followed_id is given);
people!(following and count_following: followed_id where follower_id is given);

/// Who of some follows whom of some others.
pub async fn pairs(
    conn: &mut Conn,
    followers: &[AccountId],
    followed: &[AccountId],
) -> QueryResult<Vec<(AccountId, AccountId)>> {
    follows::table
        .filter(follows::follower_id.eq(among(followers)).and(follows::followed_id.eq(among(followed))))
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
