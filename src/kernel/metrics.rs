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
    Histogram(Histogram),
}

/// A whole number that only grows.
#[derive(Clone, Debug, Default)]
pub struct Counter(Arc<AtomicU64>);

/// A time, in microseconds and shown in seconds.
#[derive(Clone, Debug, Default)]
pub struct Seconds(Arc<AtomicU64>);

/// How long things take.
#[derive(Clone, Debug, Default)]
pub struct Histogram(Arc<Buckets>);

/// What took longer than the last bound has a bucket, too.
#[derive(Debug, Default)]
struct Buckets {
    counts: [AtomicU64; BOUNDS.len() + 1],
    micros: AtomicU64,
}

/// In milliseconds, and as it is shown.
const BOUNDS: [(u128, &str); 10] = [
    (1, "0.001"),
    (5, "0.005"),
    (10, "0.01"),
    (25, "0.025"),
    (50, "0.05"),
    (100, "0.1"),
    (250, "0.25"),
    (1_000, "1"),
    (2_500, "2.5"),
    (10_000, "10"),
];

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

    /// A new histogram of times under this name.
    #[must_use]
    pub fn histogram(&self, name: &'static str, help: &'static str, label: Label) -> Histogram {
        let histogram = Histogram::default();
        self.add(name, help, "histogram", (label, Figure::Histogram(histogram.clone())));
        histogram
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
                let label = format!("{label}=\"{value}\"");
                match figure {
                    Figure::Counter(Counter(count)) => {
                        writeln!(f, "{name}{{{label}}} {}", count.load(Relaxed))?;
                    }
                    Figure::Seconds(Seconds(micros)) => writeln!(f, "{name}{{{label}}} {}", seconds(micros))?,
                    Figure::Histogram(Histogram(buckets)) => {
                        let mut count = 0;
                        let bounds = BOUNDS.iter().map(|(_, shown)| *shown).chain(["+Inf"]);
                        for (bound, more) in bounds.zip(&buckets.counts) {
                            count += more.load(Relaxed);
                            writeln!(f, "{name}_bucket{{{label},le=\"{bound}\"}} {count}")?;
                        }
                        writeln!(f, "{name}_sum{{{label}}} {}", seconds(&buckets.micros))?;
                        writeln!(f, "{name}_count{{{label}}} {count}")?;
                    }
                }
            }
        }
        Ok(())
    }
}

fn seconds(micros: &AtomicU64) -> String {
    let micros = micros.load(Relaxed);
    format!("{}.{:06}", micros / 1_000_000, micros % 1_000_000)
}

fn micros(time: Duration) -> u64 {
    u64::try_from(time.as_micros()).unwrap_or(u64::MAX)
}

impl Histogram {
    /// Counts one more that took so long.
    pub fn add(&self, time: Duration) {
        let bucket = BOUNDS.iter().position(|(millis, _)| time.as_micros() <= millis * 1_000);
        self.0.counts[bucket.unwrap_or(BOUNDS.len())].fetch_add(1, Relaxed);
        self.0.micros.fetch_add(micros(time), Relaxed);
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
        self.0.store(micros(time), Relaxed);
    }
}
