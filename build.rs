//! Embedded folders: a file that is new in one of them makes the program be built again.

fn main() {
    println!("cargo::rerun-if-changed=providers");
    println!("cargo::rerun-if-changed=templates");
}
