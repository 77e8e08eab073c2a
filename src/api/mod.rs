//! The graph: the features' parts made one, and the only way for a request to be executed.

mod batch;
mod document;
mod node;

use std::sync::OnceLock;

use async_graphql::{
    MergedObject, MergedSubscription, Request, Response, Schema, ServerError, ValidationMode,
    dataloader::DataLoader,
};
use futures_util::{Stream, StreamExt as _, stream};

use batch::{Batches, NoDelay};

use crate::{
    accounts::{AccountMutation, AccountQuery, Auth, ClientInfo},
    billing::{BillingMutation, BillingQuery},
    catalogue::{CatalogueFeed, CatalogueMutation, CatalogueQuery, ProductFeeds},
    checkout::{CheckoutMutation, CheckoutQuery},
    db::Db,
    games::{GamesMutation, GamesQuery},
    graphql::{Loaders, catch::Catch, check_scalar},
    kernel::Caller,
};

pub use document::{Documents, Limits, OperationKind, Prepared};
pub use node::{Entity, Node};

/// The loader splits what is larger; a page of pages stays below it.
const MAX_BATCH: usize = 20_000;

/// Everything that can be read.
#[derive(MergedObject, Default)]
pub struct Query(AccountQuery, BillingQuery, CatalogueQuery, CheckoutQuery, GamesQuery, node::NodeQuery);

/// Everything that can be changed. A mutation takes one input and answers a payload: what a person can mend
/// comes as `userErrors` and changes nothing; not being signed in or allowed comes as a GraphQL error.
#[derive(MergedObject, Default)]
pub struct Mutation(AccountMutation, BillingMutation, CatalogueMutation, CheckoutMutation, GamesMutation);

/// Everything that can be heard of as it happens, one thing at a time. Over WebSockets by the protocol
/// graphql-transport-ws, and as server-sent events.
#[derive(MergedSubscription, Default)]
pub struct Subscription(CatalogueFeed);

/// The executor's schema. Documents reach it prepared, so it validates nothing itself.
type Graph = Schema<Query, Mutation, Subscription>;

fn graph() -> Graph {
    Schema::build(Query::default(), Mutation::default(), Subscription::default())
        .register_output_type::<Node>()
        .register_output_type::<Entity>()
        .directive(Catch::Null)
        .directive(Catch::Pass)
        .validation_mode(ValidationMode::Fast)
        .disable_suggestions()
        .finish()
}

/// The schema in the schema definition language, as clients and code generators read it.
#[must_use]
pub fn sdl() -> String {
    document::printed(&graph().sdl())
}

/// Who asks, of what, and from where.
pub struct Asker {
    /// The database as this request sees it.
    pub db: Db,
    /// Signing in and out.
    pub auth: Auth,
    /// The account, if one is signed in.
    pub caller: Option<Caller>,
    /// The program that asks.
    pub client: ClientInfo,
}

/// The graph with its documents.
#[derive(Clone)]
pub struct Api {
    graph: Graph,
    documents: std::sync::Arc<Documents>,
    feeds: ProductFeeds,
    sdl: std::sync::Arc<str>,
}

impl Api {
    /// The graph, with these limits on documents. Subscriptions hear from `feeds`.
    #[must_use]
    pub fn new(limits: Limits, feeds: ProductFeeds) -> Self {
        let graph = graph();
        let sdl = graph.sdl();
        let documents = Documents::new(&sdl, limits, check_scalar);
        Self { graph, documents: documents.into(), feeds, sdl: document::printed(&sdl).into() }
    }

    /// The schema in the schema definition language.
    #[must_use]
    pub fn sdl(&self) -> &str {
        &self.sdl
    }

    /// Parses and checks a document, or finds that it is known.
    ///
    /// # Errors
    /// What is wrong with it; nothing has been executed.
    pub fn prepare(&self, text: &str) -> Result<std::sync::Arc<Prepared>, Vec<ServerError>> {
        self.documents.prepare(text)
    }

    /// Executes a query or a mutation of a prepared document.
    pub async fn execute(&self, request: Request, asker: Asker) -> Response {
        let (request, batches) = furnished(request, asker);
        settled(batches.drive(self.graph.execute(request)).await)
    }

    /// The events of a subscription of a prepared document. Where it is refused, there is one response that says
    /// so.
    pub fn subscribe(&self, request: Request, asker: Asker) -> impl Stream<Item = Response> + Send + use<> {
        let (request, batches) = furnished(request, asker);
        let events = self.graph.execute_stream(request.data(self.feeds.clone()));
        stream::unfold((events, batches), |(mut events, batches)| async {
            let event = batches.drive(events.next()).await?;
            Some((settled(event), (events, batches)))
        })
    }
}

/// A request with all that resolvers ask for.
fn furnished(request: Request, asker: Asker) -> (Request, Batches) {
    let batches = Batches::default();
    let loaders =
        DataLoader::new(Loaders(asker.db.clone()), batches.clone(), NoDelay).max_batch_size(MAX_BATCH);
    let request = request.data(loaders).data(asker.db).data(asker.auth).data(asker.client);
    let request = match asker.caller {
        Some(caller) => request.data(caller),
        None => request.data(OnceLock::<Caller>::new()),
    };
    (request, batches)
}

fn settled(mut response: Response) -> Response {
    response.errors = response.errors.into_iter().map(crate::graphql::catch::settled).collect();
    response
}
