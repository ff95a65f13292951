//! A person's signature in the text itself, where no program has marked it; and what people add below their name, which is
//! no part of it: `TB: mục 3 bỏ ra giúp anh nhé`.

use super::quoted::{self, bare};
use super::said::{Said, Sort, Word};
use crate::text::fold;

/// Bytes of a line that may be somebody's name and post.
const LONGEST: usize = 300;

/// The text without the writer's signature: it begins with a line that is their own name, or with their post above it.
pub(super) fn without(text: &str, writer: &str) -> String {
    let name = words(&fold(writer));
    let lines: Vec<&str> = text.split('\n').collect();
    let mut kept: Vec<&str> = vec![];
    let mut rest = &lines[..];
    while let Some(at) = (0..rest.len()).find(|at| kept.len() + at > 0 && is_name(rest[*at], &name)) {
        let posts = rest[..at].iter().rev().take_while(|l| is_post(l) && !is_added(l)).count();
        let start = if kept.is_empty() { (at - posts).max(1) } else { at - posts };
        kept.extend(&rest[..start]);
        rest = added(&rest[at + 1..], |l| is_added(l) || is_speech(l));
    }
    kept.extend(rest);
    kept.join("\n")
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
    ];
    if line.contains(['@', '?']) || quoted::closes(line) {
        return false;
    }
    let said = Said::new(line);
    let small = |w: &Word| matches!(w.typed.as_str(), "em" | "anh") && line.get(w.at.clone()) == Some(&w.typed);
    // With their diacritics alone: `Bo` and `Tru` begin names and addresses.
    let typed: Vec<&str> = said.words.iter().map(|w| w.typed.as_str()).collect();
    let says = |phrase: &&str| {
        let phrase: Vec<&str> = phrase.split(' ').collect();
        typed.windows(phrase.len()).any(|w| w == phrase)
    };
    said.words.iter().any(small) || SAID.iter().any(says)
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

/// Is the line the writer's name: `Hùng`, `Mr. Lê Mạnh Hùng`, `Le Manh Hung (Mr.)`, `Hung Le | Sales`?
fn is_name(line: &str, name: &[String]) -> bool {
    let (Some(family), Some(given)) = (name.first(), name.last()) else { return false };
    if line.len() > LONGEST || is_added(line) {
        return false;
    }
    let whole = titled(words(&fold(line)));
    if whole == name || whole == [given.as_str()] {
        return true;
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
    full(&whole)
        || line.char_indices().filter(|(_, c)| "|(/•·-–—,".contains(*c)).any(|(at, mark)| {
            let (said, rest) = line.split_at(at);
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
mod tests {
    use super::*;

    #[test]
    fn a_signature_begins_with_its_writer_s_name_or_post() {
        for signature in [
            "Hùng",
            "em Hùng",
            "Mr. Hung",
            "Lê Mạnh Hùng",
            "LE MANH HUNG",
            "Le Manh Hung (Mr.)",
            "(Mr.) Hùng Lê",
            "Mạnh Hùng",
            "Lê Mạnh Hùng | Trưởng nhóm kinh doanh",
            "Lê Mạnh Hùng - Trưởng nhóm",
            "Lê Mạnh Hùng, Trưởng phòng Kinh doanh",
            "Hung Le / Sales Leader",
            "Mr.Hùng - 0900.000.002",
            "Hùng, trưởng nhóm kinh doanh miền Bắc",
            "Hùng (Mr.)",
            "Trưởng nhóm kinh doanh\nLê Mạnh Hùng",
            "Phòng Kinh doanh\nCông ty Cổ phần An Phát\nMr. Hùng",
        ] {
            let text = format!("DUYỆT\n{signature}\nĐịa chỉ: 12 phố Thử\nKhông ngừng đổi mới");
            assert_eq!(without(&text, "Lê Mạnh Hùng"), "DUYỆT", "{signature}");
        }
        for said in [
            "Hùng ơi xem lại",
            "Lê Mạnh Hùng bên khách muốn thế",
            "Lê Mạnh Hùng - mục 3 bỏ ra",
            "anh Hùng bên khách đã gọi",
            "Phòng kế toán bên khách hỏi",
            "Hùng (bên khách) chưa gọi",
            "Hùng, chuyển giám đốc",
            "Lê Mạnh Hùng (phần in bỏ ra)",
        ] {
            let text = format!("DUYỆT\n{said}");
            assert_eq!(without(&text, "Lê Mạnh Hùng"), text, "{said}");
        }
        assert_eq!(without("Hùng\nDUYỆT", "Lê Mạnh Hùng"), "Hùng\nDUYỆT", "not the first line");
        let above = "TRẢ LẠI: thiếu phương án\nSales hỏi lại khách\nGiám đốc bên khách muốn biết";
        assert_eq!(without(&format!("{above}\nHùng"), "Lê Mạnh Hùng"), above);
        assert_eq!(without("DUYỆT\nHùng", ""), "DUYỆT\nHùng");
    }

    #[test]
    fn what_is_added_below_a_name_stays() {
        for added in [
            "TB: khách chưa cần",
            "P/S: làm sau",
            "PS. làm sau",
            "P.S.: làm sau",
            "T/B - làm sau",
            "N.B: làm sau",
            "Lưu ý: làm sau",
            "À quên, làm sau",
            "Nhưng làm sau",
            "nhung lam sau",
            "2: làm sau",
            "(mục 3 làm sau)",
            "- Hạng mục số 3 làm sau",
            "muc 3",
            "Làm sau em nhé!",
            "Làm sau giúp anh",
        ] {
            let text = format!("Duyệt\nHùng\nTrưởng nhóm\n{added}\n\nLe Manh Hung (Mr.)\nĐT: 0900 000 000");
            assert_eq!(without(&text, "Lê Mạnh Hùng"), format!("Duyệt\n{added}\n"), "{added}");
        }
        for signature in [
            "Nhung Trần",
            "Nhung",
            "PSD Group",
            "TB Miền Bắc",
            "Trụ sở: 12 phố Thử, Nha Trang",
            "Tru so: 12 Nguyen Trai, Nha Trang, Khanh Hoa, Nha",
            "Lưu ý: Email này có thể chứa thông tin mật, chỉ dành cho người nhận.",
            "Không ngừng đổi mới",
            "M: 0912 345 678",
        ] {
            assert!(!is_added(signature) && !is_speech(signature), "{signature}");
        }
        for said in ["Phần server thì vội", "Không làm phần in", "BỎ IN PHIẾU", "Chuyển em nhé ngay", "Bên khách xin hóa đơn"]
        {
            assert!(is_speech(said), "{said}");
        }
        for signature in [
            "NGUYỄN THỊ ANH",
            "E: anh.le@anphat.example",
            "Bo phan CSKH",
            "Trụ sở chính",
            "Chăm sóc khách hàng",
            "Bạn đã dùng thử chưa?",
            "Không ngừng đổi mới",
            "Địa chỉ: 12 phố Thử",
        ] {
            assert!(!is_speech(signature), "{signature}");
        }
    }
}
