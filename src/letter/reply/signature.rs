//! A person's signature in the text itself, where no program has marked it; and what people add below their name, which is
//! no part of it: `TB: mục 3 bỏ ra giúp anh nhé`.

use unicode_normalization::UnicodeNormalization;

use super::firm;
use super::quoted::{self, bare};
use super::said::{Said, Sort, Word};
use super::words::{Firm, NEGATORS, POLITE};
use crate::money::typed::{Typed, amounts_in};
use crate::text::fold;

/// Bytes of a line that may be somebody's name and post.
const LONGEST: usize = 300;

/// The text without the writer's signature, which begins with a line that is their own name, or with their post above it;
/// and what of the signature may be none.
pub(super) fn without(text: &str, writer: &str) -> (String, Vec<String>) {
    let name = Name::of(writer);
    let lines: Vec<&str> = text.split('\n').collect();
    let mut kept: Vec<&str> = vec![];
    let mut unread = vec![];
    let mut rest = &lines[..];
    while let Some(at) = (0..rest.len()).find(|at| kept.len() + at > 0 && is_name(rest[*at], &name)) {
        let posts = rest[..at].iter().rev().take_while(|l| is_post(l) && !is_added(l)).count();
        let start = if kept.is_empty() { (at - posts).max(1) } else { at - posts };
        kept.extend(&rest[..start]);
        let below = &rest[at + 1..];
        rest = added(below, |l| is_added(l) || is_speech(l));
        unread.extend(doubtful(&below[..below.len() - rest.len()], |l| is_name(l, &name)));
    }
    kept.extend(rest);
    (kept.join("\n"), unread)
}

/// Lines that were cut off as a signature and are not plainly one: they are told back, that nothing is lost unseen.
pub(super) fn doubtful(cut: &[&str], is_own_name: impl Fn(&str) -> bool) -> Vec<String> {
    let own = cut.iter().take_while(|l| !quoted::ends(l));
    let doubtful = own.filter(|l| !bare(l).is_empty() && !is_own_name(l) && !is_plainly_signed(l));
    doubtful.map(|l| bare(l).to_string()).collect()
}

/// A name, a post, an address, a telephone, a link.
fn is_plainly_signed(line: &str) -> bool {
    const LABELS: &[&str] = &[
        "dia chi",
        "dc",
        "d/c",
        "tru so",
        "vp",
        "vpdd",
        "vpgd",
        "van phong",
        "chi nhanh",
        "hotline",
        "tel",
        "dt",
        "sdt",
        "dien thoai",
        "mobile",
        "mob",
        "phone",
        "m",
        "t",
        "p",
        "f",
        "e",
        "w",
        "a",
        "add",
        "address",
        "office",
        "fax",
        "mst",
        "ma so thue",
        "web",
        "website",
        "email",
        "mail",
        "zalo",
        "skype",
        "so",
        "tang",
        "toa nha",
        "lau",
        "lo",
        "stk",
    ];
    const PLACES: &[&str] =
        &["phường", "quận", "huyện", "đường", "phố", "ngõ", "hà nội", "hcm", "thành phố", "tp", "tầng", "tòa nhà"];
    // `@Lan xem …`
    let calls = line.split_whitespace().any(|w| w.starts_with('@'));
    let folded = fold(bare(line));
    let folded = folded.trim_start_matches(|c: char| !c.is_alphanumeric());
    let labelled = LABELS.iter().filter_map(|l| folded.strip_prefix(l)).any(|rest| {
        let rest = rest.trim_start();
        rest.starts_with([':', '.', '|']) || rest.starts_with(|c: char| c.is_ascii_digit())
    });
    let placed = line.chars().any(|c| c.is_ascii_digit()) && Said::new(line).has(PLACES);
    !calls && (may_sign(line) || labelled || placed || is_footer(folded))
}

/// `Hãy nghĩ đến môi trường trước khi in email này.` `If you are not the intended recipient, please notify the sender.`
fn is_footer(folded: &str) -> bool {
    const OF_RECIPIENTS: &[&str] =
        &["intended recipient", "received this", "notify the sender", "danh cho nguoi nhan", "nguoi nhan du dinh"];
    let says = |list: &[&str]| list.iter().any(|w| folded.contains(w));
    let prints = says(&["truoc khi in", "before print", "before you print"]);
    says(OF_RECIPIENTS) || (prints && says(&["mail", "thu", "moi truong", "environment", "think"]))
}

