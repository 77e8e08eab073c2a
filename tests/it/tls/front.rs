//! TLS before the tests' server, which is at a Unix socket and speaks none.

use std::{
    io,
    net::SocketAddr,
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::Relaxed},
    },
};

use rustls::{
    ServerConfig,
    crypto::ring,
    pki_types::{CertificateDer, PrivateKeyDer},
};
use souk::db;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _, copy_bidirectional},
    net::{TcpListener, TcpStream, UnixStream},
    task::JoinSet,
};
use tokio_postgres::config::{Config, Host};
use tokio_rustls::TlsAcceptor;

use crate::support::Database;

/// A password that no error may tell, as it stands in a URL.
pub const PASSWORD: &str = "s%26cret";

/// <https://www.postgresql.org/docs/current/protocol-message-formats.html#PROTOCOL-MESSAGE-FORMATS-SSLREQUEST>
const SSL_REQUEST: [u8; 8] = [0, 0, 0, 8, 4, 210, 22, 47];
/// As a server refuses what `pg_hba.conf` does not allow.
const REFUSAL: &[u8] = b"E\0\0\0\x30SFATAL\0VFATAL\0C28000\0Mno pg_hba.conf entry\0\0";

/// What a server speaks.
#[derive(Clone, Copy, PartialEq)]
pub enum Speaks {
    Plain,
    Tls,
    Both,
}

/// A server at a port of its own.
pub struct Front {
    address: SocketAddr,
    database: String,
    encrypted: Arc<AtomicUsize>,
    #[expect(dead_code, reason = "it serves as long as this is held")]
    served: JoinSet<()>,
}

impl Front {
    pub async fn new(
        database: &Database,
        speaks: Speaks,
        (certificate, key): (CertificateDer<'static>, PrivateKeyDer<'static>),
    ) -> Self {
        let behind: Config = database.url.parse().expect("the tests' server has an address");
        let [Host::Unix(folder)] = behind.get_hosts() else { panic!("it is at a Unix socket") };
        let socket = folder.join(".s.PGSQL.5432");
        let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .expect("ring knows TLS")
            .with_no_client_auth()
            .with_single_cert(vec![certificate], key)
            .expect("key and certificate fit");
        let acceptor = TlsAcceptor::from(Arc::new(config));
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
        let address = listener.local_addr().expect("it has an address");
        let encrypted = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&encrypted);
        let mut served = JoinSet::new();
        served.spawn(async move {
            let mut links = JoinSet::new();
            while let Ok((link, _)) = listener.accept().await {
                let (acceptor, socket, count) = (acceptor.clone(), socket.clone(), Arc::clone(&count));
                // A link that ends in an error was cut off by the other side, as it may be.
                links.spawn(async move {
                    serve(link, speaks, acceptor, socket, &count).await.unwrap_or_default();
                });
            }
        });
        let database = behind.get_dbname().expect("it is said").to_owned();
        Self { address, database, encrypted, served }
    }

    /// Its address, with the options given.
    pub fn url(&self, host: &str, options: &str) -> String {
        let Self { address, database, .. } = self;
        let (ip, port) = (address.ip(), address.port());
        format!("postgres://postgres:{PASSWORD}@{host}:{port}/{database}?hostaddr={ip}&{options}")
    }

    /// Connects to it by the name `host`; whether that was by TLS.
    pub async fn reach(&self, host: &str, options: &str) -> Result<bool, String> {
        let before = self.encrypted();
        match db::Conn::open(&self.url(host, options)).await {
            Ok(_) => Ok(self.encrypted() > before),
            Err(error) => Err(error.to_string()),
        }
    }

    /// How many links were made by TLS.
    pub fn encrypted(&self) -> usize {
        self.encrypted.load(Relaxed)
    }
}

async fn serve(
    mut link: TcpStream,
    speaks: Speaks,
    acceptor: TlsAcceptor,
    socket: PathBuf,
    encrypted: &AtomicUsize,
) -> io::Result<()> {
    let mut server = UnixStream::connect(socket).await?;
    let mut first = [0; 8];
    link.read_exact(&mut first).await?;
    match (first == SSL_REQUEST, speaks) {
        (true, Speaks::Plain) => link.write_all(b"N").await?,
        (true, _) => {
            link.write_all(b"S").await?;
            let mut link = acceptor.accept(link).await?;
            encrypted.fetch_add(1, Relaxed);
            copy_bidirectional(&mut link, &mut server).await?;
            return Ok(());
        }
        (false, Speaks::Tls) => return link.write_all(REFUSAL).await,
        (false, _) => server.write_all(&first).await?,
    }
    copy_bidirectional(&mut link, &mut server).await?;
    Ok(())
}
