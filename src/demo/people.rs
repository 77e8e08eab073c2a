//! The people of the demo store: staff, sellers, customers, and who follows whom.

use std::collections::HashMap;

use chrono::{DateTime, TimeDelta, Utc};

use super::{ACCOUNTS, catalogue, dice::Dice, id_at, store};
use crate::{
    accounts::{self, NewAccount},
    db::Conn,
    kernel::{AccountId, Fault, Role},
};

const CUSTOMERS: [(&str, &str, &str); 14] = [
    ("ada-l", "Ada Lindqvist", "Reads recipes like novels."),
    ("bram", "Bram Visser", "Cycles to work in every weather there is."),
    ("chiara_r", "Chiara Rossetti", "Teaches drawing, buys too much paper."),
    ("dov", "Dov Amsel", "Plays anything with dice in it."),
    ("emeka", "Emeka Obi", "Coffee first."),
    ("freya-h", "Freya Holm", "Plants on every windowsill."),
    ("goran", "Goran Petrić", "Restores old tools and uses them."),
    ("hana_k", "Hana Kovář", "Bookbinder on Sundays."),
    ("imani", "Imani Njoroge", "Looking for presents, always."),
    ("joon", "Joon Seo", "Records, records, records."),
    ("katya", "Katya Sorokina", "Tea in the morning, tea at night."),
    ("lou", "Lou Marchetti", "Two children and a very small flat."),
    ("maeve", "Maeve Quinn", "Walks far and writes about it."),
    ("nils", "Nils Aalto", "Knits badly but with joy."),
];

/// Accounts by username.
pub struct People {
    ids: HashMap<String, AccountId>,
    /// Those who buy, the keenest first.
    pub buyers: Vec<AccountId>,
}

impl People {
    pub fn id(&self, username: &str) -> Result<AccountId, Fault> {
        self.ids
            .get(username)
            .copied()
            .ok_or_else(|| Fault::broken(format!("the demo data names nobody called {username}")))
    }
}

pub async fn load(
    conn: &mut Conn,
    dice: &mut Dice,
    password_hash: &str,
    now: DateTime<Utc>,
) -> Result<People, Fault> {
    let content = catalogue::content()?;
    let staff = [("admin", "Sol Reyes", Role::Admin), ("manager", "Wren Adeyemi", Role::Manager)];
    let staff = staff.map(|(username, name, role)| (username, name, "Keeps the store running.", role));
    let sellers = content.sellers.iter().map(|seller| {
        let role = if seller.username == "studio" { Role::Studio } else { Role::Customer };
        (seller.username.as_str(), seller.display_name.as_str(), seller.bio.as_str(), role)
    });
    let customers = CUSTOMERS.into_iter().map(|(username, name, bio)| (username, name, bio, Role::Customer));

    let mut people = People { ids: HashMap::new(), buyers: Vec::new() };
    let mut joined = now - TimeDelta::days(380);
    for (username, display_name, bio, role) in staff.into_iter().chain(sellers).chain(customers) {
        joined += TimeDelta::minutes(300);
        let email = format!("{username}@example.com");
        let id = AccountId::from(id_at(joined));
        let account = NewAccount {
            id,
            username,
            email: &email,
            display_name,
            bio: Some(bio),
            password_hash,
            role,
            created_at: joined,
        };
        accounts::create(conn, account).await?;
        if role == Role::Customer && (username == ACCOUNTS[3] || CUSTOMERS.iter().any(|c| c.0 == username)) {
            people.buyers.push(id);
        }
        people.ids.insert(username.to_owned(), id);
    }

    let everyone: Vec<_> = {
        let mut ids: Vec<_> = people.ids.values().copied().collect();
        ids.sort();
        ids
    };
    let mut follows = Vec::new();
    for (day, follower) in (1_i64..).zip(&everyone) {
        for followed in &everyone {
            if follower != followed && dice.chance(22) {
                let at = now - TimeDelta::days(day) - TimeDelta::seconds(i64::from(dice.below(86_400)));
                follows.push((*follower, *followed, at));
            }
        }
    }
    store::insert_follows(conn, &follows).await?;
    Ok(people)
}
