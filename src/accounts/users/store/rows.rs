//! Single accounts: reading, locking and changing them.

use chrono::{DateTime, Utc};
use diesel::{
    dsl::exists,
    prelude::*,
    select,
    sql_types::{Nullable, Text},
};
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use crate::{
    accounts::users::{Account, AccountStatus, NewAccount},
    db::{
        Conn, among, load_of,
        schema::{accounts, api_tokens},
    },
    kernel::{AccountId, Role},
};

#[diesel::declare_sql_function]
extern "SQL" {
    /// Names are compared by the letters that the table's own columns make of them.
    fn lower(text: Nullable<Text>) -> Nullable<Text>;
}

pub async fn insert(conn: &mut Conn, new: NewAccount<'_>) -> QueryResult<Account> {
    diesel::insert_into(accounts::table)
        .values((
            accounts::id.eq(new.id),
            accounts::username.eq(new.username),
            accounts::email.eq(new.email),
            accounts::display_name.eq(new.display_name),
            accounts::bio.eq(new.bio),
            accounts::password_hash.eq(new.password_hash),
            accounts::role.eq(new.role),
            accounts::created_at.eq(new.created_at),
            accounts::updated_at.eq(new.created_at),
        ))
        .returning(Account::as_returning())
        .get_result(conn)
        .await
}

pub async fn find(conn: &mut Conn, id: AccountId) -> QueryResult<Option<Account>> {
    accounts::table.find(id).select(Account::as_select()).first(conn).await.optional()
}

pub async fn find_all(conn: &mut Conn, ids: &[AccountId]) -> QueryResult<Vec<Account>> {
    load_of!(accounts::table.select(Account::as_select()), accounts::id, ids, conn)
}

/// By names in lower case.
pub async fn find_by_usernames(conn: &mut Conn, keys: &[String]) -> QueryResult<Vec<Account>> {
    accounts::table.filter(accounts::username_key.eq_any(keys)).select(Account::as_select()).load(conn).await
}

pub async fn lock(conn: &mut Conn, id: AccountId) -> QueryResult<Option<Account>> {
    accounts::table.find(id).select(Account::as_select()).for_no_key_update().first(conn).await.optional()
}

/// Those that are open, in id order, so that two who hold the same ones can't block each other.
pub async fn hold_open(conn: &mut Conn, ids: &[AccountId]) -> QueryResult<Vec<AccountId>> {
    accounts::table
        .filter(accounts::id.eq(among(ids)).and(accounts::deleted_at.is_null()))
        .order(accounts::id)
        .select(accounts::id)
        .for_share()
        .load(conn)
        .await
}

/// Locked in one order, so that two who take roles from each other wait and don't lock each other out.
pub async fn lock_admins(conn: &mut Conn) -> QueryResult<Vec<AccountId>> {
    accounts::table
        .filter(accounts::role.eq(Role::Admin).and(accounts::status.eq(AccountStatus::Active)))
        .order(accounts::id)
        .select(accounts::id)
        .for_no_key_update()
        .load(conn)
        .await
}

/// An open account with the hash of its password.
pub async fn with_password(conn: &mut Conn, id: AccountId) -> QueryResult<Option<(Account, String)>> {
    accounts::table
        .find(id)
        .filter(accounts::deleted_at.is_null())
        .select((Account::as_select(), accounts::password_hash))
        .first(conn)
        .await
        .optional()
}

/// By username or email; only an email has an `@`.
pub async fn with_password_by_login(conn: &mut Conn, login: &str) -> QueryResult<Option<(Account, String)>> {
    let query = accounts::table.select((Account::as_select(), accounts::password_hash)).into_boxed();
    let query = if login.contains('@') {
        query.filter(accounts::email_key.nullable().eq(lower(Some(login))))
    } else {
        query.filter(accounts::username_key.nullable().eq(lower(Some(login))))
    };
    query.first(conn).await.optional()
}