/// From the first line that was added below a signature: what no program's signature has in it, or what nobody's has.
pub(super) fn added<'a, 'b>(lines: &'b [&'a str], is: impl Fn(&str) -> bool) -> &'b [&'a str] {
    let found = lines.iter().position(|l| quoted::ends(l) || is(l));
    found.filter(|at| !quoted::ends(lines[*at])).map_or(&[], |at| &lines[at..])
}

/// A line that somebody says, rather than is: below a name or a bar that they typed themselves. A company's slogan may
/// sound like it, so where a program has marked the signature this is not asked.
pub(super) fn is_speech(line: &str) -> bool {
    const SAID: &[&str] = &[
        "thì",
        "chưa",
        "đừng",
        "khoan",
        "bỏ",
        "trừ",
        "không làm",
        "ko làm",
        "không cần",
        "ko cần",
        "không lấy",
        "không duyệt",
        "không gửi",
        "chỉ làm",
        "chỉ duyệt",
        "làm trước",
        "làm sau",
        "để sau",
        "bên khách",
        "khách xin",
        "khách muốn",
        "khách cần",
        "gửi khách",
        "hỏi khách",
        "đề nghị",
        "chiết khấu",
        "giảm giá",
        "giảm cho",
        "giảm xuống",
        "sửa",
        "cần",
        "nếu",
        "với điều kiện",
        "miễn là",
        "trước khi",
        "sau khi",
        "chờ",
        "đợi",
        "dừng",
        "hoãn",
        "nhớ",
        "gọi cho",
        "báo lại",
        "xem lại",
        "hỏi lại",
        "gửi lại",
        "gọi lại",
        "tính lại",
        "làm lại",
        "kiểm tra lại",
        "xác nhận lại",
        "trả lại",
        "thêm mục",
        "thêm phần",
        "giá chưa",
        "chỉ",
        "please",
        "remove",
        "do not",
        "don ' t",
        "don ’ t",
        "until",
        "if",
    ];
    if quoted::closes(line) {
        return false;
    }
    let said = Said::new(line);
    if is_wish(&said) || is_figure(&said) || is_firm(line, &said) {
        return true;
    }
    if line.contains(['@', '?']) || is_footer(&fold(line)) {
        return false;
    }
    let small = |w: &Word| matches!(w.typed.as_str(), "em" | "anh") && line.get(w.at.clone()) == Some(&w.typed);
    // With their diacritics alone: `Bo` and `Tru` begin names and addresses. In a line typed bare two words tell enough.
    let typed: Vec<&str> = said.words.iter().map(|w| w.typed.as_str()).collect();
    let says = |phrase: &&str| {
        let bare = !said.is_marked() && phrase.contains(' ');
        let phrase = if bare { fold(phrase) } else { phrase.to_string() };
        let phrase: Vec<&str> = phrase.split(' ').collect();
        let stands = |at: usize| match phrase[..] {
            // `Địa chỉ`, `Cần Thơ`, `Sửa chữa`, `Không dừng lại`
            ["chỉ"] => at == 0 || !matches!(typed[at - 1], "địa" | "chứng"),
            ["cần"] => !matches!(typed.get(at + 1), Some(&("thơ" | "giuộc"))),
            ["sửa"] => typed.get(at + 1) != Some(&"chữa"),
            ["dừng"] => at == 0 || typed[at - 1] != "không",
            _ => true,
        };
        typed.windows(phrase.len()).enumerate().any(|(at, w)| w == phrase && stands(at))
    };
    said.words.iter().any(small) || SAID.iter().any(says)
}

