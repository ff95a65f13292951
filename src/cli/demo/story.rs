//! The case that the demo plays: `templates/demo/story.toml`.

use std::collections::BTreeMap;

use anyhow::Context;
use chrono::{DateTime, FixedOffset};
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Story {
    pub steps: Vec<Step>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    pub title: String,
    pub scenes: Vec<Scene>,
}

/// One thing that somebody sends in.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scene {
    pub at: DateTime<FixedOffset>,
    pub who: String,
    pub does: String,
    pub send: Send,
    #[serde(default)]
    pub file: Option<String>,
    #[serde(default)]
    pub to: Option<String>,
    #[serde(default)]
    pub subject: Option<String>,
    #[serde(default)]
    pub text: String,
    #[serde(default)]
    pub attach: Option<String>,
    /// The state that it leads to.
    pub then: String,
    /// Form cells as typed, by field name.
    #[serde(default)]
    pub fields: BTreeMap<String, String>,
    /// Rows of the item table as typed, by column; found again by their number `stt`.
    #[serde(default)]
    pub items: Vec<BTreeMap<String, String>>,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Send {
    /// A mail of one's own.
    Mail,
    /// The answer to the last mail that the desk sent to this person.
    Reply,
    /// The workbook that came with that mail, filled in.
    Form,
}

pub fn story() -> anyhow::Result<Story> {
    toml::from_str(include_str!("../../../templates/demo/story.toml")).context("the demo's story")
}
