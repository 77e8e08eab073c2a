//! The text of an answer, as it is written.

use async_graphql::{Error, PathSegment, QueryPathSegment, ServerError, ServerResult, Value};
use serde::Serialize;

use super::{Output, Place, Selection, Spliced};

/// Bytes that a row may well take besides what is known of it: growing a text copies it.
const ROOM: usize = 64;

/// A value could not be written, and null can't stand in its place.
#[derive(Clone, Copy, Debug)]
pub struct Failed;

/// Whether a value was written.
pub type Written = Result<(), Failed>;

/// JSON of some rows, one behind the other. A row that failed has no text.
#[derive(Default)]
pub struct Text {
    pub(super) json: Vec<u8>,
    /// How many objects are in it.
    pub(super) objects: u64,
    /// Where each row ends.
    ends: Vec<Mark>,
    /// What went wrong, by rows. If a row failed, its last error tells why.
    errors: Vec<(usize, ServerError)>,
}

/// A place in a text.
#[derive(Clone, Copy, Default)]
pub struct Mark {
    json: usize,
    objects: u64,
}

impl Text {
    /// The rows that are written of these.
    pub fn of<R>(rows: impl ExactSizeIterator<Item = R>, write: impl FnMut(R, &mut Self) -> Written) -> Self {
        Self::around([], rows, write)
    }