/// `KH đề nghị …`, `Khách chưa …`: what the customer wants. `Khách hàng là trung tâm` is a slogan, `Khách sạn` a place.
fn is_wish(said: &Said) -> bool {
    const WANT: &[&str] = &[
        "xin",
        "muốn",
        "cần",
        "đề nghị",
        "yêu cầu",
        "đòi",
        "chưa",
        "không",
        "ko",
        "chỉ",
        "báo",
        "bảo",
        "nói",
        "hẹn",
        "đồng ý",
        "sẽ",
        "đã",
    ];
    let first = said.words.iter().position(|w| w.sign().is_none()).unwrap_or(0);
    let next = said.words.get(first + 1);
    match said.longest_at(first, &["kh", "khách", "khách hàng", "bên kh", "bên khách", "phía khách", "customer", "client"])
    {
        Some(("khách hàng", taken)) => said.longest_at(first + taken, WANT).is_some(),
        Some(("khách", _)) => next.is_some_and(|w| w.sign().is_none() && !w.is("sạn")),
        Some((_, taken)) => said.words.get(first + taken).is_some_and(|w| w.sign().is_none()),
        None => false,
    }
}

/// `Giảm 5%`, `VAT 10`, `Server: 20tr`, `Giá chốt 50.000.000`: a figure of the kind that is asked for, not a telephone's.
fn is_figure(said: &Said) -> bool {
    const NUMBERS: &[&str] = &[
        "đt",
        "sđt",
        "điện thoại",
        "tel",
        "hotline",
        "phone",
        "mobile",
        "fax",
        "zalo",
        "mst",
        "mã số thuế",
        "stk",
        "tài khoản",
        "số đăng ký",
    ];
    let digits = |w: &Word| w.typed.chars().filter(char::is_ascii_digit).count();
    let rung = |w: &Word| (digits(w) >= 9 && w.typed.starts_with('0')) || matches!(w.typed.as_str(), "1800" | "1900");
    if said.has(NUMBERS) || said.words.iter().any(rung) || said.text.contains("+84") {
        return false;
    }
    let percent = said.words.windows(2).any(|w| is_number(&w[0]) && w[1].sign() == Some('%') && w[0].typed != "100");
    let taxed = said.has(&["vat", "gtgt", "thuế suất"]) && !said.words.iter().any(|w| digits(w) >= 6);
    let first = said.words.iter().position(|w| w.sign().is_none()).unwrap_or(0);
    let server = said.longest_at(first, &["server", "server riêng", "máy chủ", "máy chủ riêng"]);
    let server = server.and_then(|(_, taken)| said.words.get(first + taken)).is_some_and(|w| matches!(w.sign(), Some(':' | '=')));
    let money = amounts_in(said.text).into_iter().any(|(at, read)| match read {
        Typed::One { vnd, plain: true } => vnd >= 1_000_000 && vnd % 1000 == 0 && !said.text[at].starts_with('0'),
        Typed::One { vnd, plain: false } => vnd >= 1000,
        Typed::Missing | Typed::Wrong(_) | Typed::Free => false,
        Typed::About { .. } | Typed::Ambiguous(_) => true,
    });
    percent || taxed || server || money
}

/// A second answer below the first one's signature; or a bare `Không`.
fn is_firm(line: &str, said: &Said) -> bool {
    let decides = |act: Firm| !matches!(act, Firm::Plan | Firm::Progress | Firm::Signed | Firm::Paid | Firm::Status);
    firm::on_line(line).is_some_and(|hit| decides(hit.word.act))
        || (said.is_marked() && said.has(NEGATORS) && said.only(&[NEGATORS, POLITE]))
}

