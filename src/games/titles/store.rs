//! All SQL about games.

use chrono::{DateTime, Utc};
use diesel::{
    IntoSql as _, dsl,
    pg::Pg,
    prelude::*,
    sql_types::{Float, Text},
};
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use super::{Game, GameStatus, list::Filter};
use crate::{
    db::{
        Conn, Once, PerParent, Way, among, columns, keyset, newest_first, parent_id,
        schema::{accounts, games},
        search::{folded, found_by, search_query, search_rank},
    },
    kernel::{AccountId, Cursor, GameId, Key, Page, Role, Window},
};

#[derive(Insertable, Debug)]
#[diesel(table_name = games)]
pub struct NewRow<'a> {
    pub id: GameId,
    pub studio_id: AccountId,
    pub title: &'a str,
    pub description: &'a str,
    pub status: GameStatus,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

#[derive(AsChangeset, Debug)]
#[diesel(table_name = games)]
pub struct Changes {
    pub title: Option<String>,
    pub description: Option<String>,
    pub updated_at: DateTime<Utc>,
}

pub async fn insert(conn: &mut Conn, new: &NewRow<'_>) -> QueryResult<Game> {
    diesel::insert_into(games::table).values(new).returning(Game::as_returning()).get_result(conn).await
}

/// The account, if it is an open studio, which it stays until the transaction ends.
pub async fn hold_studio(conn: &mut Conn, id: AccountId) -> QueryResult<Option<AccountId>> {
    accounts::table
        .filter(accounts::id.eq(id).and(accounts::role.eq(Role::Studio)).and(accounts::deleted_at.is_null()))
        .select(accounts::id)
        .for_share()
        .get_result(conn)
        .await
        .optional()
}

pub async fn by_ids(conn: &mut Conn, ids: &[GameId]) -> QueryResult<Vec<Game>> {
    games::table.filter(games::id.eq(among(ids))).select(Game::as_select()).load(conn).await
}

/// Keeps the game from changing until the transaction ends, for someone who is about to change it.
pub async fn lock(conn: &mut Conn, id: GameId) -> QueryResult<Option<Game>> {
    games::table.find(id).select(Game::as_select()).for_no_key_update().get_result(conn).await.optional()
}

/// Keeps the game as it is until the transaction ends. Many can do so at once.
pub async fn hold(conn: &mut Conn, id: GameId) -> QueryResult<Option<Game>> {
    games::table.find(id).select(Game::as_select()).for_share().get_result(conn).await.optional()
}

/// Whose the game is, which never changes.
pub async fn studio_of(conn: &mut Conn, id: GameId) -> QueryResult<AccountId> {
    games::table.find(id).select(games::studio_id).first(conn).await
}

/// Expects the row to be locked, like the next.
pub async fn update(conn: &mut Conn, id: GameId, changes: &Changes) -> QueryResult<Game> {
    diesel::update(games::table.find(id))
        .set((changes, games::version.eq(games::version + 1)))
        .returning(Game::as_returning())
        .get_result(conn)
        .await
}

pub async fn set_status(
    conn: &mut Conn,
    id: GameId,
    from: GameStatus,
    to: GameStatus,
    now: DateTime<Utc>,
) -> QueryResult<Game> {
    diesel::update(games::table.find(id).filter(games::status.eq(from)))
        .set((games::status.eq(to), games::updated_at.eq(now), games::version.eq(games::version + 1)))
        .returning(Game::as_returning())
        .get_result(conn)
        .await
}

fn filtered<'a>(filter: &'a Filter, way: &'a Way) -> games::BoxedQuery<'a, Pg> {
    let mut query = games::table.into_boxed();
    query = match filter.statuses.as_slice() {
        // The common case, in the words of the partial indexes.
        [GameStatus::Active] => query.filter(games::listed),
        statuses => query.filter(games::status.eq_any(statuses)).filter(games::deleted_at.is_null()),
    };
    if let Some(search) = &filter.search {
        query = query.filter(found_by(way, games::search, games::title, search));
    }
    if let Some(studio) = filter.studio {
        query = query.filter(games::studio_id.eq(studio));
    }
    query
}

/// Whether what is listed has these words anywhere.
pub async fn has_words(conn: &mut Conn, search: &str) -> QueryResult<bool> {
    let words = found_by(&Way::Index, games::search, games::title, search);
    diesel::select(dsl::exists(games::table.filter(games::listed).filter(words))).get_result(conn).await
}

pub async fn count(conn: &mut Conn, filter: &Filter, way: &Way) -> QueryResult<i64> {
    filtered(filter, way).count().get_result(conn).await
}

pub async fn list_by_age(
    conn: &mut Conn,
    filter: &Filter,
    way: &Way,
    window: &Window,
) -> QueryResult<Page<Game>> {
    let query = filtered(filter, way).select(columns::<Game>());
    let rows = newest_first!(query, window, games::id).load(conn).await?;
    Ok(window.page(rows, |row: &Game| Cursor::by_id(row.id.uuid())))
}

pub async fn list_by_title(
    conn: &mut Conn,
    filter: &Filter,
    way: &Way,
    window: &Window,
) -> QueryResult<Page<Game>> {
    let query = filtered(filter, way).select((games::title_key, Game::as_select()));
    let place = |cursor: &Cursor| cursor.text().to_owned().into_sql::<Text>();
    let rows: Vec<(String, Game)> =
        keyset!(query, window, false, games::title_key, place, games::id).load(conn).await?;
    Ok(window.page_by_key(rows, Key::Text, |row| row.id.uuid()))
}

pub async fn list_by_relevance(
    conn: &mut Conn,
    filter: &Filter,
    way: &Way,
    search: &str,
    window: &Window,
) -> QueryResult<Page<Game>> {
    let rank = || search_rank(games::search, Once(search_query(search)), games::title, Once(folded(search)));
    let query = filtered(filter, way).select((rank(), Game::as_select()));
    let place = |cursor: &Cursor| cursor.real().into_sql::<Float>();
    let rows: Vec<(f32, Game)> = keyset!(query, window, true, rank(), place, games::id).load(conn).await?;
    Ok(window.page_by_key(rows, |rank| Key::Real(rank.to_bits()), |row| row.id.uuid()))
}

/// A page of what each of these studios has published.
pub async fn of_studios(
    conn: &mut Conn,
    parents: &[Uuid],
    window: &Window,
) -> QueryResult<Vec<(Uuid, Game)>> {
    let query = games::table
        .filter(games::studio_id.eq(parent_id()))
        .filter(games::deleted_at.is_null())
        .select(Game::as_select())
        .into_boxed();
    let list = newest_first!(query, window, games::id);
    PerParent { parents: parents.to_vec(), list }.load(conn).await
}

pub async fn count_of_studios(conn: &mut Conn, studios: &[Uuid]) -> QueryResult<Vec<(Uuid, i64)>> {
    games::table
        .filter(games::studio_id.eq(among(studios)))
        .filter(games::deleted_at.is_null())
        .group_by(games::studio_id)
        .select((games::studio_id, dsl::count_star()))
        .load(conn)
        .await
}
