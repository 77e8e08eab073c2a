//! Taking options out of an address, in both of its forms:
//! <https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNSTRING>. What can't be read is left to
//! tokio-postgres to complain of, and boundaries are where it sees them.

use percent_encoding::percent_decode_str;

/// Options by their names.
type Options = Vec<(&'static str, String)>;

/// The address without the options in `names`, and those that it had.
pub fn without(address: &str, names: &[&'static str]) -> (String, Options) {
    let is_url = ["postgres://", "postgresql://"].iter().any(|scheme| address.starts_with(scheme));
    if is_url { of_url(address, names) } else { of_words(address, names) }
}

fn of_url(url: &str, names: &[&'static str]) -> (String, Options) {
    // A password may hold question marks.
    let host = url.find('@').unwrap_or_default();
    let Some(begin) = url[host..].find('?').map(|at| host + at) else { return (url.to_owned(), Vec::new()) };
    let mut taken = Vec::new();
    let mut left = Vec::new();
    for pair in url[begin + 1..].split('&') {
        let option = pair.split_once('=').and_then(|(key, value)| {
            let key = percent_decode_str(key).decode_utf8_lossy();
            Some((*names.iter().find(|name| **name == key)?, value))
        });
        match option {
            Some((name, value)) => {
                taken.push((name, percent_decode_str(value).decode_utf8_lossy().into_owned()));
            }
            None => left.push(pair),
        }
    }
    (format!("{}?{}", &url[..begin], left.join("&")), taken)
}

fn of_words(words: &str, names: &[&'static str]) -> (String, Options) {
    let mut taken = Vec::new();
    let mut left = String::new();
    let mut rest = words;
    while let Some((key, value, length)) = word(rest) {
        match names.iter().find(|name| **name == key) {
            Some(name) => taken.push((*name, value)),
            None => left.push_str(&rest[..length]),
        }
        rest = &rest[length..];
    }
    (left + rest, taken)
}

/// The first `key = value`, and its length with the space around it.
fn word(words: &str) -> Option<(&str, String, usize)> {
    let (key, after) = words.split_once('=')?;
    let after = after.trim_start();
    let (value, length) = value(after)?;
    Some((key.trim(), value, words.len() - after.len() + length))
}

/// The value that a text begins with, and its length. Quotes hold it together, backslashes take letters as
/// they are.
fn value(text: &str) -> Option<(String, usize)> {
    let quoted = text.starts_with('\'');
    let mut value = String::new();
    let mut letters = text.char_indices().skip(usize::from(quoted));
    while let Some((at, letter)) = letters.next() {
        match letter {
            '\'' if quoted => return Some((value, at + 1)),
            '\\' => value.extend(letters.next().map(|(_, escaped)| escaped)),
            letter if letter.is_whitespace() && !quoted => return Some((value, at)),
            letter => value.push(letter),
        }
    }
    (!quoted).then_some((value, text.len()))
}

#[cfg(test)]
mod tests {
    use super::without;

    #[track_caller]
    fn split(address: &str, rest: &str, taken: &[(&str, &str)]) {
        let (left, found) = without(address, &["sslmode", "sslrootcert"]);
        let found: Vec<_> = found.iter().map(|(name, value)| (*name, value.as_str())).collect();
        assert_eq!((left.as_str(), &*found), (rest, taken));
    }

    #[test]
    fn takes_options_out_of_a_url() {
        split("postgres://me@host/db", "postgres://me@host/db", &[]);
        split("postgres://me@host/db?sslmode=require", "postgres://me@host/db?", &[("sslmode", "require")]);
        split(
            "postgresql://me:p?sslmode=x&%26%40@host/d%20b?connect_timeout=3&sslrootcert=%2Fa%20b+c&%73slmode=verify-ca&options=-c%20a%3Db",
            "postgresql://me:p?sslmode=x&%26%40@host/d%20b?connect_timeout=3&options=-c%20a%3Db",
            &[("sslrootcert", "/a b+c"), ("sslmode", "verify-ca")],
        );
        split("postgres:///db?host=/tmp&broken", "postgres:///db?host=/tmp&broken", &[]);
    }

    #[test]
    fn takes_options_out_of_words() {
        split("host=a sslmode=require user=b", "host=a user=b", &[("sslmode", "require")]);
        split(
            r"password='it\'s sslmode=no' sslrootcert = '/a b/\\c' host=x sslmode=verify\-ca",
            r"password='it\'s sslmode=no' host=x",
            &[("sslrootcert", r"/a b/\c"), ("sslmode", "verify-ca")],
        );
        split("sslmode=allow password='open", " password='open", &[("sslmode", "allow")]);
        split("nothing at all", "nothing at all", &[]);
    }
}
