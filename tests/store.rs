//! The store on SQLite keeps its promises.

mod suite;

use std::path::PathBuf;

use quotedesk::store::{StateUrl, Store};
use suite::{Place, promises};

struct Folder(tempfile::TempDir);

impl Folder {
    fn new() -> Folder {
        // A name that a URL has to be careful with.
        Folder(tempfile::Builder::new().prefix("bàn báo giá #1? 100% ").tempdir().unwrap())
    }
    fn path(&self) -> PathBuf {
        self.0.path().join("state")
    }
}

impl Place for Folder {
    async fn open(&self) -> Store {
        Store::open(&StateUrl::Folder(self.path())).await.unwrap()
    }
}

macro_rules! promises {
    ($($name:ident),*) => {$(
        #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
        async fn $name() {
            promises::$name(&Folder::new()).await;
        }
    )*};
}

promises!(committed_is_kept, all_or_nothing, many_at_once, lists_and_due, effects_in_order, doubt_once, verified_and_rebuilt);
