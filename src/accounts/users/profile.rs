//! What an account may say of itself.

use crate::{
    db::Conn,
    kernel::{AccountId, Code, Fault, Refusal, Refusals, at},
};

use super::store;

const LONGEST_EMAIL: usize = 254;
const LONGEST_NAME: usize = 80;
const LONGEST_BIO: usize = 2000;

/// Checks what people write into a profile.
#[derive(Debug)]
pub struct Profile;

impl Profile {
    pub fn username(text: &str) -> Result<String, Refusal> {
        let letter = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-';
        if (3..=30).contains(&text.len()) && text.bytes().all(letter) {
            return Ok(text.to_owned());
        }
        refuse("username", "A username has 3 to 30 letters from a to z, digits, `_` and `-`.")
    }

    /// Whether a mailbox exists, only a message tells; here it is about slips of the pen.
    pub fn email(text: &str) -> Result<String, Refusal> {
        let text = text.trim();
        let plain = |part: &str| {
            !part.is_empty() && !part.chars().any(|letter| letter.is_whitespace() || letter.is_control())
        };
        let dotted = |domain: &str| domain.split('.').all(|label| !label.is_empty());
        match text.split_once('@') {
            Some((local, domain))
                if text.len() <= LONGEST_EMAIL
                    && plain(local)
                    && plain(domain)
                    && !domain.contains('@')
                    && dotted(domain) =>
            {
                Ok(text.to_owned())
            }
            _ => refuse("email", "This is not an email address."),
        }
    }

    pub fn display_name(text: &str) -> Result<String, Refusal> {
        let text = text.trim();
        if text.is_empty() || text.chars().count() > LONGEST_NAME || text.chars().any(char::is_control) {
            return refuse("displayName", "A display name is one line of 1 to 80 characters.");
        }
        Ok(text.to_owned())
    }

    pub fn bio(text: &str) -> Result<String, Refusal> {
        let odd = |letter: char| letter.is_control() && !matches!(letter, '\n' | '\r' | '\t');
        if text.chars().count() > LONGEST_BIO || text.chars().any(odd) {
            return refuse("bio", "A bio has at most 2,000 characters, and no control characters.");
        }
        Ok(text.to_owned())
    }

    /// Refuses what another account has. Whoever is quicker between this look and the writing is found by the
    /// constraints of the table.
    pub async fn untaken(
        conn: &mut Conn,
        refusals: &mut Refusals,
        username: Option<&str>,
        email: Option<&str>,
        by: Option<AccountId>,
    ) -> Result<(), Fault> {
        if username.is_none() && email.is_none() {
            return Ok(());
        }
        let (has_username, has_email) = store::taken(conn, username, email, by).await?;
        if has_username {
            refusals.add(Refusal::input(Code::Taken, at("username"), "This username is taken."));
        }
        if has_email {
            refusals.add(Refusal::input(Code::Taken, at("email"), "This email address is taken."));
        }
        Ok(())
    }
}

fn refuse<T>(field: &'static str, message: &str) -> Result<T, Refusal> {
    Err(Refusal::input(Code::Invalid, at(field), message))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn usernames_are_plain() {
        for good in ["abc", "A-b_9", "x".repeat(30).as_str()] {
            assert!(Profile::username(good).is_ok(), "{good}");
        }
        for bad in ["", "ab", "a b", "zoë", " abc", "abc\n", "x".repeat(31).as_str()] {
            assert!(Profile::username(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn email_addresses_look_like_ones() {
        for good in ["a@b", "first.last+tag@mail.example.org", " o'neill@example.org ", "łukasz@przykład.pl"]
        {
            assert!(Profile::email(good).is_ok(), "{good}");
        }
        for bad in ["", "a", "@b", "a@", "a@b@c", "a b@c", "a@b c", "a@b..c", "a@.b", "a\0@b"] {
            assert!(Profile::email(bad).is_err(), "{bad:?}");
        }
    }
}
