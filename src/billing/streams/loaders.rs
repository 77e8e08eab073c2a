//! Batched reads of streams.

use std::sync::Arc;

use super::{Stream, store};
use crate::{
    db::Db,
    graphql::{Found, Key, group},
    kernel::{Fault, MembershipId},
};

/// The open streams of a membership, oldest first.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct OpenStreamsOf(pub MembershipId);

impl Key for OpenStreamsOf {
    type Value = Arc<Vec<Stream>>;

    async fn load(db: &Db, keys: &[Self]) -> Result<Found<Self>, Fault> {
        let ids: Vec<_> = keys.iter().map(|key| key.0).collect();
        let rows = store::open_of(&mut db.conn().await?, &ids).await?;
        Ok(group(keys, rows.into_iter().map(|stream| (OpenStreamsOf(stream.membership_id), stream))))
    }
}
