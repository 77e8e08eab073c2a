//! The graph: the features' parts made one, and the only way for a request to be executed.

mod checked;
mod document;
mod node;

use std::sync::{Arc, OnceLock};

use async_graphql::{Data, MergedObject, MergedSubscription, ObjectType, Response, Schema};
use futures_util::{FutureExt as _, Stream, StreamExt as _, stream};

use checked::Checked;

use crate::{
    accounts::{AccountMutation, AccountQuery, Auth, ClientInfo},
    billing::{BillingFeed, BillingMutation, BillingQuery},
    catalogue::{CatalogueFeed, CatalogueMutation, CatalogueQuery},
    checkout::{CheckoutFeed, CheckoutMutation, CheckoutQuery},
    db::Db,
    events::{EventFeed, EventQuery, Feeds, Subscriber},
    games::{GamesMutation, GamesQuery},
    graphql::{
        Loads,
        catch::Catch,
        check_scalar,
        plan::{self, Executor, Reveal, Surroundings},
    },
    kernel::{Caller, EventId},
    reports::ReportQuery,
    webhooks::{WebhooksMutation, WebhooksQuery},
};

pub use document::{
    Answer, Audience, BadDocument, Cost, Documents, Limits, Manifest, NotPrepared, OperationKind, Prepared,
    Runnable, Sought,
};
pub use node::{Entity, Node};

/// Everything that can be read.
#[derive(MergedObject, Default)]
pub struct Query(
    AccountQuery,
    BillingQuery,
    CatalogueQuery,
    CheckoutQuery,
    EventQuery,
    GamesQuery,
    ReportQuery,
    WebhooksQuery,
    node::NodeQuery,
);

/// Everything that can be changed. A mutation takes one input and answers a payload: what a person can mend
/// comes as `userErrors` and changes nothing; not being signed in or allowed comes as a GraphQL error.
#[derive(MergedObject, Default)]
pub struct Mutation(
    AccountMutation,
    BillingMutation,
    CatalogueMutation,
    CheckoutMutation,
    GamesMutation,
    WebhooksMutation,
);

/// Everything that can be heard of as it happens, one thing at a time. Over WebSockets by the protocol
/// graphql-transport-ws, and as server-sent events.
#[derive(MergedSubscription, Default)]
pub struct Subscription(BillingFeed, CatalogueFeed, CheckoutFeed, EventFeed);

/// The library's schema. Documents reach it prepared, so it validates nothing itself.
type Graph = Schema<Query, Mutation, Subscription>;

fn graph() -> (Graph, Surroundings) {
    let reveal = Reveal::default();
    let graph = Schema::build(Query::default(), Mutation::default(), Subscription::default())
        .register_output_type::<Node>()
        .register_output_type::<Entity>()
        .directive(Catch::Null)
        .directive(Catch::Pass)
        .directive(reveal.clone())
        .extension(Checked::default())
        .disable_suggestions()
        .finish();
    let surroundings = reveal.of(&graph, "viewer");
    (graph, surroundings)
}

/// What the executor tells a visitor of its schema: what everyone may know, with words that it does not print.
fn told(graph: &Graph) -> serde_json::Value {
    let answer = graph.execute(document::WHAT_IS_TOLD).now_or_never().expect("introspection never waits");
    answer.data.into_json().expect("names and descriptions are JSON")
}

/// The whole schema in the schema definition language, as code generators of staff's front ends read it.
#[must_use]
pub fn sdl() -> String {
    let (graph, _) = graph();
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
    /// The last event that they know, if the request says so beside its document.
    pub last_event: Option<EventId>,
}

/// The graph with its documents.
#[derive(Clone)]
pub struct Api {
    graph: Graph,
    surroundings: Surroundings,
    documents: Arc<Documents>,
    feeds: Feeds,
    staff_sdl: Arc<str>,
    public_sdl: Arc<str>,
}

