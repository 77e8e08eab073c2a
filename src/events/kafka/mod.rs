//! Publishes the log of events to Kafka. One instance at a time does, on a connection of its own whose session holds
//! a lock; the others take over when that session ends. It reads the log in order, has a bounded number of records
//! under way, and notes the place behind which all is acknowledged. Whoever comes next goes on from there. So an event
//! may come more than once, but never before one that stands before it and has the same key.

mod client;
mod message;
mod settings;
mod store;

use std::time::{Duration, Instant};

use rdkafka::{ClientConfig, error::KafkaError};
use tokio::{
    sync::watch,
    task::JoinHandle,
    time::{sleep, timeout},
};

use self::client::Client;
use super::{Live, move_on, resume};
use crate::db::{Conn, Db, in_time};

pub use settings::KafkaSettings;

/// What this reader of events is called.
const READER: &str = "kafka";
/// How often it is looked without being woken, and whether there is nobody else who publishes.
const PACE: Duration = Duration::from_secs(1);
/// How often it is noted that it is at work.
const SEEN: Duration = Duration::from_secs(10);
/// How long what is under way may take when the program ends.
const GRACE: Duration = Duration::from_secs(2);
/// How many events are read at a time.
const PORTION: u16 = 500;

/// Publishes events, when it is its turn.
pub struct Publisher {
    config: ClientConfig,
    topic: String,
    db: Db,
    url: String,
    live: Live,
}

/// A publisher at work.
pub struct Publishing {
    stop: watch::Sender<()>,
    task: JoinHandle<()>,
}

/// Why publishing does not go on.
enum Halt {
    /// The session is of no use any more, and with it the lock.
    Database(String),
    /// Another client may fare better.
    Kafka(KafkaError),
}

impl From<String> for Halt {
    fn from(error: String) -> Self {
        Self::Database(error)
    }
}

impl From<KafkaError> for Halt {
    fn from(error: KafkaError) -> Self {
        Self::Kafka(error)
    }
}

impl Publisher {
    /// What publishes by these settings, or nothing if they name no brokers.
    ///
    /// # Errors
    /// In words, if the settings are wrong.
    pub fn new(settings: &KafkaSettings, db: &Db, url: &str, live: &Live) -> Result<Option<Self>, String> {
        let Some(config) = settings.client()? else { return Ok(None) };
        let topic = settings.kafka_topic.clone();
        Ok(Some(Self { config, topic, db: db.clone(), url: url.to_owned(), live: live.clone() }))
    }

    /// Begins.
    #[must_use]
    pub fn spawn(self) -> Publishing {
        let (stop, told) = watch::channel(());
        #[expect(clippy::disallowed_methods, reason = "the handle is kept, and the task ends with it")]
        let task = tokio::spawn(async move { self.work(&mut Stop(told)).await });
        Publishing { stop, task }
    }

    async fn work(&self, stop: &mut Stop) {
        let mut trouble = Trouble::default();
        while let Err(error) = self.take_part(&mut trouble, stop).await {
            trouble.begins(&error);
            if stop.comes_within(PACE).await {
                return;
            }
        }
    }

    /// Waits for the turn and publishes as long as the session lasts; ends well when it is told to.
    async fn take_part(&self, trouble: &mut Trouble, stop: &mut Stop) -> Result<(), String> {
        let mut conn = in_time(Conn::open(&self.url)).await?;
        in_time(store::set_up(&mut conn)).await?;
        while !in_time(store::take_turn(&mut conn)).await? {
            trouble.ends();
            if stop.comes_within(PACE).await {
                return Ok(());
            }
        }
        tracing::info!(topic = self.topic, "events are published to Kafka from here");
        loop {
            let error = match self.publish(&mut conn, trouble, stop).await {
                Ok(()) => return Ok(()),
                Err(Halt::Database(error)) => return Err(error),
                Err(Halt::Kafka(error)) => error,
            };
            trouble.begins(&error.to_string());
            if stop.comes_within(PACE).await {
                return Ok(());
            }
        }
    }

