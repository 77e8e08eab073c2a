//! The graph: the features' parts made one, and the only way for a request to be executed.

mod batch;
mod document;
mod node;

use std::sync::{Arc, OnceLock};

use async_graphql::{
    EmptySubscription, MergedObject, Response, Schema, ServerError, ValidationMode, dataloader::DataLoader,
};

use batch::{Batches, NoDelay};
use futures_util::FutureExt as _;

use crate::{
    accounts::{AccountMutation, AccountQuery, Auth, ClientInfo},
    billing::{BillingMutation, BillingQuery},
    catalogue::{CatalogueMutation, CatalogueQuery},
    checkout::{CheckoutMutation, CheckoutQuery},
    db::Db,
    games::{GamesMutation, GamesQuery},
    graphql::{Loaders, catch::Catch, check_scalar},
    kernel::Caller,
    reports::ReportQuery,
};

pub use document::{Audience, Documents, Limits, OperationKind, Prepared};
pub use node::{Entity, Node};

/// The loader splits what is larger; a page of pages stays below it.
const MAX_BATCH: usize = 20_000;

/// Everything that can be read.
#[derive(MergedObject, Default)]
pub struct Query(
    AccountQuery,
    BillingQuery,
    CatalogueQuery,
    CheckoutQuery,
    GamesQuery,
    ReportQuery,
    node::NodeQuery,
);

/// Everything that can be changed. A mutation takes one input and answers a payload: what a person can mend
/// comes as `userErrors` and changes nothing; not being signed in or allowed comes as a GraphQL error.
#[derive(MergedObject, Default)]
pub struct Mutation(AccountMutation, BillingMutation, CatalogueMutation, CheckoutMutation, GamesMutation);

/// The executor's schema. Documents reach it prepared, so it validates nothing itself.
type Graph = Schema<Query, Mutation, EmptySubscription>;

fn graph() -> Graph {
    Schema::build(Query::default(), Mutation::default(), EmptySubscription)
        .register_output_type::<Node>()
        .register_output_type::<Entity>()
        .directive(Catch::Null)
        .directive(Catch::Pass)
        .validation_mode(ValidationMode::Fast)
        .disable_suggestions()
        .finish()
}

/// What the executor tells a visitor of its schema: what everyone may know, with words that it does not print.
fn told(graph: &Graph) -> serde_json::Value {
    let answer = graph.execute(document::WHAT_IS_TOLD).now_or_never().expect("introspection never waits");
    answer.data.into_json().expect("names and descriptions are JSON")
}

/// The whole schema in the schema definition language, as code generators of staff's front ends read it.
#[must_use]
pub fn sdl() -> String {
    let graph = graph();
    document::printed(&graph.sdl(), &told(&graph))
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
    documents: Arc<Documents>,
    staff_sdl: Arc<str>,
    public_sdl: Arc<str>,
}

impl Api {
    /// The graph, with these limits on documents.
    #[must_use]
    pub fn new(limits: Limits) -> Self {
        let graph = graph();
        let (staff, told) = (graph.sdl(), told(&graph));
        let public = document::told(&staff, &told);
        let documents = Documents::new(&staff, &public, limits, check_scalar);
        let [staff_sdl, public_sdl] = [staff, public].map(|sdl| document::printed(&sdl, &told).into());
        Self { graph, documents: documents.into(), staff_sdl, public_sdl }
    }

    /// The schema in the schema definition language, as someone may know it.
    #[must_use]
    pub fn sdl(&self, audience: Audience) -> &str {
        match audience {
            Audience::Public => &self.public_sdl,
            Audience::Staff => &self.staff_sdl,
        }
    }

    /// Parses and checks a document of someone, or finds that it is known.
    ///
    /// # Errors
    /// What is wrong with it; nothing has been executed.
    pub fn prepare(&self, audience: Audience, text: &str) -> Result<Arc<Prepared>, Vec<ServerError>> {
        self.documents.prepare(audience, text)
    }

    /// Executes an operation of a prepared document.
    pub async fn execute(&self, request: async_graphql::Request, asker: Asker) -> Response {
        let batches = Batches::default();
        let loaders =
            DataLoader::new(Loaders(asker.db.clone()), batches.clone(), NoDelay).max_batch_size(MAX_BATCH);
        let mut request = request.data(loaders).data(asker.db).data(asker.auth).data(asker.client);
        request = match asker.caller {
            Some(caller) => request.data(caller),
            None => request.data(OnceLock::<Caller>::new()),
        };
        let mut response = batches.drive(self.graph.execute(request)).await;
        response.errors = response.errors.into_iter().map(crate::graphql::catch::settled).collect();
        response
    }
}
