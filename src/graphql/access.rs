//! Who may use a field: one rule makes the guard that enforces it and the `@auth` that tells of it.

use async_graphql::{Context, Enum, Guard, Result, TypeDirective};

use super::context::Ask as _;
use crate::kernel::{AccountId, Denial, Fault, Role};

/// Someone's relation to the store or to the thing that a field belongs to.
#[derive(Enum, Clone, Copy, PartialEq, Eq, Debug)]
pub enum Access {
    /// Anyone signed in.
    SignedIn,
    /// The account that the row belongs to.
    #[graphql(name = "SELF")]
    Oneself,
    /// The account that made the thing.
    Owner,
    /// The studio that publishes the game.
    StudioOfGame,
    /// Any account with the role CUSTOMER.
    Customer,
    /// Any account with the role STUDIO.
    Studio,
    /// Managers and admins.
    Staff,
    /// Admins.
    Admin,
}

/// Who may read the field or call the mutation: any one of these is enough. For everyone else it is null, with
/// an error whose code is UNAUTHENTICATED or FORBIDDEN.
#[TypeDirective(location = "FieldDefinition", name = "auth")]
pub fn auth(#[graphql(desc = "Any one of these relations is enough.")] requires: Vec<Access>) {}

/// A rule: any one of these relations is enough.
#[derive(Clone, Copy, Debug)]
pub struct Needs(&'static [Access]);

impl Needs {
    /// Anyone signed in.
    pub const SIGNED_IN: Self = Self(&[Access::SignedIn]);
    /// The account that the row belongs to.
    pub const ONESELF: Self = Self(&[Access::Oneself]);
    /// The account that the row belongs to, and staff.
    pub const SELF_OR_STAFF: Self = Self(&[Access::Oneself, Access::Staff]);
    /// Whoever made the thing, and staff.
    pub const OWNER_OR_STAFF: Self = Self(&[Access::Owner, Access::Staff]);
    /// The studio of the game, and staff.
    pub const STUDIO_OF_GAME_OR_STAFF: Self = Self(&[Access::StudioOfGame, Access::Staff]);
    /// The account that the row belongs to, the studio of its game, and staff.
    pub const SELF_OR_STUDIO_OF_GAME_OR_STAFF: Self =
        Self(&[Access::Oneself, Access::StudioOfGame, Access::Staff]);
    /// Studios, and staff.
    pub const STUDIO_OR_STAFF: Self = Self(&[Access::Studio, Access::Staff]);
    /// Customers.
    pub const CUSTOMER: Self = Self(&[Access::Customer]);
    /// Managers and admins.
    pub const STAFF: Self = Self(&[Access::Staff]);
    /// Admins.
    pub const ADMIN: Self = Self(&[Access::Admin]);

    /// The rule for a field of a row that belongs to `owner`.
    #[must_use]
    pub fn of(self, owner: AccountId) -> Held {
        Held { needs: self, owner: Some(owner) }
    }

    /// The rule for a root field. Whether a row belongs to the viewer is not known yet there: the feature's
    /// policy decides once it has read the row.
    #[must_use]
    pub fn any(self) -> Held {
        Held { needs: self, owner: None }
    }
}

impl From<Needs> for Vec<Access> {
    fn from(needs: Needs) -> Self {
        needs.0.to_vec()
    }
}

/// A rule with what it is asked of.
#[derive(Clone, Copy, Debug)]
pub struct Held {
    needs: Needs,
    owner: Option<AccountId>,
}

impl Held {
    /// Whether the viewer keeps to the rule.
    ///
    /// # Errors
    /// [`Denial`], if not.
    pub fn decide(&self, ctx: &Context<'_>) -> Result<()> {
        let caller = ctx.caller()?;
        let held = self.needs.0.iter().any(|access| match access {
            Access::SignedIn => true,
            Access::Oneself | Access::Owner | Access::StudioOfGame => {
                self.owner.is_none_or(|owner| owner == caller.account)
            }
            Access::Customer => caller.role == Role::Customer,
            Access::Studio => caller.role == Role::Studio,
            Access::Staff => caller.is_staff(),
            Access::Admin => caller.role == Role::Admin,
        });
        if held { Ok(()) } else { Err(Fault::from(Denial::Forbidden).into()) }
    }
}

impl Guard for Held {
    async fn check(&self, ctx: &Context<'_>) -> Result<()> {
        self.decide(ctx)
    }
}
