//! Who may see and change which membership.

use super::{Membership, store};
use crate::{
    db::Db,
    kernel::{Actor, Caller, Code, Fault, MembershipId, Refusal, at},
};

pub fn may_see(viewer: Option<&Caller>, membership: &Membership) -> bool {
    viewer.is_some_and(|caller| caller.is_self_or_staff(membership.user_id))
}

/// The membership, if it is there for this caller, with what they are to it.
pub fn changeable(
    caller: &Caller,
    membership: Option<Membership>,
) -> Result<(Membership, Vec<Actor>), Fault> {
    let membership = membership
        .filter(|membership| may_see(Some(caller), membership))
        .ok_or_else(|| Refusal::not_found("id", "membership"))?;
    let mut actors = Vec::new();
    if caller.account == membership.user_id {
        actors.push(Actor::Owner);
    }
    if caller.is_staff() {
        actors.push(Actor::Staff);
    }
    Ok((membership, actors))
}

/// Refuses a period in which there is another membership.
pub fn free(field: &'static str, other: Option<Membership>) -> Result<(), Refusal> {
    let Some(other) = other else { return Ok(()) };
    let (from, until) = (other.valid_from, other.valid_until);
    let message = format!("The account has another membership from {from} until {until}.");
    Err(Refusal::input(Code::Invalid, at(field), message))
}

/// Those of these memberships that the viewer may see, for `node` and `nodes`.
///
/// # Errors
/// As [`Db::conn`].
pub async fn visible_memberships(
    db: &Db,
    viewer: Option<&Caller>,
    ids: &[MembershipId],
) -> Result<Vec<Membership>, Fault> {
    let mut memberships = store::by_ids(&mut db.conn().await?, ids).await?;
    memberships.retain(|membership| may_see(viewer, membership));
    Ok(memberships)
}
