//! Anything by its id, as the Relay specification wants it. Nothing is given here that the thing's own field
//! would not give.

mod store;

use std::{collections::HashMap, sync::Arc};

use async_graphql::{Context, ID, Interface, Object, Result};
use uuid::Uuid;

use crate::{
    accounts::{Account, visible_accounts},
    billing::{
        Invoice, InvoiceLine, Membership, Stream, visible_invoice_lines, visible_invoices,
        visible_memberships, visible_streams,
    },
    catalogue::{Product, Tag, visible_products, visible_tags},
    checkout::{Bag, Order, OrderLine, visible_bags, visible_lines, visible_orders},
    games::{Game, GameSubscription, visible_games, visible_subscriptions},
    graphql::{Ask as _, DateTime},
    kernel::{Fault, Id},
    webhooks::{Webhook, visible_webhooks},
};

/// How many things one `nodes` may ask for.
const MAX_NODES: usize = 100;

/// Anything with an id.
#[derive(Interface, Clone)]
#[graphql(field(name = "id", ty = "ID", desc = "Unique over all types."))]
pub enum Node {
    /// An account.
    User(Arc<Account>),
    /// A product.
    Product(Arc<Product>),
    /// A tag.
    Tag(Arc<Tag>),
    /// A bag.
    Bag(Arc<Bag>),
    /// An order.
    Order(Arc<Order>),
    /// A line of an order.
    OrderLine(Arc<OrderLine>),
    /// A game.
    Game(Arc<Game>),
    /// A player's subscription to a game.
    GameSubscription(Arc<GameSubscription>),
    /// A membership.
    Membership(Arc<Membership>),
    /// A stream.
    Stream(Arc<Stream>),
    /// An invoice.
    Invoice(Arc<Invoice>),
    /// A line of an invoice.
    InvoiceLine(Arc<InvoiceLine>),
    /// A webhook.
    Webhook(Arc<Webhook>),
}

/// Anything stored.
#[derive(Interface)]
#[expect(clippy::duplicated_attributes, reason = "two fields may have the same type")]
#[graphql(
    field(name = "id", ty = "ID", desc = "Unique over all types."),
    field(name = "created_at", ty = "DateTime", desc = "When it was made."),
    field(name = "updated_at", ty = "DateTime", desc = "When it was last changed."),
    field(
        name = "deleted_at",
        ty = "Option<DateTime>",
        desc = "When it was deleted. Deleted things are seen by staff only, and through what still refers to them."
    ),
    field(name = "version", ty = "i32", desc = "Grows by one at every change; see `expectedVersion`.")
)]
pub enum Entity {
    /// An account.
    User(Arc<Account>),
    /// A product.
    Product(Arc<Product>),
    /// A tag.
    Tag(Arc<Tag>),
    /// A bag.
    Bag(Arc<Bag>),
    /// An order.
    Order(Arc<Order>),
    /// A game.
    Game(Arc<Game>),
    /// A player's subscription to a game.
    GameSubscription(Arc<GameSubscription>),
    /// A membership.
    Membership(Arc<Membership>),
    /// An invoice.
    Invoice(Arc<Invoice>),
    /// A line of an invoice.
    InvoiceLine(Arc<InvoiceLine>),
    /// A webhook.
    Webhook(Arc<Webhook>),
}

/// Anything by its id.
#[derive(Default)]
pub struct NodeQuery;

#[Object]
impl NodeQuery {
    /// Anything by its id, or null if there is no such thing for this viewer.
    async fn node(&self, ctx: &Context<'_>, #[graphql(desc = "The id.")] id: ID) -> Result<Option<Node>> {
        Ok(find(ctx, &[id]).await?.pop().flatten())
    }

    /// Several things by their ids, at most 100, in the order in which they were asked for; null for those
    /// that are not there for this viewer.
    async fn nodes(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The ids.")] ids: Vec<ID>,
    ) -> Result<Vec<Option<Node>>> {
        if ids.len() > MAX_NODES {
            return Err(Fault::BadInput(format!("Ask for {MAX_NODES} nodes at most.")).into());
        }
        Ok(find(ctx, &ids).await?)
    }
}

async fn find(ctx: &Context<'_>, ids: &[ID]) -> Result<Vec<Option<Node>>, Fault> {
    let (db, viewer) = (ctx.db(), ctx.viewer());
    let asked: Vec<Uuid> = ids.iter().map(|id| Id::<()>::read(id).uuid()).collect();
    let kinds = store::kinds(&mut db.conn().await?, &asked).await?;
    let mut found: HashMap<Uuid, Node> = HashMap::new();
    macro_rules! gather {
        ($kind:literal, $variant:ident, |$ids:ident| $visible:expr) => {
            let $ids: Vec<_> =
                kinds.iter().filter(|row| row.kind == $kind).map(|row| row.id.into()).collect();
            if !$ids.is_empty() {
                let rows = $visible.await?;
                found.extend(rows.into_iter().map(|row| (row.id.uuid(), Node::$variant(Arc::new(row)))));
            }
        };
    }
    gather!("accounts", User, |ids| visible_accounts(db, viewer, &ids));
    gather!("products", Product, |ids| visible_products(db, viewer, &ids));
    gather!("tags", Tag, |ids| visible_tags(db, &ids));
    gather!("bags", Bag, |ids| visible_bags(db, viewer, &ids));
    gather!("orders", Order, |ids| visible_orders(db, viewer, &ids));
    gather!("order_lines", OrderLine, |ids| visible_lines(db, viewer, &ids));
    gather!("games", Game, |ids| visible_games(db, viewer, &ids));
    gather!("game_subscriptions", GameSubscription, |ids| visible_subscriptions(db, viewer, &ids));
    gather!("memberships", Membership, |ids| visible_memberships(db, viewer, &ids));
    gather!("streams", Stream, |ids| visible_streams(db, viewer, &ids));
    gather!("invoices", Invoice, |ids| visible_invoices(db, viewer, &ids));
    gather!("invoice_lines", InvoiceLine, |ids| visible_invoice_lines(db, viewer, &ids));
    gather!("webhooks", Webhook, |ids| visible_webhooks(db, viewer, &ids));
    Ok(asked.iter().map(|id| found.get(id).cloned()).collect())
}
