//! stub
use crate::letter::reply::NewText;
pub struct Limits { pub bytes: u64 }
impl Default for Limits { fn default() -> Self { Limits { bytes: 1 } } }
#[derive(Clone, Debug)]
pub struct Attachment { pub name: String, pub bytes: Vec<u8>, pub inline: bool }
#[derive(Clone, Debug)]
pub struct Message { pub text: NewText, pub attachments: Vec<Attachment>, pub from: Option<String>, pub to: Vec<String>, pub cc: Vec<String>, pub subject: String, pub message_id: Option<String>, pub references: Vec<String> }
pub fn parse(_: &[u8], _: &Limits) -> Result<Message, String> { Err(String::new()) }
pub fn identity(_: &[u8]) -> String { String::new() }
pub fn bare_subject(s: &str) -> String { s.to_string() }
