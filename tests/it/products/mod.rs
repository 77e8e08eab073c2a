//! Products: made, changed, seen, listed and found.

mod changes;
mod crowded;
mod filters;
mod pages;
mod search;
mod sight;