impl Api {
    /// The graph, with these limits on documents and the trusted ones, besides which others are run unless they
    /// stand `alone`. Subscriptions hear from `feeds`.
    ///
    /// # Errors
    /// [`BadDocument`] if a trusted document is not valid.
    pub fn new(
        limits: Limits,
        (trusted, alone): (Manifest, bool),
        feeds: Feeds,
    ) -> Result<Self, BadDocument> {
        let (graph, surroundings) = graph();
        let (staff, told) = (graph.sdl(), told(&graph));
        let public = document::told(&staff, &told);
        let documents = Documents::new(&staff, &public, limits, check_scalar).trusting(trusted, alone)?;
        let [staff_sdl, public_sdl] = [staff, public].map(|sdl| document::printed(&sdl, &told).into());
        Ok(Self { graph, surroundings, documents: documents.into(), feeds, staff_sdl, public_sdl })
    }

    /// The schema in the schema definition language, as someone may know it.
    #[must_use]
    pub fn sdl(&self, audience: Audience) -> &str {
        match audience {
            Audience::Public => &self.public_sdl,
            Audience::Staff => &self.staff_sdl,
        }
    }

    /// What someone wants to run, parsed and checked. `free` askers may send any document, whatever is trusted.
    ///
    /// # Errors
    /// [`NotPrepared`]; nothing has been executed.
    pub fn prepare(
        &self,
        audience: Audience,
        sought: Sought<'_>,
        free: bool,
    ) -> Result<Arc<Prepared>, NotPrepared> {
        self.documents.find(audience, sought, free)
    }

    /// Executes a query or a mutation of a prepared document.
    pub async fn execute(&self, runnable: Runnable, asker: Asker) -> Response {
        let (data, loads) = furnished(asker);
        settled(match runnable.kind {
            OperationKind::Query if !runnable.asks_for_schema() => {
                self.answer::<Query>(runnable, data, &loads).await
            }
            OperationKind::Mutation => self.answer::<Mutation>(runnable, data, &loads).await,
            OperationKind::Query | OperationKind::Subscription => {
                loads.drive(Box::pin(self.graph.execute(runnable.into_request(data)))).await
            }
        })
    }

    /// Answers from a root of the graph.
    async fn answer<R: ObjectType + Default>(
        &self,
        runnable: Runnable,
        data: Data,
        loads: &Loads,
    ) -> Response {
        let Runnable { definition, variables, .. } = runnable;
        let root = R::default();
        let answer = plan::execute(&root, &self.surroundings, &definition, variables, data);
        // In a place of its own: what is moved with it is moved often.
        loads.drive(Box::pin(answer)).await
    }

    /// The same, as the library does it. It answers the same, later.
    pub async fn execute_field_by_field(&self, runnable: Runnable, asker: Asker) -> Response {
        let (mut data, loads) = furnished(asker);
        data.insert(Executor);
        settled(loads.drive(Box::pin(self.graph.execute(runnable.into_request(data)))).await)
    }

    /// The events of a subscription of a prepared document, each with where it comes from. Where it is refused, there
    /// is one response that says so.
    pub fn subscribe(&self, runnable: Runnable, asker: Asker) -> impl Stream<Item = Response> + Send + use<> {
        let subscriber = Subscriber::new(self.feeds.clone(), asker.last_event);
        let (data, loads) = furnished(asker);
        let request = runnable.into_request(data).data(subscriber.clone());
        let events = self.graph.execute_stream(request);
        stream::unfold((events, loads, subscriber), |(mut events, loads, subscriber)| async {
            let mut event = loads.drive(events.next()).await?;
            if let Some(mark) = subscriber.take_mark() {
                event.extensions.insert("event".to_owned(), mark.told());
            }
            Some((settled(event), (events, loads, subscriber)))
        })
    }
}

/// All that resolvers ask for.
fn furnished(asker: Asker) -> (Data, Loads) {
    let loads = Loads::new(asker.db.clone());
    let mut data = Data::default();
    data.insert(loads.clone());
    data.insert(asker.db);
    data.insert(asker.auth);
    data.insert(asker.client);
    match asker.caller {
        Some(caller) => data.insert(caller),
        None => data.insert(OnceLock::<Caller>::new()),
    }
    (data, loads)
}

fn settled(mut response: Response) -> Response {
    response.errors = response.errors.into_iter().map(crate::graphql::catch::settled).collect();
    response
}
