//! SQLite's driver works on threads of its own, and takes what only a damaged file or damaged memory says for impossible: it
//! panics. By then the rows that it has not read are gone, and whoever asked is told that there are no more, or waits for
//! ever. A desk that believed it would answer a submission twice. So the process ends before anybody hears: as by a crash,
//! which loses nothing, and the next start compares what it reads by ([`super::tables`]).

use std::sync::Once;

/// As the driver names its threads.
const THREADS: &str = "sqlx-sqlite-worker";

/// From now on a panic of the driver ends the process with status 2.
pub(super) fn end_with_it() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            before(panic);
            if std::thread::current().name().is_some_and(|name| name.starts_with(THREADS)) {
                eprintln!(
                    "quotedesk: SQLite's driver fell over what stands in the store, which is damaged, in its file or in this \
                     machine's memory. It stops here, before anything is decided by it; nothing is lost. quotedesk check says \
                     more; where it finds nothing, look at the machine's memory and start the daemon again"
                );
                std::process::exit(2);
            }
        }));
    });
}
