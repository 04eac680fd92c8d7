//! Makes sure that the folder of the page's files exists, and rebuilds when it changes: its
//! hashed names are not known to the compiler before.

fn main() {
    let dist = std::path::Path::new("../dist");
    // without it there is nothing to embed, which the server says in a page of its own
    if let Err(error) = std::fs::create_dir_all(dist) {
        println!("cargo::warning=../dist cannot be made: {error}");
    }
    println!("cargo::rerun-if-changed=../dist");
}
