//! Making an account and signing it in.

use super::{AccessForm, SignedIn, open::open};
use crate::{
    accounts::{
        ClientInfo,
        auth::Auth,
        users::{self, NewAccount, Profile},
    },
    db::Db,
    kernel::{AccountId, Fault, Refusals, Role, at},
};

/// What a new account is to be.
pub struct Registration {
    /// Its name.
    pub username: String,
    /// Where its owner is reached.
    pub email: String,
    /// Its password.
    pub password: String,
    /// What it is shown as; the username, if nothing is said.
    pub display_name: Option<String>,
    /// What it may do; a customer, if nothing is said.
    pub role: Option<Role>,
}

/// Makes an account and signs it in.
///
/// # Errors
/// A refusal of everything that is wrong or taken.
pub async fn register(
    db: &Db,
    auth: &Auth,
    from: &ClientInfo,
    input: Registration,
    form: AccessForm,
) -> Result<SignedIn, Fault> {
    let mut refusals = Refusals::default();
    let username = refusals.check(Profile::username(&input.username));
    let email = refusals.check(Profile::email(&input.email));
    let display_name = input.display_name.map(|name| refusals.check(Profile::display_name(&name)));
    let role = input.role.unwrap_or(Role::Customer);
    if role.is_staff() {
        refusals.invalid(at("role"), "Only an admin can give this role. Register as CUSTOMER or STUDIO.");
    }
    let known =
        [&*input.username, &*input.email, display_name.as_ref().and_then(Option::as_deref).unwrap_or("")];
    if let Err(message) = auth.weigh(&input.password, &known).await? {
        refusals.invalid(at("password"), message);
    }
    Profile::untaken(&mut db.conn().await?, &mut refusals, username.as_deref(), email.as_deref(), None)
        .await?;
    refusals.done()?;
    let password_hash = auth.hash(&input.password).await?;
    let now = db.now();
    let username = username.unwrap_or_default();
    let new = NewAccount {
        id: AccountId::fresh(),
        username: &username,
        email: email.as_deref().unwrap_or_default(),
        display_name: display_name.as_ref().and_then(Option::as_deref).unwrap_or(&username),
        bio: None,
        password_hash: &password_hash,
        role,
        created_at: now,
    };
    db.conn()
        .await?
        .transaction(async |conn| {
            let account = users::create(conn, new).await?;
            open(conn, auth, account, from, form, now).await
        })
        .await
}
