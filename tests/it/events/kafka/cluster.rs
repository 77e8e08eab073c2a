//! A Kafka of the test's own, on ports of this machine, and what is read back from it.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use rdkafka::{
    ClientConfig, Message as _, Offset, TopicPartitionList,
    consumer::{Consumer as _, StreamConsumer},
    message::{BorrowedMessage, Headers as _},
    mocking::MockCluster,
    producer::DefaultProducerContext,
};
use tokio::time::{Instant, timeout_at};

use crate::support::Value;

pub const TOPIC: &str = "souk.events";
const PARTITIONS: i32 = 4;

/// Brokers that speak the protocol and keep what they get in memory.
pub struct Cluster {
    mock: MockCluster<'static, DefaultProducerContext>,
}

/// A record as a consumer gets it.
#[derive(Debug)]
pub struct Record {
    pub partition: i32,
    pub key: String,
    pub headers: BTreeMap<String, String>,
    pub timestamp: Option<i64>,
    pub value: Value,
}

impl Record {
    fn read(message: &BorrowedMessage) -> Self {
        let text = |bytes: Option<&[u8]>| {
            String::from_utf8(bytes.expect("nothing is left out").to_vec()).expect("all is text")
        };
        let headers = message.headers().into_iter().flat_map(|headers| headers.iter());
        Self {
            partition: message.partition(),
            key: text(message.key()),
            headers: headers.map(|header| (header.key.to_owned(), text(header.value))).collect(),
            timestamp: message.timestamp().to_millis(),
            value: serde_json::from_str(&text(message.payload())).expect("values are JSON"),
        }
    }

    pub fn id(&self) -> &str {
        self.value["id"].as_str().expect("each has an id")
    }

    pub fn position(&self) -> i64 {
        self.value["position"].as_i64().expect("each has a place")
    }
}

impl Cluster {
    pub fn new() -> Self {
        Self::of(2)
    }

    pub fn of(brokers: i32) -> Self {
        let mock = MockCluster::new(brokers).expect("brokers can be run");
        mock.create_topic(TOPIC, PARTITIONS, brokers).expect("topics can be made");
        Self { mock }
    }

    /// Where the brokers are.
    pub fn brokers(&self) -> String {
        self.mock.bootstrap_servers()
    }

    /// The setting that names them.
    pub fn flag(&self) -> String {
        format!("--kafka-brokers={}", self.brokers())
    }

    /// Cuts all links, and takes no new ones.
    pub fn go_down(&self) {
        self.mock.broker_down(-1).expect("brokers can be stopped");
    }

    pub fn come_up(&self) {
        self.mock.broker_up(-1).expect("brokers can be started");
    }

    /// Someone who reads the topic from its beginning.
    pub fn reader(&self) -> Reader {
        let consumer: StreamConsumer = ClientConfig::new()
            .set("bootstrap.servers", self.brokers())
            .set("group.id", "reader")
            .set("enable.auto.commit", "false")
            .set("reconnect.backoff.max.ms", "200")
            .set("fetch.wait.max.ms", "10")
            .create()
            .expect("consumers can be made");
        let mut all = TopicPartitionList::new();
        for partition in 0..PARTITIONS {
            all.add_partition_offset(TOPIC, partition, Offset::Beginning).expect("the offset is right");
        }
        consumer.assign(&all).expect("it can read");
        Reader { consumer, records: Vec::new() }
    }
}

/// Reads a topic.
pub struct Reader {
    consumer: StreamConsumer,
    /// All that was read, of each partition in its order.
    pub records: Vec<Record>,
}

impl Reader {
    /// Reads until so many different events have come, and a little longer.
    pub async fn read_until(&mut self, events: usize) {
        let deadline = Instant::now() + Duration::from_secs(90);
        let mut ids: BTreeSet<_> = self.records.iter().map(|record| record.id().to_owned()).collect();
        while ids.len() < events {
            let Some(record) = self.next_until(deadline).await else {
                panic!("{} of {events} events have come", ids.len());
            };
            ids.insert(record.id().to_owned());
        }
        // What comes twice may come a little later.
        let a_little = Instant::now() + Duration::from_millis(300);
        while self.next_until(a_little).await.is_some() {}
    }

    pub async fn next_until(&mut self, deadline: Instant) -> Option<&Record> {
        loop {
            // That a broker can't be reached is told, too.
            match timeout_at(deadline, self.consumer.recv()).await {
                Ok(Ok(message)) => self.records.push(Record::read(&message)),
                Ok(Err(_)) => continue,
                Err(_) => return None,
            }
            return self.records.last();
        }
    }

    /// That the log has come whole: what comes again is the same, and of each thing all comes first in the order of
    /// the log. Returns how many came again.
    #[track_caller]
    pub fn assert_whole(&self, log: &[Value]) -> usize {
        let mut first: BTreeMap<&str, &Record> = BTreeMap::new();
        let mut newest: BTreeMap<&str, (i32, i64)> = BTreeMap::new();
        for record in &self.records {
            if let Some(before) = first.get(record.id()) {
                assert_eq!((&before.key, &before.value), (&record.key, &record.value));
                continue;
            }
            first.insert(record.id(), record);
            let place = (record.partition, record.position());
            if let Some(before) = newest.insert(&record.key, place) {
                assert_eq!(before.0, record.partition, "{} is in two partitions", record.key);
                assert!(before.1 < place.1, "{} comes after {}", record.value, before.1);
            }
        }
        let missing: Vec<_> = log
            .iter()
            .filter(|event| !first.contains_key(event["id"].as_str().unwrap_or_default()))
            .collect();
        assert!(missing.is_empty(), "{} are missing: {missing:?}", missing.len());
        assert_eq!(first.len(), log.len(), "something comes that is not in the log");
        self.records.len() - first.len()
    }
}
