//! Pages of a list: what was asked for and what is given, by keyset, so that a page deep in a list costs no
//! more than the first.

use std::sync::Arc;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use uuid::Uuid;

use super::Fault;

/// How many rows a page has if the request does not say.
const DEFAULT_SIZE: i32 = 20;
/// How many rows a page has at most.
const MAX_SIZE: i32 = 100;
/// How many rows may be skipped by `offset`: each of them is read and thrown away.
const MAX_OFFSET: i32 = 10_000;

/// What a list is sorted by, before the id.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Key {
    /// By the id alone.
    None,
    /// By what only the store knows. The id itself is the cursor, so that whoever has it from elsewhere can go on
    /// from there.
    Id,
    /// By a whole number.
    Int(i64),
    /// By text.
    Text(String),
    /// By the bits of a 32-bit float.
    Real(u32),
}

/// A place in a list.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Cursor {
    /// The row's sort key.
    pub key: Key,
    /// The row's id, which breaks ties.
    pub id: Uuid,
}

impl Cursor {
    /// A place in a list that is sorted by id.
    #[must_use]
    pub fn by_id(id: Uuid) -> Self {
        Self { key: Key::None, id }
    }

    /// The whole number in the key, 0 for other keys.
    #[must_use]
    pub fn int(&self) -> i64 {
        if let Key::Int(n) = self.key { n } else { 0 }
    }

    /// The text in the key, empty for other keys.
    #[must_use]
    pub fn text(&self) -> &str {
        if let Key::Text(text) = &self.key { text } else { "" }
    }

    /// The float in the key, 0 for other keys.
    #[must_use]
    pub fn real(&self) -> f32 {
        if let Key::Real(bits) = self.key { f32::from_bits(bits) } else { 0.0 }
    }

    /// The cursor as clients see it. It names the order of its list, so that it is not taken for a place in
    /// another.
    #[must_use]
    pub fn write(&self, order: &str) -> String {
        let key = match &self.key {
            Key::Id => return self.id.to_string(),
            Key::None => String::new(),
            Key::Int(n) => format!("i{n}"),
            Key::Text(text) => format!("t{text}"),
            Key::Real(bits) => format!("r{bits}"),
        };
        URL_SAFE_NO_PAD.encode(format!("{order}:{}:{key}", self.id.simple()))
    }

    fn read(order: &str, text: &str) -> Option<Self> {
        let text = String::from_utf8(URL_SAFE_NO_PAD.decode(text).ok()?).ok()?;
        let (id, key) = text.strip_prefix(order)?.strip_prefix(':')?.split_once(':')?;
        let key = match key.split_at_checked(1) {
            None => Key::None,
            Some(("i", n)) => Key::Int(n.parse().ok()?),
            Some(("t", text)) => Key::Text(text.to_owned()),
            Some(("r", bits)) => Key::Real(bits.parse().ok()?),
            Some(_) => return None,
        };
        Some(Self { key, id: Uuid::parse_str(id).ok()? })
    }
}

/// The paging arguments of a list field, as they were sent.
#[derive(Clone, Debug, Default)]
pub struct PageArgs {
    /// So many from the start or behind `after`.
    pub first: Option<i32>,
    /// Behind this cursor.
    pub after: Option<String>,
    /// So many from the end or before `before`.
    pub last: Option<i32>,
    /// Before this cursor.
    pub before: Option<String>,
    /// So many skipped first.
    pub offset: Option<i32>,
}

/// Which rows of a list a page holds.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Window {
    /// The list's order, by name.
    pub order: &'static str,
    /// How many rows.
    pub size: i64,
    /// Whether they are counted from the end.
    pub backward: bool,
    /// Only rows behind this place.
    pub after: Option<Cursor>,
    /// Only rows before this place.
    pub before: Option<Cursor>,
    /// How many rows are skipped.
    pub offset: i64,
}

