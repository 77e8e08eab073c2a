//! Byte offsets as lines and columns.

use async_graphql::Pos;

/// Finds the line and the column of a byte of a text. A column counts characters, not bytes.
#[derive(Debug)]
pub(super) struct Lines {
    starts: Vec<u32>,
    /// The bytes that only go on with a character.
    inner: Vec<u32>,
}

impl Lines {
    pub fn of(text: &str) -> Self {
        let mut lines = Self { starts: vec![0], inner: Vec::new() };
        let mut bytes = text.bytes().zip(0..).peekable();
        while let Some((byte, at)) = bytes.next() {
            match byte {
                b'\r' if bytes.peek().is_some_and(|(next, _)| *next == b'\n') => {}
                b'\n' | b'\r' => lines.starts.push(at + 1),
                0x80..=0xBF => lines.inner.push(at),
                _ => {}
            }
        }
        lines
    }

    /// The position of a byte.
    pub fn position(&self, offset: usize) -> Pos {
        let offset = u32::try_from(offset).unwrap_or(u32::MAX);
        let line = self.starts.partition_point(|start| *start <= offset);
        let start = self.starts[line - 1];
        let inner = |until: u32| self.inner.partition_point(|at| *at < until);
        Pos { line, column: (offset - start) as usize + 1 - (inner(offset) - inner(start)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_characters_and_every_kind_of_line_end() {
        let text = "{ä b\n c\r\nd\re";
        let lines = Lines::of(text);
        let at = |needle: char| {
            let pos = lines.position(text.find(needle).expect("it is there"));
            (pos.line, pos.column)
        };
        assert_eq!([at('{'), at('b'), at('c'), at('d'), at('e')], [(1, 1), (1, 4), (2, 2), (3, 1), (4, 1)]);
        assert_eq!(lines.position(1_000).line, 4);
    }
}
