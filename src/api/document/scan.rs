//! One pass over the bytes, before any parser sees them: a parser descends at every bracket and allocates at
//! every token, this neither.

use std::ops::Range;

use super::limits::{Excess, Limits};

/// A token, or a comma, by its first byte, which tells enough here.
struct Token {
    first: u8,
    at: Range<usize>,
}

struct Tokens<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Iterator for Tokens<'_> {
    type Item = Token;

    fn next(&mut self) -> Option<Token> {
        loop {
            let rest = self.bytes.get(self.at..)?;
            let first = *rest.first()?;
            let run = |part: fn(u8) -> bool| rest.iter().position(|byte| !part(*byte)).unwrap_or(rest.len());
            let length = match first {
                b' ' | b'\t' | b'\r' | b'\n' => {
                    self.at += 1;
                    continue;
                }
                _ if rest.starts_with("\u{feff}".as_bytes()) => {
                    self.at += "\u{feff}".len();
                    continue;
                }
                b'#' => {
                    self.at += run(|byte| !matches!(byte, b'\n' | b'\r'));
                    continue;
                }
                b'"' if rest.starts_with(b"\"\"\"") => block_string(rest),
                b'"' => string(rest),
                b'-' | b'0'..=b'9' => run(|byte| byte.is_ascii_alphanumeric() || b"_+-.".contains(&byte)),
                b'_' | b'a'..=b'z' | b'A'..=b'Z' => run(|byte| byte.is_ascii_alphanumeric() || byte == b'_'),
                b'.' if rest.starts_with(b"...") => 3,
                _ => 1,
            };
            let at = self.at..(self.at + length).min(self.bytes.len());
            self.at = at.end;
            return Some(Token { first, at });
        }
    }
}

fn block_string(rest: &[u8]) -> usize {
    let mut end = 3;
    while end < rest.len() && !rest[end..].starts_with(b"\"\"\"") {
        end += if rest[end..].starts_with(b"\\\"\"\"") { 4 } else { 1 };
    }
    end + 3
}

fn string(rest: &[u8]) -> usize {
    let mut end = 1;
    while end < rest.len() && !matches!(rest[end], b'"' | b'\n' | b'\r') {
        end += if rest[end] == b'\\' { 2 } else { 1 };
    }
    end + 1
}

/// Whether a string ends on its line and has no escapes that do not exist.
fn is_whole(string: &[u8]) -> bool {
    if string.starts_with(b"\"\"\"") {
        return string.len() >= 6 && string.ends_with(b"\"\"\"");
    }
    let mut bytes = string.iter();
    while let Some(byte) = bytes.next() {
        if *byte == b'\\' && !bytes.next().is_some_and(|escape| b"\"\\/bfnrtu".contains(escape)) {
            return false;
        }
    }
    string.len() >= 2 && string.ends_with(b"\"")
}

/// What a scan finds.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Scanned {
    pub tokens: usize,
    /// What means nothing, and the parser does not read: descriptions of operations, fragments and variables, which
    /// the specification has since 2025, and commas, which it does not expect behind an alias.
    pub blanks: Vec<Range<usize>>,
    /// Where an argument or a field of an input has no value, which the parser leaves out without a word.
    pub valueless: Option<usize>,
}

/// An object inside of arguments, where `{` is no selection set.
const OBJECT: u8 = b'o';

