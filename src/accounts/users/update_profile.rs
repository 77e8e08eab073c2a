//! Changing what an account says of itself.

use async_graphql::MaybeUndefined;

use super::{Account, Profile, store};
use crate::{
    db::Db,
    kernel::{Caller, Denial, Fault, Refusals},
};

/// What to change; the rest stays.
#[derive(Debug)]
pub struct Changes {
    pub display_name: Option<String>,
    pub bio: MaybeUndefined<String>,
    pub email: Option<String>,
}

pub async fn update_profile(db: &Db, caller: &Caller, changes: Changes) -> Result<Account, Fault> {
    let mut refusals = Refusals::default();
    let display_name = changes.display_name.and_then(|text| refusals.check(Profile::display_name(&text)));
    let bio = match changes.bio {
        MaybeUndefined::Undefined => None,
        MaybeUndefined::Null => Some(None),
        MaybeUndefined::Value(text) => refusals.check(Profile::bio(&text)).map(Some),
    };
    let email = changes.email.and_then(|text| refusals.check(Profile::email(&text)));
    let now = db.now();
    db.conn()
        .await?
        .transaction(async |conn| {
            let account = store::lock(conn, caller.account).await?.ok_or(Denial::Unauthenticated)?;
            Profile::untaken(conn, &mut refusals, None, email.as_deref(), Some(account.id)).await?;
            refusals.done()?;
            let news = store::Profile {
                display_name: display_name.filter(|new| *new != account.display_name),
                bio: bio.filter(|new| *new != account.bio),
                email: email.filter(|new| *new != account.email),
            };
            if news.is_empty() {
                return Ok(account);
            }
            Ok(store::update_profile(conn, account.id, news, now).await?)
        })
        .await
}
