//! Passwords: what is a good one, and hashing that can't take the whole machine.

use std::{sync::Arc, thread::available_parallelism, time::Duration};

use tokio::{sync::Semaphore, task::spawn_blocking, time::timeout};
use zxcvbn::{Score, zxcvbn};

use crate::kernel::Fault;

const SHORTEST: usize = 12;
/// bcrypt looks at no more.
const LONGEST: usize = 72;
/// How long one waits for the others' hashes before being told to come back. It lies below the deadline of a
/// request.
const PATIENCE: Duration = Duration::from_secs(5);

/// Whether this may become a password. What is known of its owner makes it no stronger.
///
/// # Errors
/// What is wrong with it, for people.
pub fn check_password(password: &str, known: &[&str]) -> Result<(), String> {
    if password.len() < SHORTEST {
        return Err(format!("A password has at least {SHORTEST} characters. A few words make a good one."));
    }
    if password.len() > LONGEST {
        return Err(format!("A password has at most {LONGEST} bytes, as many as plain letters."));
    }
    if password.chars().any(char::is_control) {
        return Err("A password has no control characters.".to_owned());
    }
    let known: Vec<_> = known.iter().copied().chain(["souk"]).collect();
    if zxcvbn(password, &known).score() < Score::Three {
        return Err("This password is easy to guess. A few unrelated words make a good one.".to_owned());
    }
    Ok(())
}

/// Hashes in a pool that leaves a core for everyone else.
#[derive(Clone, Debug)]
pub struct Hasher {
    cost: u32,
    /// A hash of nothing anyone knows. It is verified where there is no account, which takes the same time.
    nobody: Arc<str>,
    turns: Arc<Semaphore>,
}

impl Hasher {
    pub fn new(cost: u32) -> Self {
        let cores = available_parallelism().map_or(1, usize::from);
        // A salt and a hash of zeros.
        let nobody = format!("$2b${cost:02}${}", ".".repeat(53)).into();
        Self { cost, nobody, turns: Arc::new(Semaphore::new(cores.saturating_sub(1).max(1))) }
    }

    /// The hash under which a password is stored.
    pub async fn hash(&self, password: &str) -> Result<String, Fault> {
        // What the crate has against cutting off counts a closing zero and leaves room for 71.
        if password.len() > LONGEST {
            return Err(Fault::broken("a password is longer than bcrypt looks at"));
        }
        let (cost, password) = (self.cost, password.to_owned());
        self.run(move || bcrypt::hash(password, cost)).await?.map_err(Fault::broken)
    }

    /// Whether the password is the one with this hash. Without a hash it never is, in the same time.
    pub async fn verify(&self, password: &str, hash: Option<&str>) -> Result<bool, Fault> {
        // No stored password is longer, but the time must not tell whether there is an account.
        let known = hash.is_some() && password.len() <= LONGEST;
        let (password, hash) = (password.to_owned(), hash.unwrap_or(&self.nobody).to_owned());
        let same = self.run(move || bcrypt::verify(password, &hash)).await?.map_err(Fault::broken)?;
        Ok(same && known)
    }

    /// Whether this may become a password; guessing takes time, too.
    pub async fn check(&self, password: &str, known: &[&str]) -> Result<Result<(), String>, Fault> {
        let password = password.to_owned();
        let known: Vec<_> = known.iter().map(ToString::to_string).collect();
        self.run(move || check_password(&password, &known.iter().map(String::as_str).collect::<Vec<_>>()))
            .await
    }

    async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, Fault> {
        let turn = timeout(PATIENCE, Arc::clone(&self.turns).acquire_owned())
            .await
            .map_err(|_| Fault::Unavailable("too many passwords are being hashed".into()))?
            .map_err(Fault::broken)?;
        // The turn ends with the work, not with the request, which may be gone before.
        spawn_blocking(move || {
            let done = work();
            drop(turn);
            done
        })
        .await
        .map_err(Fault::broken)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_must_be_long_and_hard_to_guess() {
        assert_eq!(check_password("souk-demo-2026", &["customer"]), Ok(()));
        assert_eq!(check_password("correct horse battery", &[]), Ok(()));
        for bad in [
            "",
            "Tr0ub4dor&3",
            "passwordpassword",
            "aaaaaaaaaaaaaaaa",
            "123456789012",
            "tab\tin the middle of it",
        ] {
            assert!(check_password(bad, &[]).is_err(), "{bad:?}");
        }
        assert!(check_password(&"é".repeat(37), &[]).is_err(), "74 bytes");
        assert!(check_password("wilhelmina-grub", &["wilhelmina-grub"]).is_err(), "known of the owner");
    }

    #[tokio::test]
    async fn hashes_verify_and_nobody_never_does() {
        let hasher = Hasher::new(4);
        let hash = hasher.hash("correct horse battery").await.expect("it fits");
        let verify = async |password: &str, hash| hasher.verify(password, hash).await.ok();
        assert_eq!(verify("correct horse battery", Some(&*hash)).await, Some(true));
        assert_eq!(verify("correct horse batterx", Some(&*hash)).await, Some(false));
        assert_eq!(verify("correct horse battery", None).await, Some(false));
        assert_eq!(verify(&"x".repeat(100), Some(&*hash)).await, Some(false));
        let longest = "x".repeat(LONGEST);
        let hash = hasher.hash(&longest).await.expect("it just fits");
        assert_eq!(verify(&longest, Some(&*hash)).await, Some(true));
        assert!(hasher.hash(&(longest + "x")).await.is_err());
    }
}