/// Checks the limits that need no parser.
pub(super) fn scan(text: &str, limits: &Limits) -> Result<Scanned, Excess> {
    let bytes = text.as_bytes();
    let (mut tokens, mut open, mut deepest) = (0, Vec::new(), 0);
    let (mut last_token, mut last_bracket) = (None, None);
    let (mut before, mut named, mut valueless) = (0, None, None);
    let (mut maybe, mut blanks) = (None, Vec::new());
    for Token { first, at } in (Tokens { bytes, at: 0 }) {
        if first == b',' {
            blanks.push(at);
            continue;
        }
        tokens += 1;
        if tokens == limits.tokens + 1 {
            last_token = Some(at.start);
        }
        if let Some((depth, description)) = maybe.take() {
            let described = match depth {
                0 => matches!(&bytes[at.clone()], b"query" | b"mutation" | b"subscription" | b"fragment"),
                _ => first == b'$',
            };
            if described {
                blanks.push(description);
            }
        }
        if let Some(name) = named.take()
            && first != b':'
        {
            valueless = valueless.or(Some(name));
        }
        match first {
            b'{' | b'[' | b'(' => {
                let is_value = first == b'{' && matches!(open.last(), Some(b'(' | b'[' | &OBJECT));
                open.push(if is_value { OBJECT } else { first });
                if open.len() == limits.nesting + 1 && last_bracket.is_none() {
                    last_bracket = Some(at.start);
                }
                deepest = deepest.max(open.len());
            }
            b'}' | b']' | b')' => drop(open.pop()),
            // After these two stands the value of an argument or the default of a variable.
            b'"' if open.is_empty() || open == [b'('] && !matches!(before, b':' | b'=') => {
                maybe = is_whole(&bytes[at.clone()]).then_some((open.len(), at));
            }
            // A name that is not a value, a variable, a type or a directive.
            b'_' | b'a'..=b'z' | b'A'..=b'Z'
                if matches!(open.last(), Some(b'(' | &OBJECT)) && !b":$=@".contains(&before) =>
            {
                named = Some(at.start);
            }
            _ => {}
        }
        before = first;
    }
    Excess::check("tokens", limits.tokens, tokens, last_token)?;
    Excess::check("brackets inside one another", limits.nesting, deepest, last_bracket)?;
    // A description is known as such by what follows it.
    blanks.sort_unstable_by_key(|range| range.start);
    Ok(Scanned { tokens, blanks, valueless })
}

/// The text with spaces where these ranges are, so that everything else keeps its place.
pub(super) fn blank(text: &str, ranges: &[Range<usize>]) -> String {
    let mut rest = 0;
    let mut blanked = String::with_capacity(text.len());
    for range in ranges {
        blanked.push_str(&text[rest..range.start]);
        blanked.extend(text[range.clone()].bytes().map(|byte| if byte == b'\n' { '\n' } else { ' ' }));
        rest = range.end;
    }
    blanked + &text[rest..]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_tokens_and_brackets() {
        let limits = |tokens, nesting| Limits { tokens, nesting, ..Limits::default() };
        let text = "{ a(b: -1.5e3, c: \"}}}\") ...F # [[[\n d(e: \"\"\" \\\"\"\" {{ \"\"\") }";
        assert_eq!(scan(text, &limits(19, 2)).map(|found| found.tokens), Ok(19));
        assert_eq!(
            scan(text, &limits(18, 2)),
            Err(Excess { what: "tokens", most: 18, found: 19, offset: Some(text.len() - 1) })
        );
        assert_eq!(
            scan(text, &limits(19, 1)).map_err(|excess| (excess.found, excess.offset)),
            Err((2, Some(3)))
        );
        assert!(scan("\"\\", &limits(1, 0)).is_ok());
    }

    #[test]
    fn finds_descriptions_and_commas() {
        let text = "\"ä\", query A(\"b\" $a: String = \"c\", \"\"\"d\"\"\" $e: I @f(g: \"h\")) { i(j: \"k\", l: [\"m\" $e]) }";
        let found = scan(text, &Limits::default()).expect("it is small").blanks;
        let words: Vec<_> = found.iter().map(|range| &text[range.clone()]).collect();
        assert_eq!(words, ["\"ä\"", ",", "\"b\"", ",", "\"\"\"d\"\"\"", ","]);
        assert_eq!(blank(text, &found).len(), text.len());
        assert!(blank(text, &found).starts_with("      query A(    $a: String = \"c\" "));
    }

    #[test]
    fn finds_names_without_values() {
        for (text, place) in [
            ("query A($a: I! = {b: [C D], e: $f} @g(h: i)) { j(k: L, m: {n: [{o: P}]}) { q } r }", None),
            ("{ a(b c: 1) }", Some(4)),
            ("{ a(b: c d) }", Some(9)),
            ("{ a(b: $c d) }", Some(10)),
            ("{ a(b: [{c: 1 d}]) }", Some(14)),
            ("query($a: A = {b: 1 c}) { d @e(f: 1) }", Some(20)),
        ] {
            assert_eq!(scan(text, &Limits::default()).map(|found| found.valueless), Ok(place), "{text}");
        }
    }
}
