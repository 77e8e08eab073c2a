//! Batched reads of streams.

use std::{collections::HashMap, sync::Arc};

use async_graphql::dataloader::Loader;

use super::{Stream, store};
use crate::{
    graphql::{LoadError, Loaders, load_error},
    kernel::MembershipId,
};

/// The open streams of a membership, oldest first.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct OpenStreamsOf(pub MembershipId);

impl Loader<OpenStreamsOf> for Loaders {
    type Value = Arc<Vec<Stream>>;
    type Error = LoadError;

    async fn load(&self, keys: &[OpenStreamsOf]) -> Result<HashMap<OpenStreamsOf, Self::Value>, LoadError> {
        let ids: Vec<_> = keys.iter().map(|key| key.0).collect();
        let rows = store::open_of(&mut *self.conn().await?, &ids).await.map_err(load_error)?;
        Ok(Self::group(keys, rows.into_iter().map(|stream| (OpenStreamsOf(stream.membership_id), stream))))
    }
}