impl PageArgs {
    /// The window on a list in this order.
    ///
    /// # Errors
    /// [`Fault::BadInput`] for sizes out of bounds, arguments that don't go together, and cursors that are not
    /// of this list.
    pub fn window(self, order: &'static str) -> Result<Window, Fault> {
        let bad = |text: String| Err(Fault::BadInput(text));
        let (name, size) = match (self.first, self.last) {
            (Some(_), Some(_)) => return bad("Give `first` or `last`, not both.".into()),
            (None, Some(last)) => ("last", last),
            (first, None) => ("first", first.unwrap_or(DEFAULT_SIZE)),
        };
        if !(0..=MAX_SIZE).contains(&size) {
            return bad(format!("`{name}` must be from 0 to {MAX_SIZE}; it is {size}."));
        }
        let offset = self.offset.unwrap_or(0);
        if !(0..=MAX_OFFSET).contains(&offset) {
            return bad(format!("`offset` must be from 0 to {MAX_OFFSET}; it is {offset}."));
        }
        if offset > 0 && (self.after.is_some() || self.before.is_some() || self.last.is_some()) {
            return bad("`offset` goes with `first` alone, not with cursors or `last`.".into());
        }
        let place = |name: &str, text: Option<String>| match text {
            None => Ok(None),
            Some(text) => Cursor::read(order, &text).map(Some).ok_or_else(|| {
                Fault::BadInput(format!("`{name}` is not a cursor of this list in this order."))
            }),
        };
        Ok(Window {
            order,
            size: i64::from(size),
            backward: self.last.is_some(),
            after: place("after", self.after)?,
            before: place("before", self.before)?,
            offset: i64::from(offset),
        })
    }
}

impl Window {
    /// How many rows to read: one more than the page holds tells whether the list goes on.
    #[must_use]
    pub fn limit(&self) -> i64 {
        self.size + 1
    }

    /// The page, from up to [`Self::limit`] rows in the order in which they were read.
    #[must_use]
    pub fn page<T>(&self, rows: Vec<T>, place: impl Fn(&T) -> Cursor) -> Page<T> {
        self.placed(rows, |row| Row { at: place(&row), node: Arc::new(row) })
    }

    /// The page, from rows that were read with their sort keys.
    #[must_use]
    pub fn page_by_key<K, T>(
        &self,
        rows: Vec<(K, T)>,
        key: impl Fn(K) -> Key,
        id: impl Fn(&T) -> Uuid,
    ) -> Page<T> {
        self.placed(rows, |(found, row)| Row {
            at: Cursor { key: key(found), id: id(&row) },
            node: Arc::new(row),
        })
    }

    fn placed<R, T>(&self, rows: Vec<R>, place: impl Fn(R) -> Row<T>) -> Page<T> {
        let size = usize::try_from(self.size).unwrap_or(usize::MAX);
        let more = rows.len() > size;
        let mut rows: Vec<_> = rows.into_iter().take(size).map(place).collect();
        if self.backward {
            rows.reverse();
        }
        let skipped = self.after.is_some() || self.offset > 0;
        Page {
            order: self.order,
            rows,
            has_next: if self.backward { self.before.is_some() } else { more },
            has_previous: if self.backward { more } else { skipped },
        }
    }
}

/// A row in a page.
#[derive(Debug)]
pub struct Row<T> {
    /// Its place in the list.
    pub at: Cursor,
    /// The row.
    pub node: Arc<T>,
}

impl<T> Clone for Row<T> {
    fn clone(&self) -> Self {
        Self { at: self.at.clone(), node: Arc::clone(&self.node) }
    }
}

/// Some rows of a list, in its order.
#[derive(Debug)]
pub struct Page<T> {
    /// The list's order, by name.
    pub order: &'static str,
    /// The rows.
    pub rows: Vec<Row<T>>,
    /// Whether the list goes on behind them.
    pub has_next: bool,
    /// Whether there are rows before them.
    pub has_previous: bool,
}

impl<T> Clone for Page<T> {
    fn clone(&self) -> Self {
        Self { order: self.order, rows: self.rows.clone(), ..*self }
    }
}

impl<T> Page<T> {
    /// The same page with each row made into something else.
    #[must_use]
    pub fn map<U>(self, to: impl Fn(Arc<T>) -> Arc<U>) -> Page<U> {
        let rows = self.rows.into_iter().map(|row| Row { at: row.at, node: to(row.node) }).collect();
        Page { order: self.order, rows, has_next: self.has_next, has_previous: self.has_previous }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cursors_come_back_as_they_went_out() {
        for key in [Key::None, Key::Int(-7), Key::Text("a:b \u{1f600}".into()), Key::Real(3.5_f32.to_bits())]
        {
            let cursor = Cursor { key, id: Uuid::now_v7() };
            assert_eq!(Cursor::read("ORDER", &cursor.write("ORDER")), Some(cursor.clone()));
            assert_eq!(Cursor::read("OTHER", &cursor.write("ORDER")), None);
        }
    }

    #[test]
    fn text_that_is_no_cursor_is_none() {
        for text in ["", "x", "!!!!", "T1JERVI6", &URL_SAFE_NO_PAD.encode("ORDER:nope:"), "\u{e9}"] {
            assert_eq!(Cursor::read("ORDER", text), None, "{text:?}");
        }
    }
}
