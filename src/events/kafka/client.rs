//! The client of Kafka, and what it has under way.

use std::{
    collections::VecDeque,
    future::pending,
    sync::{Arc, Mutex, PoisonError},
    thread,
    time::{Duration, Instant},
};

use futures_util::FutureExt as _;
use rdkafka::{
    ClientConfig, ClientContext,
    config::RDKafkaLogLevel,
    error::{KafkaError, KafkaResult, RDKafkaErrorCode},
    producer::{DeliveryFuture, FutureProducer, future_producer::OwnedDeliveryResult},
};
use tokio::{sync::oneshot, time::timeout};

use super::message::Message;

/// Settings of librdkafka that are not the operator's:
/// <https://github.com/confluentinc/librdkafka/blob/master/CONFIGURATION.md>.
const FIXED: [(&str, &str); 11] = [
    ("client.id", "souk"),
    // All in-sync replicas acknowledge, and what is sent again is recognised, so the order is kept.
    ("enable.idempotence", "true"),
    // What can't be delivered ends the client, instead of being left out.
    ("enable.gapless.guarantee", "true"),
    ("message.timeout.ms", "0"),
    // Of a key, the partition that a client in Java would take.
    ("partitioner", "murmur2_random"),
    ("linger.ms", "1"),
    // A broker that says nothing is noticed, and one that is there again is found, within seconds.
    ("request.timeout.ms", "10000"),
    ("socket.timeout.ms", "15000"),
    ("socket.connection.setup.timeout.ms", "10000"),
    ("socket.keepalive.enable", "true"),
    ("reconnect.backoff.max.ms", "1000"),
];
/// How many records are under way at most, and how many bytes, give or take a portion.
const MOST: usize = 4_000;
const MOST_BYTES: usize = 16 * 1024 * 1024;
/// How long records may be under way before that counts as trouble.
const PATIENCE: Duration = Duration::from_secs(5);
/// How long it is waited for a client to be over.
const FAREWELL: Duration = Duration::from_secs(2);

/// A client, with what it has under way in the order of the log. Each sends what it is given without a gap, or ends.
pub struct Client {
    producer: FutureProducer<Ear>,
    ear: Ear,
    topic: String,
    under_way: VecDeque<UnderWay>,
    bytes: usize,
    /// The place of the last one that was acknowledged.
    place: i64,
    /// What became of the first one that was not.
    failed: Option<KafkaError>,
    /// When something was acknowledged, or when there was nothing to acknowledge.
    progress: Instant,
}

struct UnderWay {
    position: i64,
    bytes: usize,
    delivery: DeliveryFuture,
}

/// Completes the settings of a client and makes one, which it then lets go of: so it is known that one can be made.
///
/// # Errors
/// In librdkafka's words, if none can be made, as where a certificate can't be read.
pub fn complete(config: &mut ClientConfig) -> KafkaResult<()> {
    for (name, value) in FIXED {
        config.set(name, value);
    }
    let _: FutureProducer<Ear> = config.create_with_context(Ear::default())?;
    Ok(())
}

impl Client {
    pub fn new(config: &ClientConfig, topic: &str) -> KafkaResult<Self> {
        let ear = Ear::default();
        Ok(Self {
            producer: config.create_with_context(ear.clone())?,
            ear,
            topic: topic.to_owned(),
            under_way: VecDeque::new(),
            bytes: 0,
            place: 0,
            failed: None,
            progress: Instant::now(),
        })
    }

    /// Whether a portion of the log may be sent now.
    pub fn has_room(&self, portion: usize) -> bool {
        self.under_way.len() + portion <= MOST && self.bytes < MOST_BYTES
    }

    /// Whether nothing is under way.
    pub fn is_idle(&self) -> bool {
        self.under_way.is_empty()
    }

    /// Begins to send.
    pub fn send(&mut self, message: &Message) -> KafkaResult<()> {
        if self.is_idle() {
            self.progress = Instant::now();
        }
        let (key, value) = (message.key(), message.value());
        let bytes = key.len() + value.len();
        let sent = self.producer.send_result(message.record(&self.topic, &key, &value));
        let delivery = sent.map_err(|(error, _)| error)?;
        self.under_way.push_back(UnderWay { position: message.position, bytes, delivery });
        self.bytes += bytes;
        Ok(())
    }

    /// The place up to which all is acknowledged, once that is further than it was. Nothing is lost if it is not
    /// waited for to the end.
    pub async fn acknowledged(&mut self) -> KafkaResult<i64> {
        if let Some(error) = self.failed.take() {
            return Err(error);
        }
        let Some(first) = self.under_way.front_mut() else { return pending().await };
        delivered((&mut first.delivery).await)?;
        // From here on it waits for nothing.
        self.done();
        while let Some(next) = self.under_way.front_mut()
            && let Some(result) = (&mut next.delivery).now_or_never()
        {
            if let Err(error) = delivered(result) {
                self.failed = Some(error);
                break;
            }
            self.done();
        }
        self.progress = Instant::now();
        Ok(self.place)
    }

    /// Counts the first that is under way as acknowledged.
    fn done(&mut self) {
        if let Some(done) = self.under_way.pop_front() {
            self.bytes -= done.bytes;
            self.place = done.position;
        }
    }

    /// What holds it up, if something has been under way for long.
    pub fn trouble(&self) -> Option<String> {
        let stuck = !self.is_idle() && self.progress.elapsed() >= PATIENCE;
        stuck.then(|| self.ear.heard().unwrap_or_else(|| "Kafka does not answer".to_owned()))
    }

    /// Lets go of what is under way, and of the links. It may wait for a name to be resolved, and so is waited for
    /// no longer than there is need to.
    pub async fn close(self) {
        let (done, over) = oneshot::channel();
        let closing = thread::Builder::new().spawn(move || {
            drop(self);
            let _ = done.send(());
        });
        if closing.is_ok() {
            let _ = timeout(FAREWELL, over).await;
        }
    }
}

fn delivered(result: Result<OwnedDeliveryResult, impl std::error::Error>) -> KafkaResult<()> {
    match result {
        Ok(Ok(_)) => Ok(()),
        Ok(Err((error, _))) => Err(error),
        Err(_) => Err(KafkaError::Canceled),
    }
}

/// Hears what librdkafka has to say, which is much.
#[derive(Clone, Default)]
struct Ear(Arc<Mutex<Option<String>>>);

impl Ear {
    fn heard(&self) -> Option<String> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl ClientContext for Ear {
    fn log(&self, _level: RDKafkaLogLevel, facility: &str, line: &str) {
        tracing::debug!(facility, "librdkafka: {line}");
    }

    fn error(&self, error: KafkaError, reason: &str) {
        tracing::debug!(%error, "librdkafka: {reason}");
        // That all brokers are down follows from what was said of each, and tells less.
        if error.rdkafka_error_code() != Some(RDKafkaErrorCode::AllBrokersDown) {
            *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(reason.to_owned());
        }
    }
}
