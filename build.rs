//! The migrations are embedded by a macro, which does not see a file that is added.

fn main() {
    println!("cargo:rerun-if-changed=migrations");
}
