//! What is made of an object's `impl` block.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{ImplItem, ItemImpl, Result};

use super::column::{Column, Methods, is_by_id};

/// The block itself as an object of async-graphql, and what answers its columns.
pub fn expand(options: &TokenStream, item: &ItemImpl) -> Result<TokenStream> {
    let methods = Methods::of(item)?;
    let item = &without_own(item.clone());
    let (object, (generics, _, bounds)) = (&item.self_ty, item.generics.split_for_impl());
    let guarded = methods.columns.iter().filter_map(guarded);
    let (output, planned) = (output(), planned(&methods));
    let options = if options.is_empty() { quote!() } else { quote!(#options,) };
    Ok(quote! {
        #[::async_graphql::Object(#options crate = "crate::graphql::plan::library")]
        #item

        impl #generics #object #bounds {
            #(#guarded)*
        }

        #[automatically_derived]
        impl #generics crate::graphql::plan::Output for #object #bounds {
            #output
        }

        #[automatically_derived]
        impl #generics crate::graphql::plan::Planned for #object #bounds {
            #planned
        }
    })
}

/// The block without the attributes that async-graphql does not know.
fn without_own(mut item: ItemImpl) -> ItemImpl {
    for item in &mut item.items {
        if let ImplItem::Fn(method) = item {
            method.attrs.retain(|attribute| !is_by_id(attribute));
        }
    }
    item
}

fn output() -> TokenStream {
    let plan = quote!(crate::graphql::plan);
    quote! {
        fn select<'a>(set: &::async_graphql::ContextSelectionSet<'a>) -> #plan::Selection<'a> {
            #plan::Selection::of::<Self>(set)
        }

        fn write(
            &self,
            selection: &#plan::Selection<'_>,
            at: &#plan::Place<'_>,
            out: &mut #plan::Text,
        ) -> #plan::Written {
            #plan::write_object(self, selection, at, out)
        }

        fn write_all<'a>(
            all: &'a [&'a Self],
            selection: &'a #plan::Selection<'a>,
            at: &'a [#plan::Place<'a>],
        ) -> impl Future<Output = #plan::Text> + Send + 'a {
            #plan::write_objects(all, selection, at)
        }
    }
}

fn planned(methods: &Methods) -> TokenStream {
    let plan = quote!(crate::graphql::plan);
    let (columns, count) = (&methods.columns, methods.columns.len());
    let names = columns.iter().map(|column| &column.name);
    let numbers: Vec<_> = (0..count).collect();
    let (types, writes) = (columns.iter().map(|column| &column.gives), columns.iter().map(write));
    let answers = columns.iter().map(answer);
    let parts: Vec<_> = methods.parts.iter().map(|part| &part.gives).collect();
    let part: Vec<_> = methods.parts.iter().map(|part| &part.method).collect();
    let in_part = |then: Vec<TokenStream>| {
        quote! {
            // Behind the object's own, the columns of its parts are counted on.
            let below = #count;
            #(
                if column < below + <#parts as #plan::Planned>::COLUMNS {
                    #then
                }
                let below = below + <#parts as #plan::Planned>::COLUMNS;
            )*
            unreachable!("there is no column {} of {}", column, below)
        }
    };
    let select_part = parts
        .iter()
        .map(|part| quote!(return <#part as #plan::Planned>::select_column(column - below, set);));
    let write_part = part.iter().map(|part| {
        quote!(return #plan::Planned::write_column(&self.#part(&field.ctx), column - below, field, at, out);)
    });
    let answer_part = parts.iter().zip(&part).map(|(ty, part)| {
        quote! {
            return Box::pin(async move {
                let parts: Vec<_> = rows.iter().map(|row| row.#part(&field.ctx)).collect();
                let rows: Vec<_> = parts.iter().collect();
                <#ty as #plan::Planned>::answer_column(&rows, column - below, field, at).await
            });
        }
    });
    let ask_ahead = ask_ahead(columns);
    let (select_part, write_part, answer_part) =
        (in_part(select_part.collect()), in_part(write_part.collect()), in_part(answer_part.collect()));
    quote! {
        const COLUMNS: usize = #count #(+ <#parts as #plan::Planned>::COLUMNS)*;

        fn column(name: &str) -> Option<usize> {
            match name {
                #(#names => return Some(#numbers),)*
                _ => {}
            }
            let below = #count;
            #(
                if let Some(column) = <#parts as #plan::Planned>::column(name) {
                    return Some(below + column);
                }
                let below = below + <#parts as #plan::Planned>::COLUMNS;
            )*
            let _ = below;
            None
        }

        fn select_column<'a>(
            column: usize,
            set: &::async_graphql::ContextSelectionSet<'a>,
        ) -> #plan::Selection<'a> {
            let _ = set;
            match column {
                #(#numbers => return <#types as #plan::Output>::select(set),)*
                _ => {}
            }
            #select_part
        }

        #ask_ahead

        fn write_column(
            &self,
            column: usize,
            field: &#plan::Selected<'_>,
            at: &#plan::Place<'_>,
            out: &mut #plan::Text,
        ) -> #plan::Written {
            let _ = (field, at, &out);
            match column {
                #(#numbers => return #writes,)*
                _ => {}
            }
            #write_part
        }

        fn answer_column<'a>(
            rows: &'a [&'a Self],
            column: usize,
            field: &'a #plan::Selected<'a>,
            at: &'a [#plan::Place<'a>],
        ) -> #plan::Answering<'a> {
            let _ = (rows, field, at);
            match column {
                #(#numbers => return Box::pin(async move { #answers }),)*
                _ => {}
            }
            #answer_part
        }
    }
}