    /// The same, where most of what is written has been written in other texts already.
    pub fn around<'a, R>(
        written: impl IntoIterator<Item = &'a Self>,
        rows: impl ExactSizeIterator<Item = R>,
        mut write: impl FnMut(R, &mut Self) -> Written,
    ) -> Self {
        let known: usize = written.into_iter().map(|text| text.json.len()).sum();
        let json = Vec::with_capacity(known + rows.len() * ROOM);
        let mut text = Self { json, ends: Vec::with_capacity(rows.len()), ..Self::default() };
        let mut to_come = rows.len();
        for row in rows {
            let written = write(row, &mut text);
            text.end(written);
            to_come -= 1;
            if text.ends.len() == 1 {
                // The others are about as long.
                text.json.reserve(to_come * (text.json.len() + ROOM));
            }
        }
        text
    }

    fn end(&mut self, written: Written) {
        if written.is_err() {
            self.back_to(self.start(self.ends.len()));
        }
        self.ends.push(self.mark());
    }

    fn start(&self, row: usize) -> Mark {
        row.checked_sub(1).map_or_else(Mark::default, |before| self.ends[before])
    }

    /// Where the text ends now.
    pub(super) fn mark(&self) -> Mark {
        Mark { json: self.json.len(), objects: self.objects }
    }

    /// Forgets what was written behind a mark, but for errors.
    fn back_to(&mut self, mark: Mark) {
        self.json.truncate(mark.json);
        self.objects = mark.objects;
    }

    /// Null in the place of what could not be written behind a mark.
    pub fn null_for(&mut self, mark: Mark) {
        self.back_to(mark);
        self.raw(b"null");
    }

    /// JSON as it is.
    pub fn raw(&mut self, json: &[u8]) {
        self.json.extend_from_slice(json);
    }

    /// Anything that JSON can say, as JSON.
    pub fn json(&mut self, value: &(impl Serialize + ?Sized)) {
        // Neither memory nor what we write can fail.
        let _ = serde_json::to_writer(&mut self.json, value);
    }

    /// A string in which nothing has to be escaped.
    pub fn plain(&mut self, text: impl std::fmt::Display) {
        use std::io::Write as _;
        let _ = write!(self.json, "\"{text}\"");
    }

    /// A value of the executor, in which texts may be.
    pub fn value(&mut self, value: &Value) {
        // What the executor has got can't fail any more.
        let _: Written = match value {
            Value::Object(fields) => self.object(|out| {
                for (key, value) in fields {
                    out.key(key);
                    out.value(value);
                }
                Ok(())
            }),
            Value::List(items) => self.list(items, |item, out| {
                out.value(item);
                Ok(())
            }),
            Value::Binary(binary) => {
                let spliced = Spliced::read(binary);
                self.objects += spliced.objects;
                self.json.reserve(spliced.json.len() + ROOM);
                self.raw(spliced.json);
                Ok(())
            }
            Value::String(text) => {
                self.string(text);
                Ok(())
            }
            leaf => {
                self.json(leaf);
                Ok(())
            }
        };
    }

    /// An object with the fields that are written into it.
    ///
    /// # Errors
    /// If one of them fails.
    pub fn object(&mut self, fields: impl FnOnce(&mut Self) -> Written) -> Written {
        self.objects += 1;
        self.raw(b"{");
        fields(self)?;
        self.raw(b"}");
        Ok(())
    }

    /// The key of the next field.
    pub fn key(&mut self, key: &str) {
        // Names have nothing to escape.
        self.raw(if self.json.last() == Some(&b'{') { b"\"" } else { b",\"" });
        self.raw(key.as_bytes());
        self.raw(b"\":");
    }

    /// A list with these items.
    ///
    /// # Errors
    /// If one of them fails.
    pub fn list<T>(
        &mut self,
        items: impl IntoIterator<Item = T>,
        mut write: impl FnMut(T, &mut Self) -> Written,
    ) -> Written {
        self.raw(b"[");
        for item in items {
            if self.json.last() != Some(&b'[') {
                self.raw(b",");
            }
            write(item, self)?;
        }
        self.raw(b"]");
        Ok(())
    }

    /// Puts a row of a text of other rows in, with its errors.
    ///
    /// # Errors
    /// If the row has failed.
    pub fn splice(&mut self, other: &Self, row: usize) -> Written {
        let (start, end) = (other.start(row), other.ends[row]);
        let into = self.ends.len();
        let first = other.errors.partition_point(|(of, _)| *of < row);
        let errors = other.errors[first..].iter().take_while(|(of, _)| *of == row);
        self.errors.extend(errors.map(|(_, error)| (into, error.clone())));
        if start.json == end.json {
            return Err(Failed);
        }
        self.raw(&other.json[start.json..end.json]);
        self.objects += end.objects - start.objects;
        Ok(())
    }

    /// Null in the place of a `T`, or further up, and why.
    ///
    /// # Errors
    /// If it is to be further up.
    pub fn fail_or_null<T: Output + ?Sized>(
        &mut self,
        error: &Error,
        selection: &Selection<'_>,
        at: &Place<'_>,
    ) -> Written {
        let error = error.clone().into_server_error(selection.ctx.item.pos);
        self.failed_or_null(ServerError { path: path(at), ..error }, T::NULLABLE)
    }

    /// Null in the place of what may be null, or further up, and why.
    ///
    /// # Errors
    /// If it is to be further up.
    pub fn failed_or_null(&mut self, error: ServerError, nullable: bool) -> Written {
        self.errors.push((self.ends.len(), error));
        if !nullable {
            return Err(Failed);
        }
        self.raw(b"null");
        Ok(())
    }

    /// What the executor has answered for a field.
    ///
    /// # Errors
    /// If that is an error, and null can't stand in its place.
    pub fn resolved(&mut self, answer: ServerResult<Value>, nullable: bool) -> Written {
        match answer {
            Ok(value) => {
                self.value(&value);
                Ok(())
            }
            Err(error) => self.failed_or_null(error, nullable),
        }
    }

    /// The errors, and the last of them by itself if the only row has failed.
    pub fn take_errors(&mut self) -> (Vec<ServerError>, Option<ServerError>) {
        let mut errors: Vec<_> =
            std::mem::take(&mut self.errors).into_iter().map(|(_, error)| error).collect();
        let failed = if self.json.is_empty() { errors.pop() } else { None };
        (errors, failed)
    }
}

fn path(at: &Place<'_>) -> Vec<PathSegment> {
    let mut path: Vec<_> = std::iter::once(at)
        .chain(at.parents())
        .map(|place| match place.segment {
            QueryPathSegment::Index(index) => PathSegment::Index(index),
            QueryPathSegment::Name(name) => PathSegment::Field(name.to_owned()),
        })
        .collect();
    path.reverse();
    path
}
