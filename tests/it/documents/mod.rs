//! Documents: what is answered, and what is refused.

mod answered;
mod cases;
mod refused;
mod rules;
