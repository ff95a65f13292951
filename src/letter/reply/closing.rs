//! Lines that programs and companies put around what a person writes: banners, bars, regards, pictures, disclaimers.

use crate::text::fold;

/// A line without the marks that clients put around it.
pub(super) fn bare(line: &str) -> &str {
    line.trim_matches(|c: char| c.is_whitespace() || c == '*' || c == '\u{feff}' || c == '\u{200b}')
}

pub(super) fn is_bar(line: &str) -> bool {
    matches!(line, "--" | "—" | "– –") || (line.len() >= 3 && line.chars().all(|c| c == '_' || c == '-' || c == '='))
}

pub(super) fn is_banner(line: &str) -> bool {
    let folded = fold(bare(line));
    let folded = folded.trim_start_matches(['[', '!', '⚠', ' ']);
    [
        "external]",
        "external email",
        "caution:",
        "canh bao: email",
        "canh bao] ",
        "warning: external",
        "this message originated",
        "email tu ben ngoai",
    ]
    .iter()
    .any(|b| folded.starts_with(b))
}

/// A picture as programs name it in plain text: `[cid:image001.png@01DC5F7A]`, `[image: Logo]<https://…>`.
pub(super) fn is_picture(line: &str) -> bool {
    const BEGIN: &[&str] = &["cid:", "image:", "hinh anh:", "inline image", "signature_"];
    const HOLD: &[&str] = &["automatically generated", "generated content", "duoc tao tu dong"];
    const FILES: &[&str] = &[".png", ".jpg", ".gif"];
    bracketed(line).is_some_and(|inner| {
        let inner = fold(inner);
        // `Logo khách mới, bỏ mục 3` and `xem mau.png, bỏ mục 3` are a person's words.
        let names = |most: usize| inner.split_whitespace().count() <= most && !inner.contains([',', ';']);
        let logo = inner.starts_with("logo") && names(6) && !inner.contains(|c: char| c.is_ascii_digit());
        let file = FILES.iter().any(|p| inner.contains(p)) && names(1);
        BEGIN.iter().any(|p| inner.starts_with(p)) || HOLD.iter().any(|p| inner.contains(p)) || logo || file
    })
}

/// What stands between the brackets of a line that has nothing else, but for a link.
pub(super) fn bracketed(line: &str) -> Option<&str> {
    let (inner, behind) = bare(line).strip_prefix('[')?.split_once(']')?;
    (behind.trim().is_empty() || behind.trim_start().starts_with("<http")).then_some(inner)
}

/// Does a signature, a client's own line or a disclaimer begin here?
pub(super) fn closes(line: &str) -> bool {
    let line = bare(line);
    if is_bar(line) || ends(line) {
        return true;
    }
    let folded = fold(line);
    let words = folded.trim_matches(|c: char| !c.is_alphanumeric());
    const REGARDS: &[&str] = &[
        "tran trong",
        "tran trong kinh chao",
        "tran trong cam on",
        "xin tran trong cam on",
        "tran trong./",
        "kinh thu",
        "kinh chao",
        "than ai",
        "than men",
        "than chao",
        "best regards",
        "kind regards",
        "warm regards",
        "regards",
        "thanks & regards",
        "thanks and regards",
        "thanks & best regards",
        "thanks and best regards",
        "many thanks & best regards",
        "best",
        "sincerely",
        "yours sincerely",
        "best wishes",
        "br",
        "brgds",
        "cheers",
        "cam on va tran trong",
        "tks & br",
        "thanks & br",
        "xin cam on va tran trong",
        "cam on & tran trong",
        "best & regards",
        "tks & brgds",
        "with best regards",
    ];
    if REGARDS.contains(&words) {
        return true;
    }
    is_of_a_program(line, words)
}

/// What mail programs name themselves, or what they run on.
const DEVICES: &[&str] = &[
    "iphone",
    "ipad",
    "galaxy",
    "samsung",
    "android",
    "blackberry",
    "outlook",
    "yahoo",
    "mail for windows",
    "thu cho windows",
    "dien thoai",
    "huawei",
    "xiaomi",
    "oppo",
    "gmail",
    "mobile device",
    "mobile phone",
    "phone cua",
    "thiet bi di dong",
    "workspace",
    "bluemail",
    "zalo",
    "proton",
    "htc",
];

