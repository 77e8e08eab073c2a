//! What can be bought by whom.

use super::{Offer, store};
use crate::{
    db::Conn,
    kernel::{AccountId, Code, Fault, Path, ProductId, Refusal},
};

/// The product, if this account can buy it.
///
/// # Errors
/// A refusal at `path`: it is not for sale, or it is the account's own.
pub fn for_sale(buyer: AccountId, found: Option<&Offer>, path: Path) -> Result<&Offer, Refusal> {
    match found {
        Some(offer) if offer.listed && offer.owner_id == buyer => {
            Err(Refusal::input(Code::Invalid, path, format!("“{}” is your own product.", offer.name)))
        }
        Some(offer) if offer.listed => Ok(offer),
        _ => Err(Refusal::input(Code::NotFound, path, "There is no such product for sale.")),
    }
}

/// Looks whether a product can be bought by this account now.
///
/// # Errors
/// Whatever the database says; the inner error is as of [`for_sale`].
pub async fn product_for_sale(
    conn: &mut Conn,
    buyer: AccountId,
    id: ProductId,
    path: Path,
) -> Result<Result<(), Refusal>, Fault> {
    let found = store::offer(conn, id).await?;
    Ok(for_sale(buyer, found.as_ref(), path).map(drop))
}
