//! The fuzzer: one target of `targets/`, named by `QUOTEDESK_TARGET`. Built and started by `fuzz/run`.
#![no_main]

#[path = "../targets/mod.rs"]
mod targets;

use std::path::Path;
use std::sync::OnceLock;

use targets::{TARGETS, Target};

libfuzzer_sys::fuzz_target!(init: begin(), |bytes: &[u8]| {
    if let Err(why) = targets::run(target(), bytes) {
        eprintln!("{}: {why}", target().0);
        std::process::abort();
    }
});

/// The library ends the process at every panic; those that the desk itself catches are none.
fn begin() {
    std::panic::set_hook(Box::new(|why| {
        if std::env::var_os("RUST_BACKTRACE").is_some() {
            eprintln!("{why}\n{}", std::backtrace::Backtrace::force_capture());
        }
    }));
    if let Some(folder) = std::env::var_os("QUOTEDESK_SEEDS") {
        for (n, seed) in (target().2)().into_iter().enumerate() {
            std::fs::write(Path::new(&folder).join(format!("seed-{n:02}")), seed).expect("a folder for the seeds");
        }
        std::process::exit(0);
    }
}

fn target() -> &'static Target {
    static TARGET: OnceLock<&Target> = OnceLock::new();
    TARGET.get_or_init(|| {
        let name = std::env::var("QUOTEDESK_TARGET").unwrap_or_default();
        TARGETS.iter().find(|t| t.0 == name).unwrap_or_else(|| panic!("no target {name:?}"))
    })
}