/// A line that nobody has in their signature: `TB: …`, `Nhưng …`, `mục 3 …`, `… nhé`.
pub(super) fn is_added(line: &str) -> bool {
    const MARKS: &[&str] = &["p/s", "p.s", "ps"];
    const SHORT: &[&str] = &["t/b", "t.b", "tb", "n/b", "n.b", "nb"];
    const OPENS: &[&str] = &[
        "nhưng",
        "tuy nhiên",
        "riêng",
        "à",
        "quên",
        "bổ sung",
        "ngoài ra",
        "nói thêm",
        "thêm nữa",
        "lưu ý",
        "chú ý",
        "btw",
        "but",
        "however",
        "except",
        "note",
    ];
    const ENDS: &[&str] = &["nhé", "nhe", "nhá", "nha", "nhen", "nghen", "ạ"];
    const ASKS: &[&str] = &["giúp anh", "giúp chị", "giúp em", "giúp mình"];
    if quoted::closes(line) {
        return false;
    }
    let folded = fold(bare(line));
    let folded = folded.trim_start_matches(|c: char| !c.is_alphanumeric());
    let after = |marks: &[&str]| marks.iter().find_map(|m| folded.strip_prefix(m)).map(|rest| rest.trim_start_matches('.'));
    if after(MARKS).is_some_and(|rest| !rest.starts_with(char::is_alphanumeric))
        || after(SHORT).is_some_and(|rest| rest.trim_start().starts_with([':', '-', '–']))
    {
        return true;
    }
    let said = Said::new(line);
    let proper = |at: usize| said.words.get(at).is_some_and(|w| w.title && w.typed == w.folded);
    let first = said.words.iter().position(|w| w.sign().is_none()).unwrap_or(0);
    let last = said.words.iter().rposition(|w| w.sign().is_none()).unwrap_or(0);
    // Typed bare, `Nhung` is somebody's name, and `Nha` the half of Nha Trang.
    let opens = said.longest_at(first, OPENS).is_some_and(|(word, _)| !(word == "nhưng" && proper(first)));
    let ends = last > first && !proper(last) && said.longest_at(last, ENDS).is_some();
    // `2: được, 8tr`
    let answers = matches!(&said.words[..], [no, sign, ..] if is_number(no) && no.typed.len() < 3 && matches!(sign.sign(), Some(':' | '=')));
    opens || ends || answers || said.has(ASKS) || names_item(&said)
}

/// `mục 3`, `hạng mục số 3`, `item 3`.
fn names_item(said: &Said) -> bool {
    said.words
        .windows(3)
        .any(|w| (w[0].is("mục") || w[0].is("item")) && (is_number(&w[1]) || (w[1].is("số") && is_number(&w[2]))))
        || matches!(said.words.last_chunk::<2>(), Some([word, no]) if (word.is("mục") || word.is("item")) && is_number(no))
}

fn is_number(word: &Word) -> bool {
    word.kind == Sort::Number
}

fn words(folded: &str) -> Vec<String> {
    folded.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).map(String::from).collect()
}

/// Somebody's name, word by word: folded, and by its marks.
struct Name {
    folded: Vec<String>,
    marks: Vec<Vec<char>>,
}

impl Name {
    fn of(writer: &str) -> Name {
        Name { folded: words(&fold(writer)), marks: words(&writer.to_lowercase()).iter().map(|w| marks(w)).collect() }
    }

    /// `Đừng`, `Dừng`, `Đúng` are not Dũng, though `Dung`, typed bare, is. A name that is kept bare tells no marks.
    fn is_another_word(&self, part: &str) -> bool {
        let bare = |word: &[char]| word.iter().all(char::is_ascii);
        let kept_bare = self.marks.iter().all(|w| bare(w));
        let typed = words(&part.to_lowercase());
        !kept_bare
            && typed.iter().any(|w| {
                let marks = marks(w);
                !bare(&marks) && self.folded.contains(&fold(w)) && !self.marks.contains(&marks)
            })
    }
}

/// A word's letters and marks, wherever the tone is put: `Hoà` and `Hòa` are one.
fn marks(word: &str) -> Vec<char> {
    let mut marks: Vec<char> = word.nfd().collect();
    marks.sort_unstable();
    marks
}

/// Is the line the writer's name: `Hùng`, `Mr. Lê Mạnh Hùng`, `Le Manh Hung (Mr.)`, `Hung Le | Sales`?
fn is_name(line: &str, name: &Name) -> bool {
    let (is_another_word, name) = (|part: &str| name.is_another_word(part), &name.folded[..]);
    let (Some(family), Some(given)) = (name.first(), name.last()) else { return false };
    if line.len() > LONGEST || is_added(line) {
        return false;
    }
    let whole = titled(words(&fold(line)));
    if whole == name || whole == [given.as_str()] {
        return !is_another_word(line);
    }
    let mut sorted = name.to_vec();
    sorted.sort_unstable();
    let full = |said: &[String]| {
        let mut all = said.to_vec();
        all.sort_unstable();
        said.len() > 1
            && (all == sorted
                || said == [given.as_str(), family.as_str()]
                || name.ends_with(said)
                || said == [family.as_str(), given.as_str()])
    };
    // Behind it stands a post, a telephone, or anything between bars and brackets.
    let post = |rest: &str| {
        let rest = rest.trim_start_matches(|c: char| !c.is_alphanumeric());
        is_post(rest) || !rest.contains(char::is_alphabetic)
    };
    (full(&whole) && !is_another_word(line))
        || line.char_indices().filter(|(_, c)| "|(/•·-–—,".contains(*c)).any(|(at, mark)| {
            let (said, rest) = line.split_at(at);
            if is_another_word(said) {
                return false;
            }
            let said = titled(words(&fold(said)));
            (full(&said) && (mark == '|' || mark == '(') && !is_speech(rest))
                || ((full(&said) || said == [given.as_str()]) && post(rest))
        })
}

