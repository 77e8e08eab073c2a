//! JSON strings, which are most of an answer.

use rust_decimal::Decimal;

use super::Text;

impl Text {
    /// A string.
    pub fn string(&mut self, text: &str) {
        if !is_plain(text.as_bytes()) {
            return self.json(text);
        }
        self.json.reserve(text.len() + 2);
        self.raw(b"\"");
        self.raw(text.as_bytes());
        self.raw(b"\"");
    }

    /// A decimal number as a string.
    pub fn decimal(&mut self, number: Decimal) {
        let mut digits = itoa::Buffer::new();
        let digits = digits.format(number.mantissa().unsigned_abs()).as_bytes();
        let scale = number.scale() as usize;
        let (whole, part) = digits.split_at(digits.len().saturating_sub(scale));
        self.raw(if number.is_sign_negative() && !number.is_zero() { b"\"-" } else { b"\"" });
        self.raw(if whole.is_empty() { b"0" } else { whole });
        if scale > 0 {
            self.raw(b".");
            self.json.resize(self.json.len() + scale - part.len(), b'0');
            self.raw(part);
        }
        self.raw(b"\"");
    }
}

/// Whether nothing of a text has to be escaped: <https://www.rfc-editor.org/rfc/rfc8259#section-7>.
fn is_plain(text: &[u8]) -> bool {
    fn are_plain(bytes: &[u8]) -> bool {
        // Without an end before all are seen, so that the processor can look at them together.
        let escaped = |byte: &u8| u8::from(matches!(byte, 0..b' ' | b'"' | b'\\'));
        bytes.iter().fold(0, |found, byte| found | escaped(byte)) == 0
    }
    let (portions, rest) = text.as_chunks::<32>();
    portions.iter().all(|portion| are_plain(portion)) && are_plain(rest)
}

#[cfg(test)]
mod tests {
    use rust_decimal::Decimal;

    use super::Text;

    #[test]
    fn writes_decimals_as_they_are_printed() {
        for number in [
            "0",
            "0.00",
            "5",
            "-5",
            "0.05",
            "-0.05",
            "12.50",
            "-1234567.89",
            "100",
            "79228162514264337593543950335",
        ] {
            let number = Decimal::from_str_exact(number).unwrap_or_else(|error| panic!("{error}"));
            let mut text = Text::default();
            text.decimal(number);
            assert_eq!(String::from_utf8_lossy(&text.json), format!("\"{number}\""));
        }
    }

    #[test]
    fn escapes_what_has_to_be() {
        let long = "x".repeat(40);
        for inner in ["", "ü", "\"", "\\", "\n", "\u{1f}", "\u{7f}", "日本"] {
            for text in [inner.to_owned(), format!("{long}{inner}"), format!("{inner}{long}{inner}{long}")] {
                let mut written = Text::default();
                written.string(&text);
                assert_eq!(String::from_utf8_lossy(&written.json), serde_json::json!(text).to_string());
            }
        }
    }
}