/// The account, if it is open and has this very password. It keeps both until this transaction ends.
pub async fn keep_with_password(conn: &mut Conn, id: AccountId, hash: &str) -> QueryResult<Option<Account>> {
    accounts::table
        .find(id)
        .filter(accounts::password_hash.eq(hash).and(accounts::deleted_at.is_null()))
        .select(Account::as_select())
        .for_share()
        .first(conn)
        .await
        .optional()
}

pub async fn has_password(conn: &mut Conn, id: AccountId, hash: &str) -> QueryResult<bool> {
    let same = accounts::table.find(id).filter(accounts::password_hash.eq(hash));
    select(exists(same)).get_result(conn).await
}

/// Whether an account other than `by` has this username, and whether one has this email.
pub async fn taken(
    conn: &mut Conn,
    username: Option<&str>,
    email: Option<&str>,
    by: Option<AccountId>,
) -> QueryResult<(bool, bool)> {
    let by = by.unwrap_or_else(|| Uuid::nil().into());
    let others = accounts::table.filter(accounts::id.ne(by));
    select((
        exists(others.filter(accounts::username_key.nullable().eq(lower(username)))),
        exists(others.filter(accounts::email_key.nullable().eq(lower(email)))),
    ))
    .get_result(conn)
    .await
}

/// What changes of a profile.
#[expect(clippy::option_option, reason = "a bio can stay, or go")]
#[derive(AsChangeset, Debug)]
#[diesel(table_name = accounts)]
pub struct Profile {
    pub display_name: Option<String>,
    pub bio: Option<Option<String>>,
    pub email: Option<String>,
}

impl Profile {
    pub fn is_empty(&self) -> bool {
        self.display_name.is_none() && self.bio.is_none() && self.email.is_none()
    }
}

pub async fn update_profile(
    conn: &mut Conn,
    id: AccountId,
    profile: Profile,
    now: DateTime<Utc>,
) -> QueryResult<Account> {
    let touched = (accounts::version.eq(accounts::version + 1), accounts::updated_at.eq(now));
    diesel::update(accounts::table.find(id))
        .set((profile, touched))
        .returning(Account::as_returning())
        .get_result(conn)
        .await
}

/// Nothing if the password is another by now.
pub async fn set_password(
    conn: &mut Conn,
    id: AccountId,
    old_hash: &str,
    hash: &str,
    now: DateTime<Utc>,
) -> QueryResult<Option<Account>> {
    let same = accounts::password_hash.eq(old_hash).and(accounts::deleted_at.is_null());
    diesel::update(accounts::table.find(id).filter(same))
        .set((
            accounts::password_hash.eq(hash),
            accounts::version.eq(accounts::version + 1),
            accounts::updated_at.eq(now),
        ))
        .returning(Account::as_returning())
        .get_result(conn)
        .await
        .optional()
}

/// Expects the row to be locked.
pub async fn set_role(
    conn: &mut Conn,
    id: AccountId,
    role: Role,
    now: DateTime<Utc>,
) -> QueryResult<Account> {
    diesel::update(accounts::table.find(id))
        .set((
            accounts::role.eq(role),
            accounts::token_epoch.eq(accounts::token_epoch + 1),
            accounts::version.eq(accounts::version + 1),
            accounts::updated_at.eq(now),
        ))
        .returning(Account::as_returning())
        .get_result(conn)
        .await
}

/// Expects the row to be locked.
pub async fn close(conn: &mut Conn, id: AccountId, now: DateTime<Utc>) -> QueryResult<Account> {
    diesel::update(accounts::table.find(id))
        .set((
            accounts::status.eq(AccountStatus::Closed),
            accounts::deleted_at.eq(now),
            accounts::token_epoch.eq(accounts::token_epoch + 1),
            accounts::version.eq(accounts::version + 1),
            accounts::updated_at.eq(now),
        ))
        .returning(Account::as_returning())
        .get_result(conn)
        .await
}

pub async fn revoke_api_tokens(conn: &mut Conn, of: AccountId, now: DateTime<Utc>) -> QueryResult<usize> {
    let live = api_tokens::account_id.eq(of).and(api_tokens::revoked_at.is_null());
    diesel::update(api_tokens::table.filter(live)).set(api_tokens::revoked_at.eq(now)).execute(conn).await
}
