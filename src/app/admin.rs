//! Makes the first admin of a store.

use std::io::Read as _;

use super::{AppError, database};
use crate::{
    accounts::{self, NewAccount},
    config::Settings,
    db::Db,
    kernel::{AccountId, Clock, Role},
};

pub async fn create(settings: &Settings, username: &str, email: &str) -> Result<(), AppError> {
    let password = password()?;
    accounts::check_password(&password, &[username, email])
        .map_err(|wrong| AppError::Data(format!("the password: {wrong}")))?;
    let database = database::migrated(settings).await?;
    let failed = |fault| AppError::data("can't make the admin", &fault);
    let auth = database::auth(settings)?;
    let db = Db::new(database.url(), &settings.pool(), database::shop(settings, Clock::default())?)
        .map_err(failed)?;
    let hash = auth.hash(&password).await.map_err(failed)?;
    let mut conn = db.conn().await.map_err(failed)?;
    accounts::create(
        &mut conn,
        NewAccount {
            id: AccountId::fresh(),
            username,
            email,
            display_name: username,
            bio: None,
            password_hash: &hash,
            role: Role::Admin,
            created_at: db.now(),
        },
    )
    .await
    .map_err(failed)?;
    Ok(())
}

fn password() -> Result<String, AppError> {
    if let Ok(password) = std::env::var("SOUK_ADMIN_PASSWORD") {
        return Ok(password);
    }
    let mut text = String::new();
    std::io::stdin()
        .read_to_string(&mut text)
        .map_err(|error| AppError::Data(format!("can't read the password: {error}")))?;
    Ok(text.trim_end_matches(['\r', '\n']).to_owned())
}
