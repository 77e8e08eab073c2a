//! What an account has to do with billing, as a part of it.

use async_graphql::{Context, Result};

use super::{
    Invoice, Membership,
    invoices::{CountInvoicesOf, Filter, InvoiceFilter, InvoicesOf},
    memberships::{CountMembershipsOf, MembershipsOf, ValidMembershipOf},
};
use crate::{
    graphql::{Ask as _, Connection, Load, Loaded, Needs, auth, object},
    kernel::{AccountId, Page, PageArgs},
};

/// What an account is a member of and has to pay, as a part of it.
#[derive(Debug)]
pub struct UserBilling {
    /// Whose.
    pub account: AccountId,
}

#[object]
impl UserBilling {
    /// The membership that is valid today, if there is one.
    #[graphql(
        guard = "Needs::SELF_OR_STAFF.of(self.account)",
        directive = auth::apply(Needs::SELF_OR_STAFF.into())
    )]
    fn membership(&self) -> Load<ValidMembershipOf> {
        Load(ValidMembershipOf(self.account))
    }

    /// All memberships that the account has and had, newest first, in pages.
    #[graphql(
        guard = "Needs::SELF_OR_STAFF.of(self.account)",
        directive = auth::apply(Needs::SELF_OR_STAFF.into())
    )]
    async fn memberships(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "So many from the start, or behind `after`. From 0 to 100; 20 if nothing is said.")]
        first: Option<i32>,
        #[graphql(desc = "Behind this cursor.")] after: Option<String>,
        #[graphql(desc = "So many from the end, or before `before`. From 0 to 100.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
    ) -> Result<Option<Connection<Membership>>> {
        let window = PageArgs { first, after, last, before, offset: None }.window("NEWEST")?;
        let page = ctx.load_there(MembershipsOf { user: self.account, window }).await?;
        Ok(Some(Connection::new(Page::clone(&page), Loaded(CountMembershipsOf(self.account)))))
    }

    /// What the account has to pay and has paid, newest first, in pages. Deleted invoices are left out.
    #[graphql(
        guard = "Needs::SELF_OR_STAFF.of(self.account)",
        directive = auth::apply(Needs::SELF_OR_STAFF.into())
    )]
    async fn invoices(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "So many from the start, or behind `after`. From 0 to 100; 20 if nothing is said.")]
        first: Option<i32>,
        #[graphql(desc = "Behind this cursor.")] after: Option<String>,
        #[graphql(desc = "So many from the end, or before `before`. From 0 to 100.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
        #[graphql(desc = "Which invoices.")] filter: Option<InvoiceFilter>,
    ) -> Result<Option<Connection<Invoice>>> {
        let window = PageArgs { first, after, last, before, offset: None }.window("NEWEST")?;
        let (user, filter) = (self.account, Filter::from(filter));
        let page = ctx.load_there(InvoicesOf { user, filter: filter.clone(), window }).await?;
        Ok(Some(Connection::new(Page::clone(&page), Loaded(CountInvoicesOf { user, filter }))))
    }
}
