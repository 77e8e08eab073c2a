//! All SQL about subscriptions to games.

use chrono::{DateTime, Utc};
use diesel::{
    dsl::{count, count_star, sql},
    pg::Pg,
    prelude::*,
    sql_types::Bool,
};
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use super::{GameSubscription, GameSubscriptionStatus, list::Filter};
use crate::{
    db::{
        Conn, PerParent, among, columns, newest_first, parent_id,
        schema::{game_subscriptions, games},
    },
    kernel::{AccountId, Cursor, GameId, GameSubscriptionId, Page, Window},
};

#[derive(Insertable, Debug)]
#[diesel(table_name = game_subscriptions)]
pub struct NewRow {
    pub id: GameSubscriptionId,
    pub player_id: AccountId,
    pub game_id: GameId,
    pub status: GameSubscriptionStatus,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

pub async fn insert(conn: &mut Conn, new: &NewRow) -> QueryResult<GameSubscription> {
    diesel::insert_into(game_subscriptions::table)
        .values(new)
        .returning(GameSubscription::as_returning())
        .get_result(conn)
        .await
}

/// Keeps the subscription from changing until the transaction ends.
pub async fn lock(conn: &mut Conn, id: GameSubscriptionId) -> QueryResult<Option<GameSubscription>> {
    game_subscriptions::table
        .find(id)
        .select(GameSubscription::as_select())
        .for_no_key_update()
        .get_result(conn)
        .await
        .optional()
}

/// Expects the row to be locked.
pub async fn set_status(
    conn: &mut Conn,
    id: GameSubscriptionId,
    from: GameSubscriptionStatus,
    to: GameSubscriptionStatus,
    now: DateTime<Utc>,
) -> QueryResult<GameSubscription> {
    diesel::update(game_subscriptions::table.find(id).filter(game_subscriptions::status.eq(from)))
        .set((
            game_subscriptions::status.eq(to),
            game_subscriptions::updated_at.eq(now),
            game_subscriptions::version.eq(game_subscriptions::version + 1),
        ))
        .returning(GameSubscription::as_returning())
        .get_result(conn)
        .await
}

pub async fn with_studios(
    conn: &mut Conn,
    ids: &[GameSubscriptionId],
) -> QueryResult<Vec<(GameSubscription, AccountId)>> {
    game_subscriptions::table
        .inner_join(games::table)
        .filter(game_subscriptions::id.eq(among(ids)))
        .select((GameSubscription::as_select(), games::studio_id))
        .load(conn)
        .await
}

/// What these players hold of these games.
pub async fn live(
    conn: &mut Conn,
    players: &[AccountId],
    of: &[GameId],
) -> QueryResult<Vec<GameSubscription>> {
    game_subscriptions::table
        .filter(game_subscriptions::player_id.eq(among(players)))
        .filter(game_subscriptions::game_id.eq(among(of)))
        // Word for word as in the index `game_subscriptions_one_live`.
        .filter(sql::<Bool>("game_subscriptions.status <> 'CANCELLED'"))
        .select(GameSubscription::as_select())
        .load(conn)
        .await
}

fn filtered(filter: &Filter) -> game_subscriptions::BoxedQuery<'_, Pg> {
    let mut query = game_subscriptions::table.into_boxed();
    if let Some(statuses) = &filter.statuses {
        query = query.filter(game_subscriptions::status.eq_any(statuses));
    }
    if let Some(game) = filter.game {
        query = query.filter(game_subscriptions::game_id.eq(game));
    }
    if let Some(player) = filter.player {
        query = query.filter(game_subscriptions::player_id.eq(player));
    }
    query
}

pub async fn list(conn: &mut Conn, filter: &Filter, window: &Window) -> QueryResult<Page<GameSubscription>> {
    let query = filtered(filter).select(columns::<GameSubscription>());
    let rows = newest_first!(query, window, game_subscriptions::id).load(conn).await?;
    Ok(window.page(rows, |row: &GameSubscription| Cursor::by_id(row.id.uuid())))
}

pub async fn count_all(conn: &mut Conn, filter: &Filter) -> QueryResult<i64> {
    filtered(filter).count().get_result(conn).await
}

/// Whose lists are read.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Kind {
    Player,
    Game,
}

fn filtered_of(kind: Kind, filter: &Filter) -> game_subscriptions::BoxedQuery<'_, Pg> {
    match kind {
        Kind::Player => filtered(filter).filter(game_subscriptions::player_id.eq(parent_id())),
        Kind::Game => filtered(filter).filter(game_subscriptions::game_id.eq(parent_id())),
    }
}

/// A page of the subscriptions of each of these players, or to each of these games.
pub async fn lists(
    conn: &mut Conn,
    kind: Kind,
    parents: &[Uuid],
    filter: &Filter,
    window: &Window,
) -> QueryResult<Vec<(Uuid, GameSubscription)>> {
    let query = filtered_of(kind, filter).select(columns::<GameSubscription>());
    let list = newest_first!(query, window, game_subscriptions::id);
    PerParent { parents: parents.to_vec(), list }.load(conn).await
}

pub async fn counts(
    conn: &mut Conn,
    kind: Kind,
    parents: &[Uuid],
    filter: &Filter,
) -> QueryResult<Vec<(Uuid, i64)>> {
    let list = filtered_of(kind, filter).select(count_star());
    PerParent { parents: parents.to_vec(), list }.load(conn).await
}

/// How many subscriptions to each of these games are active, paused and cancelled.
pub async fn popularity(conn: &mut Conn, of: &[GameId]) -> QueryResult<Vec<(GameId, i64, i64, i64)>> {
    let with = |status: GameSubscriptionStatus| {
        count(game_subscriptions::status).aggregate_filter(game_subscriptions::status.eq(status))
    };
    game_subscriptions::table
        .filter(game_subscriptions::game_id.eq(among(of)))
        .group_by(game_subscriptions::game_id)
        .select((
            game_subscriptions::game_id,
            with(GameSubscriptionStatus::Active),
            with(GameSubscriptionStatus::Paused),
            with(GameSubscriptionStatus::Cancelled),
        ))
        .load(conn)
        .await
}

pub async fn count_since(
    conn: &mut Conn,
    of: &[Uuid],
    since: DateTime<Utc>,
) -> QueryResult<Vec<(GameId, i64)>> {
    game_subscriptions::table
        .filter(game_subscriptions::game_id.eq(among(of)).and(game_subscriptions::created_at.ge(since)))
        .group_by(game_subscriptions::game_id)
        .select((game_subscriptions::game_id, count_star()))
        .load(conn)
        .await
}
