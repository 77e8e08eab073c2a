//! Makes tags, on their own or by using them.

use chrono::{DateTime, Utc};

use super::{Tag, store};
use crate::{
    db::{Conn, Db},
    kernel::{Code, Fault, Path, Refusal, Refusals, TagId, at},
};

const NAME_LENGTH: usize = 50;
/// The most tags that one input may name.
const MAX_NAMES: usize = 50;

/// Names as they are compared.
pub fn keys(names: &[String]) -> Vec<String> {
    names.iter().map(|name| key(name.trim())).collect()
}

/// A name, or its beginning, as it is compared. The database can't be asked for a NUL character; no name has the
/// one that stands for it.
pub fn key(name: &str) -> String {
    name.to_lowercase().replace('\0', "\u{1}")
}

/// The names of an input's `tags`, checked, each once.
pub fn names(refusals: &mut Refusals, names: &[String]) -> Vec<String> {
    if names.len() > MAX_NAMES {
        refusals.invalid(at("tags"), format!("Give {MAX_NAMES} tags at most."));
        return Vec::new();
    }
    let mut checked: Vec<String> = Vec::with_capacity(names.len());
    for (index, name) in names.iter().enumerate() {
        let mut path = at("tags");
        path.push(index.to_string().into());
        let name = self::name(refusals, path, name);
        if !checked.iter().any(|other| other.to_lowercase() == name.to_lowercase()) {
            checked.push(name);
        }
    }
    checked
}

fn name(refusals: &mut Refusals, path: Path, name: &str) -> String {
    let name = name.trim();
    if name.is_empty() {
        refusals.invalid(path, "A tag has a name.");
    } else if name.chars().count() > NAME_LENGTH {
        refusals.invalid(path, format!("A tag has {NAME_LENGTH} characters at most."));
    } else if name.chars().any(char::is_control) {
        refusals.invalid(path, "A tag is one line without control characters.");
    }
    name.to_owned()
}

/// The tags with these checked names; those that are new are made.
pub async fn named_or_new(
    conn: &mut Conn,
    names: &[String],
    now: DateTime<Utc>,
) -> Result<Vec<TagId>, Fault> {
    if names.is_empty() {
        return Ok(Vec::new());
    }
    let mut rows: Vec<_> = names.iter().map(|name| store::NewRow::new(name, now)).collect();
    // Two that use the same new tags in another order would wait for each other.
    rows.sort_by(|a, b| a.name_key.cmp(&b.name_key));
    store::insert_new(conn, &rows).await?;
    Ok(store::ids_by_key(conn, &keys(names)).await?)
}

pub async fn create(db: &Db, written: &str) -> Result<Tag, Fault> {
    let mut refusals = Refusals::default();
    let name = name(&mut refusals, at("name"), written);
    refusals.done()?;
    let row = store::NewRow::new(&name, db.now());
    db.conn()
        .await?
        .transaction(async |conn| {
            if store::insert_new(conn, std::slice::from_ref(&row)).await? == 0 {
                let message = format!("There is a tag “{name}” already.");
                return Err(Refusal::input(Code::Taken, at("name"), message).into());
            }
            store::by_ids(conn, &[row.id]).await?.pop().ok_or_else(|| Fault::broken("a new tag is gone"))
        })
        .await
}
