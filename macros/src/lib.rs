//! The attribute for objects of the graph. `src/graphql/plan/` tells what it is for.

mod column;
mod object;

use proc_macro::TokenStream;
use syn::{ItemImpl, parse_macro_input};

/// Makes an `impl` block an object of the graph, as `async_graphql::Object` does and with its options, that is
/// answered for many rows at once.
///
/// What a method is, its form says. A plain `fn` without arguments is a column: it gives what it has at once, or a
/// `Load` of what has to be read; `#[by_id(Key)]` says that the key of that is made of the row's id alone, so that it can
/// be read together with the row. An `async fn`, or one with arguments, is asked for each row by itself. What is
/// flattened has to be a plain `fn` that gives such an object, too.
#[proc_macro_attribute]
pub fn object(options: TokenStream, item: TokenStream) -> TokenStream {
    let item = parse_macro_input!(item as ItemImpl);
    object::expand(&options.into(), &item).unwrap_or_else(syn::Error::into_compile_error).into()
}