    /// Publishes by one client.
    async fn publish(&self, conn: &mut Conn, trouble: &mut Trouble, stop: &mut Stop) -> Result<(), Halt> {
        let mut client = Client::new(&self.config, &self.topic)?;
        let result = self.publish_by(&mut client, conn, trouble, stop).await;
        client.close().await;
        result
    }

    async fn publish_by(
        &self,
        client: &mut Client,
        conn: &mut Conn,
        trouble: &mut Trouble,
        stop: &mut Stop,
    ) -> Result<(), Halt> {
        let mut place = Place::find(conn, &self.db).await?;
        let mut read = place.noted;
        let mut news = self.live.listen();
        loop {
            // Before the log is read: what comes later is news.
            news = news.resubscribe();
            while client.has_room(PORTION.into()) {
                let messages = in_time(store::after(conn, read, PORTION.into())).await?;
                let (Some(first), Some(last)) = (messages.first(), messages.last()) else { break };
                if read > 0 && first.position > read + 1 {
                    let missing = first.position - read - 1;
                    tracing::warn!(missing, "events were removed before they were published to Kafka");
                }
                read = last.position;
                for message in &messages {
                    client.send(message)?;
                }
            }
            if client.is_idle() {
                trouble.ends();
            }
            tokio::select! {
                acknowledged = client.acknowledged() => {
                    place.note(conn, acknowledged?).await?;
                    trouble.ends();
                }
                _ = news.recv() => {}
                () = sleep(PACE) => {}
                () = stop.told() => {
                    let _ = timeout(GRACE, place.note_all(conn, client)).await;
                    return Ok(());
                }
            }
            if let Some(what) = client.trouble() {
                trouble.begins(&what);
            }
            place.be_seen(conn, &self.db).await?;
        }
    }
}

impl Publishing {
    /// Publishes no more, notes what is acknowledged, and lets go of the lock.
    pub async fn stop(self) {
        drop(self.stop);
        // It fails only if the task has panicked, and then it is over, too.
        let _ = self.task.await;
    }
}

/// The place that is noted for this reader.
struct Place {
    noted: i64,
    seen: Instant,
}

impl Place {
    async fn find(conn: &mut Conn, db: &Db) -> Result<Self, String> {
        Ok(Self { noted: in_time(resume(conn, READER, db.now())).await?, seen: Instant::now() })
    }

    async fn note(&mut self, conn: &mut Conn, place: i64) -> Result<(), String> {
        if !in_time(move_on(conn, READER, self.noted, place)).await? {
            return Err("someone else has moved the place to go on from".to_owned());
        }
        self.noted = place;
        Ok(())
    }

    /// Waits for all that is under way.
    async fn note_all(&mut self, conn: &mut Conn, client: &mut Client) -> Result<(), Halt> {
        while !client.is_idle() {
            let place = client.acknowledged().await?;
            self.note(conn, place).await?;
        }
        Ok(())
    }

    /// Events are kept for whoever is seen, even if there is nothing to note.
    async fn be_seen(&mut self, conn: &mut Conn, db: &Db) -> Result<(), String> {
        if self.seen.elapsed() >= SEEN {
            *self = Self { noted: self.noted, ..Self::find(conn, db).await? };
        }
        Ok(())
    }
}

/// Something that lasts, told once when it begins and once when it ends.
#[derive(Default)]
struct Trouble(Option<Instant>);

impl Trouble {
    fn begins(&mut self, error: &str) {
        if self.0.is_none() {
            tracing::warn!(error, "events are not published to Kafka");
            self.0 = Some(Instant::now());
        }
    }

    fn ends(&mut self) {
        if let Some(since) = self.0.take() {
            tracing::info!(seconds = since.elapsed().as_secs(), "events are published to Kafka again");
        }
    }
}

/// The word to end, which is that nobody is left to say it.
struct Stop(watch::Receiver<()>);

impl Stop {
    async fn told(&mut self) {
        let _ = self.0.changed().await;
    }

    async fn comes_within(&mut self, time: Duration) -> bool {
        timeout(time, self.told()).await.is_ok()
    }
}
