//! What is made of other values: references, lists, what may be missing or have failed.

use std::sync::Arc;

use async_graphql::{ContextSelectionSet, QueryPathSegment, Result};

use super::{Failed, Output, Place, Selection, Text, Written};

macro_rules! pointers {
    ($($pointer:ty),+) => {$(
        impl<T: Output + ?Sized> Output for $pointer {
            const NULLABLE: bool = T::NULLABLE;

            fn select<'a>(set: &ContextSelectionSet<'a>) -> Selection<'a> {
                T::select(set)
            }

            fn write(&self, selection: &Selection<'_>, at: &Place<'_>, out: &mut Text) -> Written {
                T::write(self, selection, at, out)
            }

            async fn write_all<'a>(
                all: &'a [&'a Self],
                selection: &'a Selection<'a>,
                at: &'a [Place<'a>],
            ) -> Text {
                let all: Vec<&T> = all.iter().map(|pointer| &***pointer).collect();
                T::write_all(&all, selection, at).await
            }
        }
    )+};
}
pointers!(&T, Arc<T>);

impl<T: Output> Output for Option<T> {
    const NULLABLE: bool = true;

    fn select<'a>(set: &ContextSelectionSet<'a>) -> Selection<'a> {
        T::select(set)
    }

    fn write(&self, selection: &Selection<'_>, at: &Place<'_>, out: &mut Text) -> Written {
        let mark = out.mark();
        if self.as_ref().is_none_or(|value| value.write(selection, at, out).is_err()) {
            out.null_for(mark);
        }
        Ok(())
    }

    async fn write_all<'a>(all: &'a [&'a Self], selection: &'a Selection<'a>, at: &'a [Place<'a>]) -> Text {
        let there = || all.iter().zip(at).filter_map(|(value, at)| Some((value.as_ref()?, *at)));
        let (values, places): (Vec<_>, Vec<_>) = there().unzip();
        let written = T::write_all(&values, selection, &places).await;
        let mut rows = 0..;
        Text::around([&written], all.iter(), |value, out| {
            let mark = out.mark();
            let row = value.as_ref().and_then(|_| rows.next());
            if row.is_none_or(|row| out.splice(&written, row).is_err()) {
                out.null_for(mark);
            }
            Ok(())
        })
    }
}

impl<T: Output> Output for Result<T> {
    const NULLABLE: bool = T::NULLABLE;

    fn select<'a>(set: &ContextSelectionSet<'a>) -> Selection<'a> {
        T::select(set)
    }

    fn write(&self, selection: &Selection<'_>, at: &Place<'_>, out: &mut Text) -> Written {
        match self {
            Ok(value) => value.write(selection, at, out),
            Err(error) => out.fail_or_null::<T>(error, selection, at),
        }
    }

    async fn write_all<'a>(all: &'a [&'a Self], selection: &'a Selection<'a>, at: &'a [Place<'a>]) -> Text {
        let there = || all.iter().zip(at).filter_map(|(value, at)| Some((value.as_ref().ok()?, *at)));
        let (values, places): (Vec<_>, Vec<_>) = there().unzip();
        let written = T::write_all(&values, selection, &places).await;
        let mut rows = 0..;
        Text::around([&written], all.iter().zip(at), |(value, at), out| match value {
            Ok(_) => rows.next().ok_or(Failed).and_then(|row| out.splice(&written, row)),
            Err(error) => out.fail_or_null::<T>(error, selection, at),
        })
    }
}

impl<T: Output> Output for Vec<T> {
    fn select<'a>(set: &ContextSelectionSet<'a>) -> Selection<'a> {
        T::select(set)
    }

    fn write(&self, selection: &Selection<'_>, at: &Place<'_>, out: &mut Text) -> Written {
        out.list(self.iter().enumerate(), |(index, item), out| {
            let at = Place { parent: Some(at), segment: QueryPathSegment::Index(index) };
            item.write(selection, &at, out)
        })
    }

    async fn write_all<'a>(all: &'a [&'a Self], selection: &'a Selection<'a>, at: &'a [Place<'a>]) -> Text {
        if !selection.waits {
            return Text::of(all.iter().zip(at), |(list, at), out| list.write(selection, at, out));
        }
        let count = all.iter().map(|list| list.len()).sum();
        let (mut items, mut places) = (Vec::with_capacity(count), Vec::with_capacity(count));
        for (list, at) in all.iter().zip(at) {
            for (index, item) in list.iter().enumerate() {
                items.push(item);
                places.push(Place { parent: Some(at), segment: QueryPathSegment::Index(index) });
            }
        }
        let written = T::write_all(&items, selection, &places).await;
        let mut rows = 0..;
        Text::around([&written], all.iter(), |list, out| {
            // A list that fails has skipped its other rows.
            let own: Vec<_> = rows.by_ref().take(list.len()).collect();
            out.list(own, |row, out| out.splice(&written, row))
        })
    }
}
