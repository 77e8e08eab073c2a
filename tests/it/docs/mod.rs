//! What the pages say is so.

mod domain;
mod guide;
mod operations;
mod settings;

/// A fenced block of a page.
#[derive(Debug)]
pub struct Block {
    pub language: String,
    pub text: String,
    /// Where it begins, counted from 1.
    pub line: usize,
}

/// The fenced blocks of a page, in order.
pub fn blocks(page: &str) -> Vec<Block> {
    let (mut blocks, mut open) = (Vec::new(), None);
    for (number, line) in (1..).zip(page.lines()) {
        match (&mut open, line.trim_start().strip_prefix("```")) {
            (None, Some(language)) => {
                open = Some(Block { language: language.to_owned(), text: String::new(), line: number });
            }
            (Some(_), Some("")) => blocks.extend(open.take()),
            (Some(block), _) => {
                block.text.push_str(line);
                block.text.push('\n');
            }
            (None, None) => {}
        }
    }
    assert!(open.is_none(), "a block is never closed: {open:?}");
    blocks
}
