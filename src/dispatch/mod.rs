//! stub
use tokio_util::sync::CancellationToken;
#[derive(Clone)]
pub struct Dispatcher;
impl Dispatcher { pub async fn run(&self, _: CancellationToken) {} }
