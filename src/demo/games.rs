//! The games of the demo store, their studios, and a hundred and more people who play them.

use chrono::{DateTime, TimeDelta, Utc};
use serde::Deserialize;

use super::{dice::Dice, id_at, people::People, store};
use crate::{
    accounts::{self, NewAccount},
    db::Conn,
    games::{GameStatus, GameSubscriptionStatus},
    kernel::{AccountId, Fault, GameId, Named as _, Role},
};

const CONTENT: &str = include_str!("games.json");
const PLAYERS: usize = 120;

/// Every pair of these is a name; the lists have no common factor, so walking both at once repeats none early.
const FIRST_NAMES: [&str; 25] = [
    "Alma", "Benno", "Carys", "Diego", "Elif", "Femi", "Greta", "Hugo", "Ines", "Jonas", "Kaya", "Leo",
    "Mira", "Noor", "Otto", "Pia", "Quentin", "Rosa", "Samir", "Tilda", "Ugo", "Vera", "Wim", "Yara", "Zeno",
];
const LAST_NAMES: [&str; 23] = [
    "Abbott", "Berg", "Costa", "Duarte", "Eriksen", "Fontaine", "Grau", "Haddad", "Ivanova", "Jansen",
    "Kaur", "Lund", "Moreau", "Nakata", "Okoye", "Pereira", "Rhys", "Santos", "Tanaka", "Ueda", "Vogel",
    "Winter", "Zeman",
];

#[derive(Deserialize)]
struct Content {
    studios: Vec<Studio>,
    games: Vec<Game>,
}

#[derive(Deserialize)]
struct Studio {
    username: String,
    display_name: String,
    bio: String,
}

/// `appeal` is how many of a hundred players subscribe.
#[derive(Deserialize)]
struct Game {
    studio: String,
    title: String,
    description: String,
    appeal: u32,
    status: String,
}

/// A game that is about to be written.
pub struct Published {
    pub id: GameId,
    pub studio: AccountId,
    pub title: String,
    pub description: String,
    pub status: GameStatus,
    pub at: DateTime<Utc>,
    pub changed: DateTime<Utc>,
}

/// A subscription that was made up.
pub struct Played {
    pub player: AccountId,
    pub game: GameId,
    pub status: GameSubscriptionStatus,
    pub at: DateTime<Utc>,
    pub changed: DateTime<Utc>,
}

pub async fn load(
    conn: &mut Conn,
    dice: &mut Dice,
    people: &People,
    password_hash: &str,
    now: DateTime<Utc>,
) -> Result<(), Fault> {
    let content: Content = serde_json::from_str(CONTENT).map_err(Fault::broken)?;
    let opened = now - TimeDelta::days(375);
    let mut studios = vec![("studio", people.id("studio")?)];
    for (hours, studio) in (1_i64..).zip(&content.studios) {
        let at = opened + TimeDelta::hours(hours);
        let new = (studio.username.as_str(), studio.display_name.as_str(), studio.bio.as_str(), Role::Studio);
        studios.push((&studio.username, join(conn, new, password_hash, at).await?));
    }

    let active = content.games.iter().filter(|game| game.status == GameStatus::Active.name()).count();
    let active = i64::try_from(active).unwrap_or(i64::MAX).max(1);
    let mut games = Vec::new();
    for (index, game) in (0..).zip(&content.games) {
        // What is retired was there from the start; the rest came over the year, the last one some weeks ago.
        let status = GameStatus::named(&game.status)
            .ok_or_else(|| Fault::broken(format!("the demo data has a game that is {}", game.status)))?;
        let day = if status == GameStatus::Retired { 0 } else { 345 * index / active };
        let at = opened + TimeDelta::days(1 + day) + TimeDelta::seconds(index * 131);
        let studio = studios.iter().find(|(name, _)| *name == game.studio).map(|(_, id)| *id);
        let published = Published {
            id: id_at(at).into(),
            studio: studio.ok_or_else(|| Fault::broken(format!("no demo studio is {}", game.studio)))?,
            title: game.title.clone(),
            description: game.description.clone(),
            status,
            at,
            changed: if status == GameStatus::Retired { now - TimeDelta::days(60 + index) } else { at },
        };
        games.push((published, game.appeal));
    }

    let mut players: Vec<_> = people.buyers.iter().map(|id| (*id, opened)).collect();
    let names = FIRST_NAMES.iter().cycle().zip(LAST_NAMES.iter().cycle()).take(PLAYERS);
    for (number, (first, last)) in (0_i64..).zip(names) {
        let at = opened + TimeDelta::days(number * 3) + TimeDelta::seconds(i64::from(dice.below(80_000)));
        let username = format!("{}-{}", first.to_lowercase(), last.to_lowercase());
        let new = (username.as_str(), &*format!("{first} {last}"), "", Role::Customer);
        players.push((join(conn, new, password_hash, at).await?, at));
    }

    let mut subscriptions = Vec::new();
    for (player, joined) in players {
        for (game, appeal) in &games {
            if dice.chance(*appeal) {
                let until = if game.status == GameStatus::Retired { game.changed } else { now };
                let span = (joined.max(game.at), until);
                subscriptions.extend(play(dice, player, game.id, span, now));
            }
        }
    }
    subscriptions.sort_by_key(|subscription| subscription.at);
    let games: Vec<_> = games.into_iter().map(|(game, _)| game).collect();
    store::insert_games(conn, &games).await?;
    store::insert_subscriptions(conn, &subscriptions).await?;
    Ok(())
}

async fn join(
    conn: &mut Conn,
    (username, display_name, bio, role): (&str, &str, &str, Role),
    password_hash: &str,
    at: DateTime<Utc>,
) -> Result<AccountId, Fault> {
    let id = AccountId::from(id_at(at));
    let email = format!("{username}@example.com");
    let bio = Some(bio).filter(|bio| !bio.is_empty());
    let account =
        NewAccount { id, username, email: &email, display_name, bio, password_hash, role, created_at: at };
    accounts::create(conn, account).await?;
    Ok(id)
}

/// A subscription that begins between two moments; some are given up, and some of those taken up anew.
fn play(
    dice: &mut Dice,
    player: AccountId,
    game: GameId,
    (from, until): (DateTime<Utc>, DateTime<Utc>),
    now: DateTime<Utc>,
) -> Vec<Played> {
    let minutes = u32::try_from((until - from).num_minutes()).unwrap_or_default();
    if minutes == 0 {
        return Vec::new();
    }
    let at = from + TimeDelta::minutes(i64::from(dice.below(minutes)));
    let status = match dice.below(100) {
        0..18 => GameSubscriptionStatus::Cancelled,
        18..30 => GameSubscriptionStatus::Paused,
        _ => GameSubscriptionStatus::Active,
    };
    let mut later = |at| at + TimeDelta::hours(2 + i64::from(dice.below(2000)));
    let changed = later(at);
    if status == GameSubscriptionStatus::Active || changed > now {
        return vec![Played { player, game, status: GameSubscriptionStatus::Active, at, changed: at }];
    }
    let mut all = vec![Played { player, game, status, at, changed }];
    let back = later(changed);
    if status == GameSubscriptionStatus::Cancelled && back < until && dice.chance(40) {
        let status = GameSubscriptionStatus::Active;
        all.push(Played { player, game, status, at: back, changed: back });
    }
    all
}
