//! Where a request comes from.

use std::net::{IpAddr, Ipv6Addr};

const LONGEST_AGENT: usize = 200;

/// Where a request comes from, as far as signing in needs to know it.
#[derive(Clone, Debug)]
pub struct ClientInfo {
    /// The address of the client, or of what stands for it.
    pub address: IpAddr,
    /// What program it says to be.
    pub user_agent: Option<String>,
}

impl ClientInfo {
    /// The address as clients are counted by it: a household has a whole /64 of IPv6.
    #[must_use]
    pub fn origin(&self) -> String {
        match self.address.to_canonical() {
            IpAddr::V4(address) => address.to_string(),
            IpAddr::V6(address) => {
                let [a, b, c, d, ..] = address.segments();
                format!("{}/64", Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
            }
        }
    }

    /// The program's name as sessions show it.
    pub(super) fn agent(&self) -> Option<String> {
        let agent = self.user_agent.as_deref()?;
        Some(agent.chars().filter(|letter| !letter.is_control()).take(LONGEST_AGENT).collect())
    }
}
