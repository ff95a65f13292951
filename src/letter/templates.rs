//! The pages of all letters: built in, and replaced by files of the same name in the desk's `templates/` folder.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, LazyLock};

use tera::{Context, ErrorKind, Kwargs, State, StringInput, Tera, Value};

use super::markup;
use crate::calendar::say;
use crate::money::{format, words};
use crate::process::house::Lang;
use crate::process::letters::Kind;

macro_rules! built_in {
    ($($name:literal)*) => { &[$(($name, include_str!(concat!("../../templates/", $name)))),*] };
}

/// Shared pages by name, as they lie in `templates/`.
const SHARED: &[(&str, &str)] = built_in!("base.html" "items.html" "facts.html" "checks.html" "answers.html");

/// For mails that have to leave whatever is wrong with a desk's own templates: it takes the place of none.
const PLAIN: (&str, &str) = ("plain.html", include_str!("../../templates/plain.html"));

/// One page a letter and language.
const LETTERS: &[(&str, &str)] = built_in!(
    "vi/whose-case.html" "en/whose-case.html"
    "vi/need.html" "en/need.html"
    "vi/form-problems.html" "en/form-problems.html"
    "vi/review.html" "en/review.html"
    "vi/clarify.html" "en/clarify.html"
    "vi/rejected.html" "en/rejected.html"
    "vi/feedback.html" "en/feedback.html"
    "vi/conflict.html" "en/conflict.html"
    "vi/nothing-feasible.html" "en/nothing-feasible.html"
    "vi/recalled.html" "en/recalled.html"
    "vi/completing.html" "en/completing.html"
    "vi/pricing.html" "en/pricing.html"
    "vi/quote.html" "en/quote.html"
    "vi/quote-to-customer.html" "en/quote-to-customer.html"
    "vi/quote-runs-out.html" "en/quote-runs-out.html"
    "vi/quote-withdrawn.html" "en/quote-withdrawn.html"
    "vi/contracting.html" "en/contracting.html"
    "vi/scheduling.html" "en/scheduling.html"
    "vi/planned.html" "en/planned.html"
    "vi/progress.html" "en/progress.html"
    "vi/closed.html" "en/closed.html"
    "vi/reopened.html" "en/reopened.html"
    "vi/question.html" "en/question.html"
    "vi/answered.html" "en/answered.html"
    "vi/comment.html" "en/comment.html"
    "vi/corrected.html" "en/corrected.html"
    "vi/reminder.html" "en/reminder.html"
    "vi/late.html" "en/late.html"
    "vi/escalation.html" "en/escalation.html"
    "vi/receipt.html" "en/receipt.html"
    "vi/confirm.html" "en/confirm.html"
    "vi/refused.html" "en/refused.html"
    "vi/not-understood.html" "en/not-understood.html"
    "vi/status.html" "en/status.html"
    "vi/unreached.html" "en/unreached.html"
);

/// Follows the line that mailboxes show beside the subject, so that they do not go on with what stands below it: joiners
/// that no client draws, with spaces that none of them folds.
pub(super) const PADDING: &str = "\u{34f}\u{200c}\u{a0}";

/// What a page may name. Handed to every letter, empty where it does not apply; a replaced template that names
/// anything else is refused when it is loaded.
pub const VARIABLES: &[&str] = &[
    "actor",
    "advice",
    "answered_before",
    "answers",
    "ask",
    "asked",
    "asked_back",
    "below",
    "beside_tech",
    "by_hand",
    "called_off",
    "case",
    "cell_notes",
    "change",
    "checks",
    "closed",
    "commented",
    "company",
    "corrected",
    "cskh",
    "differences",
    "director",
    "due",
    "due_how",
    "events",
    "facts",
    "footer",
    "form_note",
    "found",
    "free",
    "guess",
    "held_open",
    "items",
    "known_before",
    "lacking",
    "lang",
    "leader",
    "marked",
    "milestone",
    "mine",
    "missing",
    "needs_server",
    "news",
    "note",
    "odd_plan",
    "overdue",
    "own_checks",
    "pass_on",
    "plan",
    "plan_gone",
    "plan_moved",
    "preheader",
    "priced",
    "problems",
    "proposed",
    "question",
    "quote",
    "reason",
    "receipt",
    "renumbered",
    "requote",
    "reworked",
    "role",
    "sales",
    "server_example",
    "server_span",
    "signed",
    "stands_in",
    "state",
    "t",
    "text",
    "to",
    "to_be_approved",
    "told_again",
    "turn",
    "turn_called",
    "unfiled",
    "unpaid",
    "wish",
    "withdrawn",
];

/// All pages of a desk, checked.
#[derive(Clone)]
pub struct Templates {
    /// With the desk's own files.
    own: Arc<Tera>,
}

/// A letter as its page gives it.
pub struct Page {
    /// The first line.
    pub ask: String,
    pub html: String,
    pub text: String,
}

