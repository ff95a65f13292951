//! The words of a desk: what letters and documents are made of, and what the company has put in their place.

use crate::config::Config;
use crate::letter::templates::{self, Templates};
use crate::quote::sentences::{APPENDIX_FILE, QUOTE_FILE, Sentences};

/// The words of letters and documents: the built-in ones, and the company's own in their place.
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
        let own = |name: &str| std::fs::read_to_string(config.templates.join(name)).ok();
        let sentences = Sentences::with(config.house.lang, own).or_else(|why| {
            warnings.push(why.to_string());
            Sentences::built_in(config.house.lang)
        })?;
        Ok((DeskWords { templates, sentences }, warnings))
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
