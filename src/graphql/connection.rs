//! Lists in pages, as the Relay specification has them, with `nodes` and `totalCount` beside the edges.

use std::borrow::Cow;

use async_graphql::{Context, OutputType, Result, TypeName};

use super::{
    context::Ask as _,
    cost, int,
    loads::Key,
    plan::{Output, object},
};
use crate::kernel::{Page, Row};

/// Where a page stands in its list.
#[derive(Clone, Debug)]
pub struct PageInfo {
    has_next_page: bool,
    has_previous_page: bool,
    start_cursor: Option<String>,
    end_cursor: Option<String>,
}

/// Where a page stands in its list.
#[object]
impl PageInfo {
    /// Whether the list goes on behind this page.
    fn has_next_page(&self) -> bool {
        self.has_next_page
    }

    /// Whether there are rows before this page.
    fn has_previous_page(&self) -> bool {
        self.has_previous_page
    }

    /// The cursor of the first row, for `before`.
    fn start_cursor(&self) -> Option<&str> {
        self.start_cursor.as_deref()
    }

    /// The cursor of the last row, for `after`.
    fn end_cursor(&self) -> Option<&str> {
        self.end_cursor.as_deref()
    }
}

/// Counts a whole list, only when someone asks.
#[async_trait::async_trait]
pub trait Count: Send + Sync {
    /// How many rows the list has.
    async fn count(&self, ctx: &Context<'_>) -> Result<i64>;
}

/// A count that is loaded for many lists at once.
#[derive(Debug)]
pub struct Loaded<K>(pub K);

#[async_trait::async_trait]
impl<K: Key<Value = i64>> Count for Loaded<K> {
    async fn count(&self, ctx: &Context<'_>) -> Result<i64> {
        Ok(ctx.load(self.0.clone()).await?.unwrap_or(0))
    }
}

/// One page of a list.
pub struct Connection<T> {
    page: Page<T>,
    count: Box<dyn Count>,
}

impl<T> Connection<T> {
    /// A page with the way to count its list.
    pub fn new(page: Page<T>, count: impl Count + 'static) -> Self {
        Self { page, count: Box::new(count) }
    }
}

/// A row of a page.
pub struct Edge<T> {
    order: &'static str,
    row: Row<T>,
}

impl<T: OutputType> TypeName for Connection<T> {
    fn type_name() -> Cow<'static, str> {
        format!("{}Connection", T::type_name()).into()
    }
}

impl<T: OutputType> TypeName for Edge<T> {
    fn type_name() -> Cow<'static, str> {
        format!("{}Edge", T::type_name()).into()
    }
}

/// One page of a list.
#[object(name_type)]
impl<T: OutputType + Output> Connection<T> {
    /// The rows with their cursors.
    fn edges(&self) -> Vec<Edge<T>> {
        let order = self.page.order;
        self.page.rows.iter().map(|row| Edge { order, row: row.clone() }).collect()
    }

    /// The rows alone.
    fn nodes(&self) -> Vec<&T> {
        self.page.rows.iter().map(|row| &*row.node).collect()
    }

    /// Where this page stands in the list.
    fn page_info(&self) -> PageInfo {
        let cursor = |row: Option<&Row<T>>| row.map(|row| row.at.write(self.page.order));
        PageInfo {
            has_next_page: self.page.has_next,
            has_previous_page: self.page.has_previous,
            start_cursor: cursor(self.page.rows.first()),
            end_cursor: cursor(self.page.rows.last()),
        }
    }

    /// How many rows the whole list has. It is counted only when it is asked for.
    #[graphql(directive = cost::apply(2))]
    async fn total_count(&self, ctx: &Context<'_>) -> Result<i32> {
        Ok(int(self.count.count(ctx).await?))
    }
}

/// A row of a page.
#[object(name_type)]
impl<T: OutputType + Output> Edge<T> {
    /// Where the row stands in its list, for `after` and `before`.
    fn cursor(&self) -> String {
        self.row.at.write(self.order)
    }

    /// The row itself.
    fn node(&self) -> &T {
        &self.row.node
    }
}