/// `Được gửi từ iPhone của tôi`, `Get Outlook for iOS`.
fn is_of_a_program(line: &str, words: &str) -> bool {
    const CLIENTS: &[&str] = &[
        "duoc gui tu",
        "gui tu",
        "sent from",
        "get outlook for",
        "tai outlook",
        "lay outlook",
        "get bluemail",
        "sent via",
        "da gui tu",
    ];
    let begins = words.chars().count() <= 70 && CLIENTS.iter().any(|c| words.starts_with(c));
    begins && DEVICES.iter().any(|d| words.contains(d)) && !words.contains(',') && only_names_it(line, words)
}

/// Behind `gửi từ` stands nothing but names: `Đã gửi từ Zalo cho khách hôm qua` is a person's sentence.
fn only_names_it(line: &str, words: &str) -> bool {
    const BESIDE: &[&str] = &[
        "cua",
        "toi",
        "minh",
        "em",
        "anh",
        "chi",
        "cho",
        "danh",
        "tren",
        "ung",
        "dung",
        "thu",
        "may",
        "tinh",
        "bang",
        "dien",
        "thoai",
        "thiet",
        "bi",
        "di",
        "dong",
        "mail",
        "for",
        "on",
        "my",
        "app",
        "smartphone",
        "thong",
        "phone",
        "mobile",
        "device",
        "windows",
        "ios",
    ];
    let Some((_, names)) = words.split_once("gui tu ") else { return true };
    let begin = line.split_whitespace().count().saturating_sub(names.split_whitespace().count());
    let shouted = !line.contains(char::is_lowercase);
    line.split_whitespace().skip(begin).all(|typed| {
        let folded = fold(typed);
        let word = folded.trim_matches(|c: char| !c.is_alphanumeric());
        let named = !shouted && typed.starts_with(char::is_uppercase) || typed.contains(|c: char| c.is_ascii_digit());
        let plain = word.is_empty() || BESIDE.contains(&word) || DEVICES.contains(&word);
        !typed.ends_with([':', ';', '?']) && (named || plain)
    })
}

/// Is this line, and all below it, a company's or a gateway's: a disclaimer, a seal?
pub(super) fn ends(line: &str) -> bool {
    let line = bare(line);
    if line.starts_with("-----BEGIN PGP SIGNATURE") {
        return true;
    }
    let folded = fold(line);
    let words = folded.trim_matches(|c: char| !c.is_alphanumeric());
    const DISCLAIMERS: &[&str] = &[
        "email nay va",
        "thu nay va",
        "e-mail nay va",
        "thu dien tu nay",
        "thong tin trong email",
        "thong tin trong thu",
        "noi dung email nay",
        "noi dung trong email nay",
        "this e-mail",
        "this email and any",
        "this email is",
        "this email may",
        "this message and any",
        "this message is",
        "this message contains",
        "the information contained in",
        "the information in this",
        "confidentiality",
        "confidential:",
        "disclaimer",
        "tuyen bo mien tru",
        "tuyen bo bao mat",
        "please consider the environment",
        "luu y bao mat",
        "virus-free",
        "khong co virus",
        "khong co vi-rut",
        "thong bao bao mat",
        "this email has been checked",
        "this email has been scanned",
    ];
    // `Lưu ý: Email này có thể chứa thông tin mật …`
    const HEADS: &[&str] = &["luu y", "chu y", "note", "notice", "important", "quan trong"];
    const MAIL: &[&str] =
        &["email nay", "e-mail nay", "thu nay", "thu dien tu nay", "thong diep nay", "this e-mail", "this email"];
    const SECRET: &[&str] =
        &["thong tin mat", "bao mat", "tuyet mat", "rieng tu", "nguoi nhan", "confidential", "recipient", "virus", "vi-rut"];
    let said = HEADS.iter().find_map(|h| words.strip_prefix(h)).filter(|rest| rest.trim_start().starts_with(':'));
    let said = said.map_or(words, |rest| rest.trim_start_matches([':', ' ']));
    let begins = |list: &[&str]| list.iter().any(|d| said.starts_with(d));
    begins(DISCLAIMERS) || (begins(MAIL) && SECRET.iter().any(|s| said.contains(s)))
}

/// `Hãy nghĩ đến môi trường trước khi in email này.` `If you are not the intended recipient, please notify the sender.`
pub(super) fn is_footer(folded: &str) -> bool {
    const OF_RECIPIENTS: &[&str] =
        &["intended recipient", "received this", "notify the sender", "danh cho nguoi nhan", "nguoi nhan du dinh"];
    let says = |list: &[&str]| list.iter().any(|w| folded.contains(w));
    let prints = says(&["truoc khi in", "before print", "before you print"]);
    says(OF_RECIPIENTS) || (prints && says(&["mail", "thu", "moi truong", "environment", "think"]))
}
