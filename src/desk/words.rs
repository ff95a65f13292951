//! The words of a desk: what letters and documents are made of, and what the company has put in their place.

use std::collections::BTreeMap;

use super::documents::{self, Fault};
use super::render;
use crate::config::Config;
use crate::letter::compose::Context;
use crate::letter::sample;
use crate::letter::templates::{self, Templates};
use crate::process::case::State;
use crate::process::house::House;
use crate::process::letters::Kind;
use crate::quote::sentences::{APPENDIX_FILE, QUOTE_FILE, Sentences};

/// What becomes of a letter whose page is broken.
pub const INSTEAD: &str = "; the built-in one takes its place";

/// The words of letters and documents: the built-in ones, and the company's own in their place.
#[derive(Clone)]
pub struct DeskWords {
    pub templates: Templates,
    pub sentences: Sentences,
}

impl DeskWords {
    /// Those of a config, with what is wrong with the company's own files: the built-in ones take their place.
    ///
    /// # Errors
    /// Where the built-in ones are broken: a fault of the program.
    pub fn load(config: &Config) -> Result<(DeskWords, Vec<String>), crate::quote::Error> {
        let (templates, mut warnings) = Templates::load(&config.templates);
        let mut own = BTreeMap::new();
        for name in [QUOTE_FILE, APPENDIX_FILE] {
            match templates::own_file(&config.templates, name) {
                Ok(source) => drop(own.insert(name, source)),
                Err(why) if warnings.contains(&why) => {}
                Err(why) => warnings.push(why),
            }
        }
        let own = |name: &str| own.get(name).cloned().flatten();
        let (sentences, broken) = Sentences::with(config.house.lang, own)?;
        warnings.extend(broken.into_iter().map(|why| format!("template {why}")));
        Ok((DeskWords { templates, sentences }, warnings))
    }

    /// What shows only once letters and papers are made: each is, of the sample case, in the house of this desk.
    pub fn tried(&self, house: &House) -> Vec<String> {
        let mut found: Vec<String> = Vec::new();
        // One place in a page that many letters take in is told once.
        let mut tell = |why: String| {
            let place = |why: &str| why.split(": ").next().map(str::to_owned);
            if !found.iter().any(|told| place(told) == place(&why)) {
                found.push(why);
            }
        };
        let sample_house = sample::house(house);
        let problems = sample::problems();
        // By itself, and as the answer to a submission.
        let letters = Kind::ALL.into_iter().flat_map(|kind| [(kind, false), (kind, true)]);
        for (kind, answer) in letters.filter(|_| !self.templates.are_built_in()) {
            let (letter, events, case) = sample::scene(kind, &sample_house);
            let context =
                Context { answer, problems: &problems, ..sample::context(&case, &events, &sample_house, &self.templates) };
            match render::composed(&letter, &context, &case, &self.sentences) {
                Ok(composed) => composed.warning.into_iter().for_each(|why| tell(format!("{why}{INSTEAD}"))),
                Err(why) => tell(why.to_string()),
            }
        }
        // Whose names the customer must not read.
        let people = sample_house.people.iter().chain(&house.people).cloned().collect();
        let house = House { people, ..sample_house.clone() };
        let case = sample::case(State::Contracting, &house);
        let papers = [
            ("quote", documents::quote_file(&case, &house, &self.sentences, 2)),
            ("appendix", documents::appendix_file(&case, &house, &self.sentences, sample::now())),
        ];
        for (paper, fault) in papers.into_iter().filter_map(|(paper, made)| Some((paper, made.err()?))) {
            match fault {
                Fault::Leak { leaks, .. } => {
                    tell(format!("each {paper} would be held back, for it shows what is internal: {leaks}"))
                }
                Fault::Unmade { why, .. } => tell(why),
                // By the sample's own words.
                Fault::HeldBack { .. } => {}
            }
        }
        found
    }

    /// Files of the company's own that take the place of none: a name that is misspelt is found by nobody else.
    pub fn strays(folder: &std::path::Path) -> Vec<String> {
        let known: Vec<&str> = templates::built_in().map(|(name, _)| name).chain([QUOTE_FILE, APPENDIX_FILE]).collect();
        let mut strays = Vec::new();
        for within in ["", "vi/", "en/"] {
            for entry in folder.join(within).read_dir().into_iter().flatten().flatten() {
                let name = format!("{within}{}", entry.file_name().to_string_lossy());
                let is_template = [".html", ".toml"].iter().any(|end| name.ends_with(end));
                if is_template && !known.contains(&name.as_str()) {
                    strays.push(name);
                }
            }
        }
        strays.sort();
        strays
    }
}
