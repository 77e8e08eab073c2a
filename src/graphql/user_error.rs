//! What a person can mend, as typed entries of a payload's `userErrors`.

use std::sync::Arc;

use async_graphql::{Context, Interface, Object, Result, SimpleObject};

use super::context::Ask as _;
use crate::{
    catalogue::{Product, ProductById},
    kernel::{Code, Fault, Path, ProductId, Refusal},
};

/// A mistake in the input that a person can mend. Nothing has been changed.
#[derive(Interface)]
#[graphql(
    field(name = "code", ty = "Code", desc = "What kind of mistake it is, for programs."),
    field(name = "message", ty = "String", desc = "What is wrong, for people."),
    field(
        name = "path",
        ty = "Vec<String>",
        desc = "Where in the arguments it is: `[\"input\", \"items\", \"0\", \"quantity\"]`."
    )
)]
pub enum UserError {
    /// Without data of its own.
    InputError(InputError),
    /// With what is left.
    OutOfStock(OutOfStock),
    /// With what is allowed.
    IllegalTransition(IllegalTransition),
    /// With the version that the row has.
    VersionConflict(VersionConflict),
}

/// What every mistake tells.
#[derive(SimpleObject, Clone, Debug)]
pub struct Said {
    /// What kind of mistake it is, for programs.
    code: Code,
    /// What is wrong, for people.
    message: String,
    /// Where in the arguments it is: `["input", "items", "0", "quantity"]`.
    path: Vec<String>,
}

/// A mistake that needs no data of its own.
#[derive(SimpleObject, Clone, Debug)]
pub struct InputError {
    #[graphql(flatten)]
    said: Said,
}

/// There is less in stock than was asked for.
#[derive(Clone, Debug)]
pub struct OutOfStock {
    said: Said,
    product: ProductId,
    requested: i32,
    available: i32,
}

/// There is less in stock than was asked for.
#[Object]
impl OutOfStock {
    #[graphql(flatten)]
    async fn common(&self) -> &Said {
        &self.said
    }

    /// What there is too little of.
    async fn product(&self, ctx: &Context<'_>) -> Result<Arc<Product>> {
        ctx.load_there(ProductById(self.product)).await
    }

    /// How many were asked for.
    async fn requested(&self) -> i32 {
        self.requested
    }

    /// How many were left at that moment.
    async fn available(&self) -> i32 {
        self.available
    }
}

/// The status does not allow this next.
#[derive(SimpleObject, Clone, Debug)]
pub struct IllegalTransition {
    #[graphql(flatten)]
    said: Said,
    /// The status now.
    from: String,
    /// The status that was asked for.
    to: String,
    /// What the status may become.
    allowed: Vec<String>,
}

/// Someone else changed it first. Load it afresh and decide anew.
#[derive(SimpleObject, Clone, Debug)]
pub struct VersionConflict {
    #[graphql(flatten)]
    said: Said,
    /// The version that was sent.
    expected: i32,
    /// The version that it has.
    actual: i32,
}

macro_rules! said {
    ($($type:ident),+) => {$(
        impl $type {
            async fn code(&self, _: &Context<'_>) -> Result<Code> { Ok(self.said.code) }
            async fn message(&self, _: &Context<'_>) -> Result<String> { Ok(self.said.message.clone()) }
            async fn path(&self, _: &Context<'_>) -> Result<Vec<String>> { Ok(self.said.path.clone()) }
        }
    )+};
}
said!(InputError, OutOfStock, IllegalTransition, VersionConflict);

/// The message of a refusal.
pub(super) fn message(refusal: &Refusal) -> String {
    match refusal {
        Refusal::Input { message, .. } => message.clone(),
        Refusal::OutOfStock { name, requested, available, .. } => {
            format!("Only {available} of “{name}” left, not {requested}.")
        }
        Refusal::IllegalTransition { from, to, .. } => format!("It is {from} and can't become {to}."),
        Refusal::VersionConflict { expected, actual, .. } => {
            format!("It has been changed meanwhile: it has version {actual}, not {expected}.")
        }
    }
}

impl From<Refusal> for UserError {
    fn from(refusal: Refusal) -> Self {
        let message = message(&refusal);
        let said = |code, path: Path| Said {
            code,
            message,
            path: path.into_iter().map(std::borrow::Cow::into_owned).collect(),
        };
        match refusal {
            Refusal::Input { code, path, .. } => InputError { said: said(code, path) }.into(),
            Refusal::OutOfStock { path, product, requested, available, .. } => {
                OutOfStock { said: said(Code::OutOfStock, path), product, requested, available }.into()
            }
            Refusal::IllegalTransition { path, from, to, allowed } => IllegalTransition {
                said: said(Code::IllegalTransition, path),
                from: from.into(),
                to: to.into(),
                allowed: allowed.into_iter().map(Into::into).collect(),
            }
            .into(),
            Refusal::VersionConflict { path, expected, actual } => {
                VersionConflict { said: said(Code::VersionConflict, path), expected, actual }.into()
            }
        }
    }
}

/// The two halves of a payload: what came of it, and what a person has to mend instead.
///
/// # Errors
/// Every fault but a refusal.
pub fn settle<T>(outcome: Result<T, Fault>) -> Result<(Option<T>, Vec<UserError>)> {
    match outcome {
        Ok(done) => Ok((Some(done), Vec::new())),
        Err(Fault::Refused(refusals)) => Ok((None, refusals.into_iter().map(Into::into).collect())),
        Err(fault) => Err(fault.into()),
    }
}