static BUILT_IN: LazyLock<Arc<Tera>> = LazyLock::new(|| {
    let mut tera = Tera::new();
    tera.autoescape_on(vec![".html"]);
    tera.register_filter("lines", lines);
    tera.register_filter("money", money);
    tera.register_filter("words", in_words);
    tera.register_filter("date", date);
    // The tests render every page; a page that does not parse cannot leave the house.
    let loaded = tera.add_raw_templates(built_in().chain([PLAIN]));
    debug_assert!(loaded.is_ok(), "{loaded:?}");
    Arc::new(tera)
});

/// The built-in pages by name (`vi/review.html`): what `init` lays down to be changed.
pub fn built_in() -> impl Iterator<Item = (&'static str, &'static str)> {
    SHARED.iter().chain(LETTERS).copied()
}

impl Templates {
    /// Is none of them the desk's own?
    pub fn are_built_in(&self) -> bool {
        Arc::ptr_eq(&self.own, &BUILT_IN)
    }
}

impl Default for Templates {
    fn default() -> Self {
        Templates { own: BUILT_IN.clone() }
    }
}

impl Templates {
    /// The built-in pages with those files of a folder in place of theirs that are sound. What is wrong with the others
    /// comes back as warnings in English, one each; a folder that is not there is an empty one.
    pub fn load(folder: &Path) -> (Templates, Vec<String>) {
        let mut warnings = Vec::new();
        let mut own = Vec::new();
        for (name, _) in built_in() {
            match own_file(folder, name) {
                Ok(source) => own.extend(source.map(|source| (name.to_string(), source))),
                // A folder that is shut is one thing, not one for each page.
                Err(why) if warnings.contains(&why) => {}
                Err(why) => warnings.push(why),
            }
        }
        let (templates, broken) = Templates::with(own);
        warnings.extend(broken);
        (templates, warnings)
    }

    /// The built-in pages with these in place of theirs, each checked: it parses, and names nothing unknown.
    pub fn with(own: impl IntoIterator<Item = (String, String)>) -> (Templates, Vec<String>) {
        let mut all = BUILT_IN.clone();
        let mut warnings = Vec::new();
        for (name, source) in own {
            let mut tried = Tera::clone(&all);
            let added = tried.add_raw_template(&name, &source).map_err(|why| told(&name, &why));
            match added.and_then(|()| unknown(&tried, &name, &source)) {
                Ok(()) => all = Arc::new(tried),
                Err(why) => warnings.push(why),
            }
        }
        (Templates { own: all }, warnings)
    }

    /// Renders a letter. A page of the desk's own that fails on these values gives way to the built-in one, with a
    /// warning in English.
    pub(super) fn page(
        &self,
        kind: Kind,
        lang: Lang,
        dear: &str,
        values: Context,
    ) -> Result<(Page, Option<String>), tera::Error> {
        if self.are_built_in() {
            return Ok((render(&BUILT_IN, kind, lang, dear, values)?, None));
        }
        let sound = self.own.render_block(&name(kind, lang), "subject", &values);
        sound.and_then(|_| render(&self.own, kind, lang, dear, values.clone())).map(|page| (page, None)).or_else(|why| {
            let warning = told(&name(kind, lang), &why);
            Ok((render(&BUILT_IN, kind, lang, dear, values)?, Some(warning)))
        })
    }

    /// What a letter of this kind asks, as its subject says it.
    pub(super) fn subject(&self, kind: Kind, lang: Lang, values: &Context) -> Result<String, tera::Error> {
        let block = self.own.render_block(&name(kind, lang), "subject", values);
        block
            .or_else(|_| BUILT_IN.render_block(&name(kind, lang), "subject", values))
            .map(|s| markup::text(&s).trim().to_string())
    }
}

/// The HTML of a mail that is a few paragraphs and belongs to no case, in the built-in dress: `subject` is its title.
pub fn plain(lang: Lang, subject: &str, paragraphs: &[&str]) -> String {
    let mut values = Context::new();
    values.insert("lang", code(lang));
    values.insert("subject", subject);
    values.insert("paragraphs", paragraphs);
    // The first is the greeting.
    values.insert("preheader", paragraphs.get(1).or(paragraphs.first()).unwrap_or(&subject));
    values.insert("t", &BTreeMap::from([("padding", PADDING.repeat(80))]));
    values.insert("ask", subject);
    for empty in ["receipt", "form_note", "answers", "by_hand", "footer"] {
        values.insert(empty, "");
    }
    let page = BUILT_IN.render(PLAIN.0, &values);
    debug_assert!(page.is_ok(), "{page:?}");
    page.map_or_else(|_| String::new(), |page| markup::styled(&page))
}

fn code(lang: Lang) -> &'static str {
    if lang == Lang::Vi { "vi" } else { "en" }
}

pub fn name(kind: Kind, lang: Lang) -> String {
    format!("{}/{}.html", code(lang), kind.name())
}

