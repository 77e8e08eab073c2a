//! Finds tags by the beginnings of their names.

use async_graphql::{Context, Result};

use super::{Tag, create, store};
use crate::{
    db::Db,
    graphql::{Ask as _, Count},
    kernel::{Fault, Page, Window},
};

/// How the names of the tags begin; nothing for all tags.
pub struct Beginning(Option<String>);

impl Beginning {
    pub fn new(written: Option<&str>) -> Self {
        Self(written.map(|text| create::key(text.trim_start())).filter(|text| !text.is_empty()))
    }
}

pub async fn list(db: &Db, beginning: &Beginning, window: &Window) -> Result<Page<Tag>, Fault> {
    Ok(store::list(&mut db.conn().await?, beginning.0.as_deref(), window).await?)
}

#[async_trait::async_trait]
impl Count for Beginning {
    async fn count(&self, ctx: &Context<'_>) -> Result<i64> {
        let mut conn = ctx.db().conn().await?;
        Ok(store::count(&mut conn, self.0.as_deref()).await.map_err(Fault::from)?)
    }
}