/// Asks for what can be read by the row's id alone, if there is any such column.
fn ask_ahead(columns: &[Column]) -> TokenStream {
    let keyed: Vec<_> =
        columns.iter().filter_map(|column| Some((&column.name, column.by_id.as_ref()?))).collect();
    if keyed.is_empty() {
        return TokenStream::new();
    }
    let (names, keys): (Vec<_>, Vec<_>) = keyed.into_iter().unzip();
    quote! {
        fn ask_ahead(
            id: ::uuid::Uuid,
            field: &::async_graphql::parser::types::Field,
            loads: &crate::graphql::Loads,
        ) {
            for selected in crate::graphql::plan::selected::<Self>(&field.selection_set.node) {
                match selected {
                    #(#names => loads.ask_ahead(#keys(id.into())),)*
                    _ => {}
                }
            }
        }
    }
}

/// Writes a row's value of a column.
fn write(column: &Column) -> TokenStream {
    let value = value(column, &quote!(self));
    quote!(crate::graphql::plan::Output::write(&#value, &field.below, at, out))
}

/// Writes the values of a column for all rows.
fn answer(column: &Column) -> TokenStream {
    let value = value(column, &quote!(row));
    quote! {
        let values: Vec<_> = rows.iter().map(|row| #value).collect();
        let values: Vec<_> = values.iter().collect();
        crate::graphql::plan::Output::write_all(&values, &field.below, at).await
    }
}

/// What a row gives for a column.
fn value(column: &Column, row: &TokenStream) -> TokenStream {
    let method = &column.method;
    if column.guard.is_some() {
        let guarded = column.guarded();
        quote!(#row.#guarded(&field.ctx))
    } else if column.fails {
        quote!(#row.#method(&field.ctx).map_err(::async_graphql::Error::from))
    } else {
        quote!(#row.#method(&field.ctx))
    }
}

/// The method that asks the guard first.
fn guarded(column: &Column) -> Option<TokenStream> {
    let (guard, guarded) = (column.guard.as_ref()?, column.guarded());
    let (method, ty) = (&column.method, &column.gives);
    let value = if column.fails { quote!(self.#method(ctx)?) } else { quote!(self.#method(ctx)) };
    Some(quote! {
        fn #guarded(&self, ctx: &::async_graphql::Context<'_>) -> ::async_graphql::Result<#ty> {
            (#guard).decide(ctx)?;
            Ok(#value)
        }
    })
}
