//! The program as a process of its own, which has a log and can be killed.

use std::{
    io::{BufRead as _, BufReader},
    process::{Child, Command, Stdio},
    sync::mpsc::{Receiver, channel},
    thread,
};

use rustix::process::{Pid, Signal, kill_process};

use super::{Client, Duration, Instant, TestApp};
use crate::support::served;

/// A process, which is killed when this is dropped.
pub struct Program {
    child: Child,
    pub client: Client,
    told: Receiver<String>,
}

impl Program {
    /// An instance of the store with such settings.
    pub async fn serve(app: &TestApp, settings: &[(&str, &str)]) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_souk"));
        command
            .env("DATABASE_URL", &app.database.url)
            .env("SOUK_SIGNING_KEY", "a-key-of-the-tests-that-is-long-enough")
            .envs(settings.iter().copied())
            .stdin(Stdio::null())
            .stderr(Stdio::piped());
        let (mut child, address) = served(&mut command).await;
        let log = BufReader::new(child.stderr.take().expect("it has a log"));
        let (tell, told) = channel();
        thread::spawn(move || {
            for line in log.lines().map_while(Result::ok) {
                // Nobody may be left to read it.
                let _ = tell.send(line);
            }
        });
        Self { child, client: Client::new(address), told }
    }

    /// The next line of its log that warns, or tells that what was warned of is over.
    pub fn next_line(&self) -> String {
        let deadline = Instant::now() + Duration::from_mins(1);
        loop {
            let line = self.told.recv_timeout(deadline - Instant::now()).expect("it tells something");
            assert!(!line.contains('\x1b'), "a colour where no terminal is: {line:?}");
            if is_about_trouble(&line) {
                return line;
            }
        }
    }

    /// Ends it in order; the other such lines.
    pub fn end(mut self) -> Vec<String> {
        let pid = i32::try_from(self.child.id()).ok().and_then(Pid::from_raw).expect("it has a process id");
        kill_process(pid, Signal::TERM).expect("it can be signalled");
        assert!(self.child.wait().expect("it ends").success());
        self.told.iter().filter(|line| is_about_trouble(line)).collect()
    }
}

fn is_about_trouble(line: &str) -> bool {
    line.contains("WARN") || line.contains("ERROR") || line.contains("again")
}

impl Drop for Program {
    fn drop(&mut self) {
        // Where it has ended already, there is nothing left to do.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
