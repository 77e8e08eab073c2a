//! The program as a process of its own.

use std::{
    io::{BufRead as _, BufReader},
    net::SocketAddr,
    process::{Child, Command, Stdio},
    thread,
    time::Duration,
};

use tokio::{sync::oneshot, time::timeout};

/// How long it may take on a machine that is busy with other things.
const PATIENCE: Duration = Duration::from_secs(90);

/// Runs the program at a port that it finds by itself; returns once it serves, and tells where.
pub async fn served(command: &mut Command) -> (Child, SocketAddr) {
    let command = command.env("SOUK_LISTEN", "127.0.0.1:0").stdout(Stdio::piped());
    let mut child = command.spawn().expect("the program runs");
    let said = BufReader::new(child.stdout.take().expect("it can be heard"));
    let (tell, told) = oneshot::channel();
    thread::spawn(move || {
        let mut lines = said.lines().map_while(Result::ok);
        if let Some(address) = lines.find_map(|line| address(&line)) {
            // Nobody may be waiting any more.
            let _ = tell.send(address);
        }
        // It breaks where nobody takes what else it says.
        lines.for_each(drop);
    });
    if let Ok(Ok(address)) = timeout(PATIENCE, told).await {
        return (child, address);
    }
    let _ = (child.kill(), child.wait());
    panic!("it has ended, or does not serve in time");
}

/// Where it serves, if the line tells that.
fn address(line: &str) -> Option<SocketAddr> {
    let url = line.trim().strip_prefix("GraphQL ")?.trim_start();
    url.strip_prefix("http://")?.strip_suffix("/graphql")?.parse().ok()
}
