//! Documents: what is answered, and what is refused.

mod answered;
mod bombs;
mod cases;
mod fuzz;
mod hostile;
mod planned;
mod refused;
mod rules;
