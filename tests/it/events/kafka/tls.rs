//! TLS and SASL before the brokers, which know neither.

use std::{io, sync::Arc};

use rustls::{ServerConfig, crypto::ring};
use tokio::{
    io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _, copy, split},
    net::{TcpListener, TcpStream},
    task::JoinSet,
};
use tokio_rustls::TlsAcceptor;

use super::{Cluster, Program, behind, events, read};
use crate::{
    support::{TestApp, json},
    tls::authority::Authority,
};

/// What a client of SASL PLAIN sends: <https://www.rfc-editor.org/rfc/rfc4616#section-2>.
const SIGN_IN: &[u8] = b"\0souk\0secret";

/// Stands before a single broker and is known as `localhost`, which is as long as `127.0.0.1`.
struct Front {
    port: u16,
    #[expect(dead_code, reason = "it serves as long as this is held")]
    served: JoinSet<()>,
}

impl Front {
    async fn new(cluster: &Cluster, authority: &Authority, signs_in: bool) -> Self {
        let (certificate, key) = authority.issue();
        let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .expect("ring knows TLS")
            .with_no_client_auth()
            .with_single_cert(vec![certificate], key)
            .expect("key and certificate fit");
        let acceptor = TlsAcceptor::from(Arc::new(config));
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
        let port = listener.local_addr().expect("it has an address").port();
        // Where that is `localhost`, too, it is not to be refused there.
        let by_ipv6 = TcpListener::bind(("::1", port)).await.ok();
        let broker = cluster.brokers();
        let behind: u16 =
            broker.rsplit_once(':').and_then(|(_, port)| port.parse().ok()).expect("it has a port");
        let mut served = JoinSet::new();
        for listener in [Some(listener), by_ipv6].into_iter().flatten() {
            let acceptor = acceptor.clone();
            served.spawn(async move {
                let mut links = JoinSet::new();
                while let Ok((link, _)) = listener.accept().await {
                    let acceptor = acceptor.clone();
                    links.spawn(async move {
                        // A link that ends in an error was cut off by the other side, as it may be.
                        serve(link, acceptor, (behind, port), signs_in).await.unwrap_or_default();
                    });
                }
            });
        }
        Self { port, served }
    }

    fn brokers(&self) -> String {
        format!("localhost:{}", self.port)
    }
}

async fn serve(link: TcpStream, acceptor: TlsAcceptor, ports: (u16, u16), signs_in: bool) -> io::Result<()> {
    let (mut from_client, mut to_client) = split(acceptor.accept(link).await?);
    let (mut from_broker, mut to_broker) = TcpStream::connect(("127.0.0.1", ports.0)).await?.into_split();
    if signs_in {
        loop {
            let asked = frame(&mut from_client).await?;
            let answer = |body: &[&[u8]]| [&asked[4..8], &body.concat()].concat();
            // Requests begin with what they are for: <https://kafka.apache.org/protocol#protocol_api_keys>.
            let told = match asked[1] {
                // ApiVersions: the brokers know of no SASL.
                18 => {
                    send(&mut to_broker, &asked).await?;
                    with_sasl(frame(&mut from_broker).await?)
                }
                // SaslHandshake
                17 => answer(&[&[0, 0, 0, 0, 0, 1, 0, 5], b"PLAIN"]),
                // SaslAuthenticate
                36 if asked.ends_with(SIGN_IN) => {
                    send(&mut to_client, &answer(&[&[0, 0, 255, 255, 0, 0, 0, 0]])).await?;
                    break;
                }
                36 => answer(&[&[0, 58, 0, 4], b"no!!", &[0, 0, 0, 0]]),
                _ => return Ok(()),
            };
            send(&mut to_client, &told).await?;
        }
    }
    let answers = async {
        loop {
            let told = at(frame(&mut from_broker).await?, ports);
            send(&mut to_client, &told).await?;
        }
    };
    tokio::select! {
        done = copy(&mut from_client, &mut to_broker) => done.map(|_| ()),
        done = answers => done,
    }
}

/// Requests and answers follow their length.
async fn frame(from: &mut (impl AsyncRead + Unpin)) -> io::Result<Vec<u8>> {
    let mut frame = vec![0; usize::try_from(from.read_u32().await?).expect("it fits")];
    from.read_exact(&mut frame).await?;
    Ok(frame)
}

async fn send(to: &mut (impl AsyncWrite + Unpin), frame: &[u8]) -> io::Result<()> {
    to.write_u32(u32::try_from(frame.len()).expect("it fits")).await?;
    to.write_all(frame).await?;
    to.flush().await
}

/// Adds what the front knows to what a broker says it knows, unless that is but an error.
fn with_sasl(mut frame: Vec<u8>) -> Vec<u8> {
    if frame[4..6] == [0, 0] {
        // The number of entries, which no one-byte count overflows; entries are a key, and versions from and to.
        frame[9] += 2;
        frame.extend([0, 17, 0, 0, 0, 1, 0, 36, 0, 0, 0, 0]);
    }
    frame
}

/// Where an answer tells of the broker, it is to be found at the front.
fn at(mut frame: Vec<u8>, (broker, front): (u16, u16)) -> Vec<u8> {
    let address = |host: &[u8], port: u16| [host, &u32::from(port).to_be_bytes()].concat();
    let (old, new) = (address(b"127.0.0.1", broker), address(b"localhost", front));
    while let Some(start) = frame.windows(old.len()).position(|part| part == old) {
        frame[start..start + new.len()].copy_from_slice(&new);
    }
    frame
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn events_go_by_tls_and_with_a_password() {
    for sasl in [&[][..], &["--kafka-sasl=PLAIN", "--kafka-username=souk", "--kafka-password=secret"]] {
        let (cluster, authority) = (Cluster::of(1), Authority::new());
        let front = Front::new(&cluster, &authority, !sasl.is_empty()).await;
        let (brokers, trusted) = (
            format!("--kafka-brokers={}", front.brokers()),
            format!("--kafka-ca={}", authority.file.display()),
        );
        let app = TestApp::with(&[&[&brokers, "--kafka-tls=on", &trusted], sasl].concat()).await;
        let (seller, manager) = (app.customer().await, app.manager().await);
        seller.sell("Mug", "1.00", 1, json!({})).await;
        let mut reader = cluster.reader();
        reader.read_until(events(&app.database).await).await;
        assert_eq!(reader.assert_whole(&read(&manager, None, json!({})).await), 0);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn brokers_that_are_not_trusted_and_passwords_that_are_wrong_are_trouble() {
    let (cluster, authority, other) = (Cluster::of(1), Authority::new(), Authority::new());
    let app = TestApp::start().await;
    app.customer().await.sell("Mug", "1.00", 1, json!({})).await;
    for (trusted, password, why) in
        [(&other, "secret", "certificate verify failed"), (&authority, "wr0ng", "no!!")]
    {
        let front = Front::new(&cluster, &authority, true).await;
        let program = Program::serve(
            &app,
            &[
                ("SOUK_KAFKA_BROKERS", &front.brokers()),
                ("SOUK_KAFKA_TLS", "on"),
                ("SOUK_KAFKA_CA", &trusted.file.to_string_lossy()),
                ("SOUK_KAFKA_SASL", "PLAIN"),
                ("SOUK_KAFKA_USERNAME", "souk"),
                ("SOUK_KAFKA_PASSWORD", password),
            ],
        )
        .await;
        let told = program.next_line();
        assert!(told.contains("events are not published to Kafka") && told.contains(why), "{told}");
        assert!(!told.contains(password), "{told}");
        assert!(behind(&program.client).await.0 > 0);
        program.end();
    }
}
