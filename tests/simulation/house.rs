//! The company that is played: its people, and letters of a line each, for the full ones take most of a run's time.

use std::path::Path;
use std::sync::OnceLock;

use quotedesk::config::Config;
use quotedesk::desk::DeskWords;
use quotedesk::letter::templates::{Templates, built_in};
use quotedesk::store::{StateUrl, Store};

use super::dice::Dice;

pub const DESK: &str = "yeucau@anphat.example";
pub const CSKH: [&str; 2] = ["lam.bui@anphat.example", "thu.vo@anphat.example"];
pub const SALES: [&str; 2] = ["lan.tran@anphat.example", "minh.do@anphat.example"];
pub const LEADER: &str = "hung.le@anphat.example";
pub const DEPUTY: &str = "ha.vu@anphat.example";
pub const TECH: [&str; 2] = ["loc.mai@anphat.example", "bao.dinh@anphat.example"];
pub const HEAD: &str = "khoa.ngo@anphat.example";
pub const DIRECTOR: &str = "dung.pham@anphat.example";
pub const OPERATOR: &str = "vanhanh@anphat.example";

const PEOPLE: &[(&str, &str, &str)] = &[
    ("Bùi Ngọc Lam", CSKH[0], "cskh"),
    ("Võ Minh Thu", CSKH[1], "cskh"),
    ("Trần Thị Lan", SALES[0], "sales"),
    ("Đỗ Quang Minh", SALES[1], "sales"),
    ("Lê Mạnh Hùng", LEADER, "leader"),
    ("Vũ Thị Hà", DEPUTY, "leader"),
    ("Mai Xuân Lộc", TECH[0], "tech"),
    ("Đinh Gia Bảo", TECH[1], "tech"),
    ("Ngô Đăng Khoa", HEAD, "tech-head"),
    ("Phạm Tiến Dũng", DIRECTOR, "director"),
    ("Vận Hành", OPERATOR, "operator"),
];

pub fn names() -> impl Iterator<Item = &'static str> {
    PEOPLE.iter().map(|p| p.1)
}

pub fn role(email: &str) -> &'static str {
    PEOPLE.iter().find(|p| p.1 == email).map_or("", |p| p.2)
}

/// The config of a world. In some the Leader is away for a week and has a deputy.
pub fn config(root: &Path, dice: &mut Dice) -> Config {
    let mut toml = format!(
        "[desk]\ncompany = \"Công ty An Phát\"\n[mail]\naddress = \"{DESK}\"\nname = \"Bàn báo giá\"\n[mail.trust]\n\
         authserv_id = \"mx.anphat.example\"\nrequire = \"token-or-auth\"\n[limits]\nanswers_per_hour = 10000\n\
         answers_per_case = 10000\nmails_per_hour = 100000\n"
    );
    let away = dice.per_mille(250);
    for (name, email, role) in PEOPLE {
        toml += &format!("[[people]]\nname = \"{name}\"\nemail = \"{email}\"\nroles = [\"{role}\"]\nregion = \"bac\"\n");
        if *email == LEADER && away {
            toml += &format!("away = {{ from = \"2026-03-04\", to = \"2026-03-11\", deputy = \"{DEPUTY}\" }}\n");
        }
    }
    toml += &format!("[[regions]]\nid = \"bac\"\nname = \"Miền Bắc\"\nleader = \"{LEADER}\"\ndirector = \"{DIRECTOR}\"\n");
    Config::parse(&toml, None, root).expect("the config of the simulation")
}

/// Letters of a line: in nine worlds of ten. `full`: the built-in ones.
pub fn words(config: &Config, full: bool) -> DeskWords {
    static BOTH: OnceLock<(DeskWords, DeskWords)> = OnceLock::new();
    let (built_in_ones, short_ones) = BOTH.get_or_init(|| {
        let words = DeskWords::load(config).expect("the built-in words").0;
        let letters = built_in().filter(|(name, _)| name.starts_with("vi/")).map(|(name, _)| {
            let kind = name.trim_start_matches("vi/").trim_end_matches(".html");
            let page = format!(
                "<p>{{% block subject %}}{kind}{{% endblock %}}</p><p>{{% block ask %}}{{{{ to.dear }}}}{{% endblock %}}</p>\
                 <p>{{{{ receipt }}}}</p>"
            );
            (name.to_string(), page)
        });
        let (short, wrong) = Templates::with(letters);
        assert_eq!(wrong, Vec::<String>::new());
        (words.clone(), DeskWords { templates: short, ..words })
    });
    if full { built_in_ones.clone() } else { short_ones.clone() }
}

/// A new store, as the desk makes it at its first start: made once, and copied to where a world's state lies.
pub async fn lay_fresh_store(state: &Path) {
    static FRESH: tokio::sync::OnceCell<Vec<u8>> = tokio::sync::OnceCell::const_new();
    let made = FRESH.get_or_init(|| async {
        let folder = tempfile::tempdir().expect("a scratch folder");
        let store = Store::open(&StateUrl::Folder(folder.path().to_path_buf())).await.expect("a new store");
        store.close().await;
        std::fs::read(folder.path().join("quotedesk.db")).expect("the new store")
    });
    std::fs::create_dir_all(state).expect("the state folder");
    std::fs::write(state.join("quotedesk.db"), made.await).expect("the new store");
}
