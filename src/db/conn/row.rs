//! Rows, as Diesel reads them.

use std::{
    error::Error,
    num::NonZeroU32,
    ops::Range,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
};

use diesel::{
    QueryResult,
    pg::{Pg, PgValue},
    row::{Field, PartialRow, RowIndex, RowSealed},
};
use futures_util::Stream;
use tokio_postgres::{
    RowStream,
    types::{FromSql, Type},
};

use super::{error::failed, link::Unanswered};

/// The rows of an answer, as they come.
pub struct Rows {
    stream: Pin<Box<RowStream>>,
    types: Arc<[NonZeroU32]>,
    /// Until the first of them has come.
    unanswered: Option<Unanswered>,
}

impl Rows {
    pub fn new(stream: RowStream, types: Arc<[NonZeroU32]>, unanswered: Unanswered) -> Self {
        Self { stream: Box::pin(stream), types, unanswered: Some(unanswered) }
    }
}

impl Stream for Rows {
    type Item = QueryResult<Row>;

    fn poll_next(mut self: Pin<&mut Self>, task: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let next = ready!(self.stream.as_mut().poll_next(task));
        if let Some(unanswered) = self.unanswered.take() {
            unanswered.answered();
        }
        Poll::Ready(next.map(|row| match row {
            Ok(row) => Ok(Row { row, types: Arc::clone(&self.types) }),
            Err(error) => Err(failed(&error)),
        }))
    }
}

/// A row.
pub struct Row {
    row: tokio_postgres::Row,
    types: Arc<[NonZeroU32]>,
}

impl RowSealed for Row {}

impl<'a> diesel::row::Row<'a, Pg> for Row {
    type Field<'b>
        = Column<'b>
    where
        Self: 'b,
        'a: 'b;
    type InnerPartialRow = Self;

    fn field_count(&self) -> usize {
        self.row.len()
    }

    fn get<'b, I>(&'b self, index: I) -> Option<Column<'b>>
    where
        'a: 'b,
        Self: RowIndex<I>,
    {
        self.idx(index).map(|index| Column { row: self, index })
    }

    fn partial_row(&self, range: Range<usize>) -> PartialRow<'_, Self> {
        PartialRow::new(self, range)
    }
}

impl RowIndex<usize> for Row {
    fn idx(&self, index: usize) -> Option<usize> {
        (index < self.row.len()).then_some(index)
    }
}

impl<'a> RowIndex<&'a str> for Row {
    fn idx(&self, name: &'a str) -> Option<usize> {
        self.row.columns().iter().position(|column| column.name() == name)
    }
}

/// A column of a row.
pub struct Column<'a> {
    row: &'a Row,
    index: usize,
}

impl<'a> Field<'a, Pg> for Column<'a> {
    fn field_name(&self) -> Option<&str> {
        self.row.row.columns().get(self.index).map(tokio_postgres::Column::name)
    }

    fn value(&self) -> Option<PgValue<'_>> {
        let Bytes(bytes) = self.row.row.try_get(self.index).ok()?;
        Some(PgValue::new(bytes?, self.row.types.get(self.index)?))
    }
}

/// What stands in a column, whatever its type; nothing for null.
struct Bytes<'a>(Option<&'a [u8]>);

impl<'a> FromSql<'a> for Bytes<'a> {
    fn from_sql(_: &Type, bytes: &'a [u8]) -> Result<Self, Box<dyn Error + Sync + Send>> {
        Ok(Self(Some(bytes)))
    }

    fn from_sql_null(_: &Type) -> Result<Self, Box<dyn Error + Sync + Send>> {
        Ok(Self(None))
    }

    fn accepts(_: &Type) -> bool {
        true
    }
}
