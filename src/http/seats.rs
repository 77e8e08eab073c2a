//! How many of what lasts one client may hold at a time.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use crate::{
    accounts::ClientInfo,
    kernel::{AccountId, Caller},
};

/// Who is counted: an account, or an address where nobody is signed in.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Holder {
    /// An account.
    Account(AccountId),
    /// Visitors from an address.
    Address(String),
}

impl Holder {
    pub fn of(caller: Option<&Caller>, client: &ClientInfo) -> Self {
        caller.map_or_else(|| Self::Address(client.origin()), |caller| Self::Account(caller.account))
    }
}

/// The seats that are taken. Clones share them.
#[derive(Clone, Debug)]
pub struct Seats {
    taken: Arc<Mutex<HashMap<Holder, usize>>>,
    per_account: usize,
    per_address: usize,
}

impl Seats {
    /// No seat is taken yet, and each holder may have so many.
    #[must_use]
    pub fn new(per_account: usize, per_address: usize) -> Self {
        Self { taken: Arc::default(), per_account, per_address }
    }

    /// A seat, if the holder has not as many as there may be.
    pub fn take(&self, holder: Holder) -> Option<Seat> {
        let most = match holder {
            Holder::Account(_) => self.per_account,
            Holder::Address(_) => self.per_address,
        };
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        let count = taken.entry(holder.clone()).or_default();
        if *count >= most {
            return None;
        }
        *count += 1;
        Some(Seat { holder, seats: self.clone() })
    }

    /// How many are taken.
    pub fn count(&self) -> usize {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner).values().sum()
    }
}

/// A seat, free again when this is dropped.
#[derive(Debug)]
pub struct Seat {
    holder: Holder,
    seats: Seats,
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut taken = self.seats.taken.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = taken.get_mut(&self.holder) {
            *count -= 1;
            if *count == 0 {
                taken.remove(&self.holder);
            }
        }
    }
}
