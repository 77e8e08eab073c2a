//! Random documents, by seeds: whatever comes, the pipeline answers, and always the same.
//!
//! `SOUK_FUZZ` says how many; `SOUK_FUZZ_SEED` from which seed on.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

use souk::{
    api::{Audience, Documents, Limits},
    graphql::check_scalar,
};

use super::cases::{BAD, GOOD, VARIABLES};

/// Few enough for every run of the tests.
const USUAL: u64 = 1_500;

/// Whole tokens that are put anywhere.
const SOUP: &[&str] = &[
    "{",
    "}",
    "(",
    ")",
    "[",
    "]",
    ":",
    "=",
    "!",
    "|",
    "&",
    "@",
    "$",
    "...",
    "query",
    "mutation",
    "subscription",
    "fragment",
    "on",
    "true",
    "false",
    "null",
    "0",
    "-1",
    "1.5",
    "1e3",
    "99999999999",
    "\"\"",
    "\"\\u{1F600}\"",
    "\"\\uD83D\"",
    "\"\"\"b # {\\\"\"\" \"\"\"",
    "viewer",
    "products",
    "node",
    "nodes",
    "id",
    "ids",
    "first",
    "filter",
    "tags",
    "User",
    "Query",
    "Node",
    "Entity",
    "Product",
    "ProductFilter",
    "ProductConnection",
    "Int",
    "ID",
    "Boolean",
    "__typename",
    "__schema",
    "__type",
    "types",
    "fields",
    "skip",
    "include",
    "if",
    "nope",
    "F",
    "a",
    "ä",
    "\u{7}",
    "%",
];

/// What stands between tokens and means nothing.
const NOTHING: &[&str] = &[" ", "\n", "\r\n", "\t", ",", ", ,", "#\n", " # } \"\"\" ä {\n", "\u{feff}"];

pub struct Dice(pub u64);

impl Dice {
    /// The next number below this one, by `SplitMix64`.
    pub fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        usize::try_from((mixed ^ (mixed >> 31)) % end.max(1) as u64).expect("it is below a usize")
    }

    fn pick<'a>(&mut self, list: &[&'a str]) -> &'a str {
        list[self.below(list.len())]
    }
}

/// The tokens of a document that is well formed.
fn tokens(text: &str) -> Vec<&str> {
    let (mut rest, mut found) = (text, Vec::new());
    while let Some(first) = rest.chars().next() {
        let word = |part: fn(char) -> bool| rest.find(|letter| !part(letter)).unwrap_or(rest.len());
        let length = match first {
            '#' => word(|letter| letter != '\n'),
            '"' if rest.starts_with("\"\"\"") => end_of(rest, "\"\"\"", "\\\"\"\""),
            '"' => end_of(rest, "\"", "\\\""),
            '.' if rest.starts_with("...") => 3,
            '_' | 'a'..='z' | 'A'..='Z' | '0'..='9' | '-' => {
                word(|letter| letter.is_ascii_alphanumeric() || "_-+.".contains(letter))
            }
            _ => first.len_utf8(),
        };
        let (token, next) = rest.split_at(length);
        if !(first == '#' || first == ',' || first == '\u{feff}' || first.is_whitespace()) {
            found.push(token);
        }
        rest = next;
    }
    found
}

fn end_of(rest: &str, quote: &str, escape: &str) -> usize {
    let mut at = quote.len();
    while at < rest.len() && !rest[at..].starts_with(quote) {
        at += if rest[at..].starts_with(escape) {
            escape.len()
        } else {
            rest[at..].chars().next().map_or(1, char::len_utf8)
        };
    }
    (at + quote.len()).min(rest.len())
}

