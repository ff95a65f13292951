//! Text as people compare it.
pub fn fold(text: &str) -> String {
    text.to_lowercase()
}
