//! The methods of an object, by what they are.

use quote::format_ident;
use syn::{
    Attribute, Expr, FnArg, GenericArgument, Ident, ImplItem, ImplItemFn, ItemImpl, LitStr, Path,
    PathArguments, Result, ReturnType, Type, ext::IdentExt as _, spanned::Spanned as _,
};

/// A method that gives a column.
pub struct Column {
    /// The method.
    pub method: Ident,
    /// Its name in the graph.
    pub name: String,
    /// What it gives, if nothing goes wrong.
    pub gives: Type,
    /// Whether it can fail by itself.
    pub fails: bool,
    /// What decides whether the row may be asked.
    pub guard: Option<Expr>,
    /// The key of what is read, if it is made of the row's id alone.
    pub by_id: Option<Path>,
}

/// A part of an object, whose columns are its own.
pub struct Part {
    /// The method that gives it.
    pub method: Ident,
    /// Its type.
    pub gives: Type,
}

/// The methods of an object that the plan asks; the others are asked for each row by themselves.
#[derive(Default)]
pub struct Methods {
    /// Those that give columns.
    pub columns: Vec<Column>,
    /// Those that give parts.
    pub parts: Vec<Part>,
}

/// What `#[graphql(..)]` says of a method, as far as columns go.
#[derive(Default)]
struct Options {
    name: Option<String>,
    guard: Option<Expr>,
    flatten: bool,
    skip: bool,
}

impl Options {
    fn of(method: &ImplItemFn) -> Result<Self> {
        let mut options = Self::default();
        for attribute in method.attrs.iter().filter(|attribute| attribute.path().is_ident("graphql")) {
            attribute.parse_nested_meta(|meta| {
                if meta.path.is_ident("flatten") {
                    options.flatten = true;
                } else if meta.path.is_ident("skip") {
                    options.skip = true;
                } else {
                    let value: Expr = meta.value()?.parse()?;
                    if meta.path.is_ident("name") {
                        options.name = Some(text(&value)?.value());
                    } else if meta.path.is_ident("guard") {
                        options.guard = Some(text(&value).and_then(|code| code.parse()).unwrap_or(value));
                    }
                }
                Ok(())
            })?;
        }
        Ok(options)
    }
}

impl Methods {
    /// Those of an object's block.
    pub fn of(object: &ItemImpl) -> Result<Self> {
        let mut methods = Self::default();
        for item in &object.items {
            if let ImplItem::Fn(method) = item {
                methods.add(method)?;
            }
        }
        Ok(methods)
    }

    fn add(&mut self, method: &ImplItemFn) -> Result<()> {
        let options = Options::of(method)?;
        let ReturnType::Type(_, gives) = &method.sig.output else { return Ok(()) };
        let (ident, gives) = (method.sig.ident.clone(), (**gives).clone());
        if options.flatten {
            if method.sig.asyncness.is_some() {
                return Err(syn::Error::new(method.sig.span(), "what is flattened is given by a plain `fn`"));
            }
            self.parts.push(Part { method: ident, gives });
            return Ok(());
        }
        if options.skip || method.sig.asyncness.is_some() || !method.sig.inputs.iter().all(is_given) {
            return Ok(());
        }
        let (gives, fails) = match of_result(&gives) {
            Some(gives) => (gives, true),
            None => (gives, false),
        };
        let name = options.name.unwrap_or_else(|| camel_case(&ident.unraw().to_string()));
        let by_id = method.attrs.iter().find(|attribute| is_by_id(attribute));
        let by_id = by_id.map(Attribute::parse_args).transpose()?;
        self.columns.push(Column { method: ident, name, gives, fails, guard: options.guard, by_id });
        Ok(())
    }
}

impl Column {
    /// The method that asks the guard first.
    pub fn guarded(&self) -> Ident {
        format_ident!("guarded_{}", self.method)
    }
}

/// Whether it is `#[by_id(..)]`.
pub fn is_by_id(attribute: &Attribute) -> bool {
    attribute.path().is_ident("by_id")
}

fn text(value: &Expr) -> Result<LitStr> {
    match value {
        Expr::Lit(syn::ExprLit { lit: syn::Lit::Str(text), .. }) => Ok(text.clone()),
        other => Err(syn::Error::new(other.span(), "expected a string")),
    }
}

/// Whether it is no argument of the field: the row itself, or the context.
fn is_given(input: &FnArg) -> bool {
    match input {
        FnArg::Receiver(_) => true,
        FnArg::Typed(typed) => {
            matches!(&*typed.ty, Type::Reference(reference) if last_is(&reference.elem, "Context"))
        }
    }
}

fn last_is(ty: &Type, name: &str) -> bool {
    matches!(ty, Type::Path(path) if path.path.segments.last().is_some_and(|last| last.ident == name))
}

fn of_result(ty: &Type) -> Option<Type> {
    let Type::Path(path) = ty else { return None };
    let last = path.path.segments.last().filter(|last| last.ident == "Result")?;
    let PathArguments::AngleBracketed(arguments) = &last.arguments else { return None };
    arguments.args.iter().find_map(|argument| match argument {
        GenericArgument::Type(ty) => Some(ty.clone()),
        _ => None,
    })
}

/// A name as async-graphql writes it.
fn camel_case(name: &str) -> String {
    let mut words = name.split('_');
    let first = words.next().unwrap_or_default().to_owned();
    words.fold(first, |text, word| {
        let (head, rest) = word.split_at(word.len().min(1));
        text + &head.to_ascii_uppercase() + rest
    })
}