/// A document with some tokens changed, or one of random tokens.
fn write(dice: &mut Dice, corpus: &[&'static str]) -> Vec<&'static str> {
    if dice.below(10) == 0 {
        return (0..=dice.below(40)).map(|_| dice.pick(SOUP)).collect();
    }
    let mut document = tokens(dice.pick(corpus));
    for _ in 0..dice.below(4) {
        let at = dice.below(document.len());
        match dice.below(6) {
            0 if !document.is_empty() => drop(document.remove(at)),
            1 if !document.is_empty() => document.insert(at, document[at]),
            2 if !document.is_empty() => {
                let other = dice.below(document.len());
                document.swap(at, other);
            }
            3 if !document.is_empty() => document[at] = dice.pick(SOUP),
            4 => document.extend(tokens(dice.pick(corpus))),
            _ => document.insert(at, dice.pick(SOUP)),
        }
    }
    document
}

/// What is said of a text: nothing, or codes and messages.
type Verdict = Result<(), Vec<(String, String)>>;

/// The same without the words of the parser, which may quote a space.
fn meaning(verdict: Verdict) -> Verdict {
    verdict.map_err(|mut told| {
        if told.iter().any(|(code, _)| code.contains("PARSE_FAILED")) {
            told.truncate(1);
            told[0].1.clear();
        }
        told
    })
}

fn verdict(documents: &Documents, text: &str) -> Verdict {
    let prepared = documents.prepare(Audience::Public, text).map_err(|errors| {
        assert!((1..=20).contains(&errors.len()), "{} errors", errors.len());
        let code = |error: &async_graphql::ServerError| {
            error.extensions.as_ref().and_then(|it| it.get("code")).expect("errors have codes").to_string()
        };
        errors.iter().map(|error| (code(error), error.message.clone())).collect::<Vec<_>>()
    })?;
    // Variables may be missing, and there may be several operations; either is told.
    if let Err(errors) = prepared.runnable(None, serde_json::Map::new()) {
        let told = |message: &str| message.starts_with('$') || message.contains("operation");
        assert!(errors.iter().all(|error| told(&error.message)), "accepted, but no request: {errors:?}");
    }
    Ok(())
}

/// A number that the environment gives, or the usual one.
pub fn number(name: &str, usual: u64) -> u64 {
    std::env::var(name).map_or(usual, |text| text.parse().unwrap_or_else(|_| panic!("{name} is no number")))
}

#[test]
fn every_document_gets_one_answer() {
    let (count, seed) = (number("SOUK_FUZZ", USUAL), number("SOUK_FUZZ_SEED", 1));
    // Without strings, what is wrong can't reach over the tokens behind it.
    let bad = BAD.iter().map(|(_, text)| *text).filter(|text| !text.contains('"'));
    let good = GOOD.iter().map(|(_, text)| *text).chain(VARIABLES.iter().map(|(_, text, ..)| *text));
    let corpus: Vec<&'static str> = good.chain(bad).collect();
    let sdl = souk::api::sdl();
    // Two, as one that has seen a document does not look at it again.
    let [one, other] = [(); 2].map(|()| Documents::new(&sdl, &sdl, Limits::default(), check_scalar));
    let (mut accepted, mut refused) = (0, 0);
    for seed in seed..seed + count {
        let mut dice = Dice(seed);
        let document = write(&mut dice, &corpus);
        let text = document.join(" ");
        let spaced = document.iter().fold(String::new(), |text, token| text + token + dice.pick(NOTHING));
        // Without a part of it, there is no saying what the rest means.
        let (from, to) = (dice.below(text.len()), dice.below(text.len()));
        let torn = text.chars().enumerate().filter(|(at, _)| !(from..to).contains(at));
        let torn: String = torn.map(|(_, letter)| letter).collect();
        let checked = catch_unwind(AssertUnwindSafe(|| {
            let found = verdict(&one, &text);
            assert_eq!(found, verdict(&other, &text), "another time");
            assert_eq!(
                meaning(found.clone()),
                meaning(verdict(&other, &spaced)),
                "with other spaces: {spaced:?}"
            );
            assert_eq!(verdict(&one, &torn), verdict(&other, &torn), "another time: {torn:?}");
            found
        }));
        match checked {
            Ok(Ok(())) => accepted += 1,
            Ok(Err(_)) => refused += 1,
            Err(panicked) => {
                eprintln!("at SOUK_FUZZ_SEED={seed}: {text:?}");
                resume_unwind(panicked)
            }
        }
    }
    assert!(accepted > count / 20 && refused > count / 5, "{accepted} accepted, {refused} refused");
}