/// Without `Mr.`, `Anh` … around a name.
fn titled(mut words: Vec<String>) -> Vec<String> {
    const TITLES: &[&str] = &["em", "anh", "chi", "mr", "ms", "mrs"];
    if words.len() > 1 && TITLES.contains(&words[0].as_str()) {
        words.remove(0);
    }
    if words.len() > 1 && words.last().is_some_and(|w| TITLES[3..].contains(&w.as_str())) {
        words.pop();
    }
    words
}

/// Does a line name a post or a place in a company, as people write them under or above their name, and nothing else?
fn is_post(line: &str) -> bool {
    /// What a post is for, written small.
    const AREAS: &[&str] = &[
        "kinh", "doanh", "ky", "thuat", "phat", "trien", "phan", "mem", "giai", "phap", "du", "an", "san", "pham", "khai", "khu",
        "vuc", "vung", "mien", "bac", "trung", "nam", "cham", "soc", "khach", "hang", "tu", "van", "ban", "he", "thong", "nhom",
        "phong", "bo", "truong", "va", "of", "and", "for", "the",
    ];
    const POSTS: &[&str] = &[
        "truong nhom",
        "truong phong",
        "truong ban",
        "truong bo phan",
        "pho phong",
        "pho giam doc",
        "pho tong giam doc",
        "giam doc",
        "tong giam doc",
        "nhan vien",
        "chuyen vien",
        "ky su",
        "ky thuat vien",
        "lap trinh vien",
        "tro ly",
        "phong",
        "ban kinh doanh",
        "bo phan",
        "khoi",
        "trung tam",
        "cong ty",
        "cty",
        "ctcp",
        "chi nhanh",
        "tap doan",
        "sales",
        "senior",
        "junior",
        "account",
        "business",
        "project",
        "product",
        "technical",
        "software",
        "head of",
        "team lead",
        "leader",
        "manager",
        "director",
        "developer",
        "engineer",
        "ceo",
        "cto",
        "coo",
    ];
    let folded = fold(bare(line));
    let Some(post) = POSTS.iter().filter(|p| folded.starts_with(**p)).max_by_key(|p| p.len()) else { return false };
    let rest = line.split_whitespace().skip(post.split(' ').count());
    let fits = |word: &str| {
        let letter = word.chars().find(|c| c.is_alphanumeric());
        letter.is_none_or(|c| c.is_uppercase() || c.is_ascii_digit())
            || words(&fold(word)).iter().all(|w| AREAS.contains(&w.as_str()))
    };
    !folded[post.len()..].starts_with(char::is_alphanumeric) && rest.into_iter().all(fits)
}

/// May a signature go on with this line, below a bar that only people type?
pub(super) fn may_sign(line: &str) -> bool {
    let line = bare(line);
    let mut capitals = line.split_whitespace().filter(|w| w.contains(char::is_alphabetic));
    let digits = line.chars().filter(char::is_ascii_digit).count();
    let named = line.split_whitespace().count() <= 6
        && capitals.all(|w| w.chars().find(|c| c.is_alphabetic()).is_some_and(char::is_uppercase));
    !is_speech(line)
        && !is_added(line)
        && (quoted::closes(line)
            || is_post(line)
            || named
            || digits >= 9
            || ["@", "www.", "http"].iter().any(|c| line.contains(c)))
}

#[cfg(test)]
#[path = "signature_tests.rs"]
mod tests;
