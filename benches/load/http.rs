//! As plain as a client can be, so that the processors are left to the server: requests are made beforehand, and an
//! answer is read no further than to its end.

use std::time::{Duration, Instant};

use futures_util::future::join_all;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

use crate::store::Server;

/// What came back.
pub struct Answers {
    /// How long each request took.
    pub took: Vec<Duration>,
    pub bytes: usize,
    pub over: Duration,
}

/// A request as it goes over the wire.
pub fn request(token: Option<&str>, body: &str) -> Vec<u8> {
    let auth = token.map(|token| format!("authorization: Bearer {token}\r\n")).unwrap_or_default();
    format!(
        "POST /graphql HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n{auth}content-length: {}\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}

/// Sends requests over and over, each connection one at a time.
pub async fn send(server: &Server, requests: &[Vec<u8>], connections: usize, over: Duration) -> Answers {
    let begun = Instant::now();
    let each = (0..connections).map(async |number| {
        let mut link = Link::open(server).await;
        let (mut took, mut bytes) = (Vec::new(), 0);
        let mut next = requests.iter().cycle().skip(number * requests.len() / connections);
        while let Some(request) = next.next()
            && begun.elapsed() < over
        {
            let sent = Instant::now();
            let answer = link.ask(request).await;
            took.push(sent.elapsed());
            bytes += answer.body.len();
            let is_well = answer.head.starts_with("HTTP/1.1 200") && !answer.body.contains("rrors\":[{");
            assert!(is_well, "{}\n{}", answer.head, answer.body);
        }
        (took, bytes)
    });
    let all = join_all(each).await;
    let over = begun.elapsed();
    let bytes = all.iter().map(|(_, bytes)| bytes).sum();
    Answers { took: all.into_iter().flat_map(|(took, _)| took).collect(), bytes, over }
}

/// A connection that is kept.
pub struct Link {
    stream: TcpStream,
    read: Vec<u8>,
}

pub struct Answer<'a> {
    pub head: &'a str,
    pub body: &'a str,
}

impl Link {
    pub async fn open(server: &Server) -> Self {
        let stream = TcpStream::connect(server.address).await.expect("the server takes connections");
        stream.set_nodelay(true).expect("it can be set");
        Self { stream, read: Vec::with_capacity(1 << 16) }
    }

    pub async fn ask(&mut self, request: &[u8]) -> Answer<'_> {
        self.stream.write_all(request).await.expect("the server reads");
        self.read.clear();
        let head = loop {
            if let Some(end) = self.read.windows(4).position(|four| four == b"\r\n\r\n") {
                break end + 4;
            }
            self.more().await;
        };
        let length = length(text(&self.read[..head])).expect("the server tells how long its answer is");
        while self.read.len() < head + length {
            self.more().await;
        }
        Answer { head: text(&self.read[..head]), body: text(&self.read[head..head + length]) }
    }

    async fn more(&mut self) {
        let many = self.stream.read_buf(&mut self.read).await.expect("the server answers");
        assert!(many > 0, "the server has closed the connection after {:?}", text(&self.read));
    }
}

fn length(head: &str) -> Option<usize> {
    head.lines().find_map(|line| line.strip_prefix("content-length: ")?.parse().ok())
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).expect("answers are text")
}