/// `dear`: the greeting, which the line that mailboxes show beside the subject has no room for.
fn render(tera: &Tera, kind: Kind, lang: Lang, dear: &str, mut values: Context) -> Result<Page, tera::Error> {
    let name = name(kind, lang);
    let ask = markup::text(&tera.render_block(&name, "ask", &values)?).trim().replace('\n', " ");
    values.insert("ask", &ask);
    values.insert("preheader", &ungreeted(&ask, dear));
    let page = tera.render(&name, &values)?;
    Ok(Page { ask, html: markup::styled(&page), text: markup::text(&page) })
}

/// `Kính gửi anh Trí, nhờ anh duyệt …` as `Nhờ anh duyệt …`.
fn ungreeted(ask: &str, dear: &str) -> String {
    let rest = ask.strip_prefix(dear).map(|rest| rest.trim_start_matches([',', ' '])).filter(|rest| !rest.is_empty());
    let mut letters = rest.unwrap_or(ask).chars();
    letters.next().map_or(String::new(), |first| first.to_uppercase().chain(letters).collect())
}

fn unknown(tera: &Tera, name: &str, source: &str) -> Result<(), String> {
    let named = tera.get_template_variables(name).map_err(|why| told(name, &why))?;
    let mut unknown: Vec<&str> = named.into_iter().filter(|v| !VARIABLES.contains(v)).collect();
    unknown.sort_unstable();
    let Some(first) = unknown.first() else { return Ok(()) };
    let line = 1 + source.lines().position(|line| line.contains(first)).unwrap_or_default();
    Err(format!("template {name}, line {line}: unknown {}; known are {}", unknown.join(", "), VARIABLES.join(", ")))
}

/// What is wrong with a page, and where: in it, or in one that it takes in.
fn told(name: &str, why: &tera::Error) -> String {
    if let ErrorKind::SyntaxError(at) | ErrorKind::RenderingError(at) = why.kind() {
        let page = if at.filename().is_empty() { name } else { at.filename() };
        return format!("template {page}, line {}: {}", at.span().start_line, at.message().replace('\n', " "));
    }
    // Of a page that others build upon, tera tells all of theirs that does not fit any more, as `error: …` and ` --> file:line:column`.
    let report = why.to_string();
    let (first, rest) = report.split_once('\n').unwrap_or((&report, ""));
    let at = rest.lines().next().and_then(|line| line.trim().strip_prefix("--> ")?.rsplit_once(':')?.0.rsplit_once(':'));
    let by = at.map_or_else(String::new, |(page, line)| format!(", for {page}, line {line}"));
    format!("template {name}{by}: {}", first.trim_start_matches("error: "))
}

/// The company's own file of this name, where there is one.
///
/// # Errors
/// Why it cannot be read; where its whole folder cannot be, in the same words for each file.
pub fn own_file(folder: &Path, name: &str) -> Result<Option<String>, String> {
    let file = folder.join(name);
    let why = match std::fs::read_to_string(&file) {
        Ok(source) => return Ok(Some(source)),
        Err(why) if why.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(why) => why,
    };
    match [folder, file.parent().unwrap_or(folder)].into_iter().find_map(|place| Some((place, place.read_dir().err()?))) {
        Some((place, why)) => Err(format!("{}: {why}; let the daemon's user read the folder", place.display())),
        None => Err(format!("template {name}: {why}")),
    }
}

/// Line ends as `<br>`, everything else escaped.
fn lines(text: StringInput, _: Kwargs, state: &State) -> tera::TeraResult<Value> {
    Ok(Value::safe_string(&text.rendered(state)?.replace('\n', "<br>")))
}

/// `1.500.000 đ`; `{{ x | money(lang="en") }}`.
fn money(vnd: i64, args: Kwargs, _: &State) -> tera::TeraResult<String> {
    let english = args.get::<&str>("lang")? == Some("en");
    Ok(if english { format::with_unit_en(vnd) } else { format::with_unit(vnd) })
}

/// `Một triệu năm trăm nghìn đồng chẵn`.
fn in_words(vnd: i64, args: Kwargs, _: &State) -> tera::TeraResult<String> {
    let said = match args.get::<&str>("lang")? {
        Some("en") => words::amount_in_english(vnd),
        _ => words::amount_in_words(vnd, &words::Style::default()),
    };
    Ok(said.unwrap_or_else(|| format::with_unit(vnd)))
}

/// An ISO date with its weekday: `thứ Sáu, 28/06/2024`.
fn date(iso: &str, args: Kwargs, _: &State) -> tera::TeraResult<String> {
    let lang = if args.get::<&str>("lang")? == Some("en") { say::Lang::En } else { say::Lang::Vi };
    let day: chrono::NaiveDate = iso.parse().map_err(|_| tera::Error::message(format!("`{iso}` is no ISO date")))?;
    Ok(say::date(day, lang))
}
