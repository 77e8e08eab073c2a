//! Ending in order: what lasts is told to end, and what must not be cut off is waited for.

use tokio::sync::watch;

/// The word to end, and who is still at work. Clones share it.
#[derive(Clone, Debug)]
pub struct Drain(watch::Sender<bool>);

impl Default for Drain {
    fn default() -> Self {
        Self(watch::Sender::new(false))
    }
}

impl Drain {
    /// Tells all that lasts to end.
    pub fn begin(&self) {
        self.0.send_replace(true);
    }

    /// Waits until nobody is at work any more.
    pub async fn over(&self) {
        self.0.closed().await;
    }

    /// Someone at work, who is waited for as long as this is held.
    #[must_use]
    pub fn worker(&self) -> Worker {
        Worker(self.0.subscribe())
    }
}

/// Someone at work.
#[derive(Debug)]
pub struct Worker(watch::Receiver<bool>);

impl Worker {
    /// Waits for the word to end.
    pub async fn told_to_end(&mut self) {
        // Where nobody is left to say it, it is the end, too.
        let _ = self.0.wait_for(|end| *end).await;
    }
}
