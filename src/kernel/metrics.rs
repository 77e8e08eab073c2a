//! Figures for operators, in the text format of Prometheus. To count is to add to an atomic number; a lock is taken
//! where a figure is made and where all are read.

use std::{
    collections::BTreeMap,
    fmt,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    time::Duration,
};

/// A label and its value, which needs no escapes.
type Label = (&'static str, &'static str);

/// All figures of an instance. Clones share them.
#[derive(Clone, Debug, Default)]
pub struct Metrics(Arc<Mutex<BTreeMap<&'static str, Family>>>);

/// The figures of one name.
#[derive(Debug)]
struct Family {
    help: &'static str,
    kind: &'static str,
    figures: Vec<(Label, Figure)>,
}

#[derive(Debug)]
enum Figure {
    Counter(Counter),
    Seconds(Seconds),
}

/// A whole number that only grows.
#[derive(Clone, Debug, Default)]
pub struct Counter(Arc<AtomicU64>);

/// A time, in microseconds and shown in seconds.
#[derive(Clone, Debug, Default)]
pub struct Seconds(Arc<AtomicU64>);

impl Metrics {
    /// A new counter under this name.
    #[must_use]
    pub fn counter(&self, name: &'static str, help: &'static str, label: Label) -> Counter {
        let counter = Counter::default();
        self.add(name, help, "counter", (label, Figure::Counter(counter.clone())));
        counter
    }

    /// A new time under this name.
    #[must_use]
    pub fn seconds(&self, name: &'static str, help: &'static str, label: Label) -> Seconds {
        let seconds = Seconds::default();
        self.add(name, help, "gauge", (label, Figure::Seconds(seconds.clone())));
        seconds
    }

    fn add(&self, name: &'static str, help: &'static str, kind: &'static str, figure: (Label, Figure)) {
        let mut families = self.families();
        families.entry(name).or_insert(Family { help, kind, figures: Vec::new() }).figures.push(figure);
    }

    fn families(&self) -> MutexGuard<'_, BTreeMap<&'static str, Family>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Display for Metrics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (name, Family { help, kind, figures }) in &*self.families() {
            writeln!(f, "# HELP {name} {help}\n# TYPE {name} {kind}")?;
            for ((label, value), figure) in figures {
                write!(f, "{name}{{{label}=\"{value}\"}} ")?;
                match figure {
                    Figure::Counter(Counter(count)) => writeln!(f, "{}", count.load(Relaxed))?,
                    Figure::Seconds(Seconds(micros)) => {
                        let micros = micros.load(Relaxed);
                        writeln!(f, "{}.{:06}", micros / 1_000_000, micros % 1_000_000)?;
                    }
                }
            }
        }
        Ok(())
    }
}

impl Counter {
    /// Adds so many.
    pub fn add(&self, more: usize) {
        self.0.fetch_add(u64::try_from(more).unwrap_or(u64::MAX), Relaxed);
    }
}

impl Seconds {
    /// Shows this from now on.
    pub fn set(&self, time: Duration) {
        self.0.store(u64::try_from(time.as_micros()).unwrap_or(u64::MAX), Relaxed);
    }
}
