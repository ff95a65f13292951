//! The `quotedesk.toml` of a test's desk.

use std::fmt::Write;

use serde_json::json;

// The sample staff's addresses, by what they do, and the desk's own.
pub const CSKH: &str = "lam.bui@anphat.example";
pub const SALES: &str = "lan.tran@anphat.example";
pub const LEADER: &str = "hung.le@anphat.example";
pub const TECH: &str = "loc.mai@anphat.example";
pub const DIRECTOR: &str = "dung.pham@anphat.example";
pub const OPERATOR: &str = "vanhanh@anphat.example";
pub const DESK: &str = "yeucau@anphat.example";

/// A rehearsal desk: mail to the folder or by servers on this machine, one region, the staff that a test needs.
pub struct Setup {
    pub company: String,
    pub domain: String,
    pub region: String,
    pub staff: Vec<Staff>,
    /// Days off and days worked besides the country's own.
    pub holidays: Vec<String>,
    pub worked: Vec<String>,
    /// Percent, the default rate.
    pub vat: String,
    /// The sections that name mail servers, and whose `Authentication-Results` count there; `None`: mail to the folder.
    pub servers: Option<(String, &'static str)>,
}

pub struct Staff {
    pub name: String,
    pub email: String,
    pub roles: &'static [&'static str],
}

impl Staff {
    pub fn new(name: &str, email: &str, roles: &'static [&'static str]) -> Staff {
        Staff { name: name.into(), email: email.into(), roles }
    }
}

impl Setup {
    /// One person for each role, at `anphat.example`.
    pub fn sample() -> Setup {
        let staff = [
            ("Bùi Ngọc Lam", CSKH, &["cskh"] as &'static [&'static str]),
            ("Trần Thị Lan", SALES, &["sales"]),
            ("Lê Mạnh Hùng", LEADER, &["leader"]),
            ("Mai Xuân Lộc", TECH, &["tech", "tech-head"]),
            ("Phạm Tiến Dũng", DIRECTOR, &["director"]),
            ("Vận Hành", OPERATOR, &["operator"]),
        ];
        Setup {
            company: "Công ty Cổ phần Phần mềm An Phát".into(),
            domain: "anphat.example".into(),
            region: "Miền Bắc".into(),
            staff: staff.into_iter().map(|(name, email, roles)| Staff::new(name, email, roles)).collect(),
            holidays: vec![],
            worked: vec![],
            vat: "8".into(),
            servers: None,
        }
    }

    /// The desk's own address.
    pub fn address(&self) -> String {
        format!("yeucau@{}", self.domain)
    }

    /// The first of the staff with this role.
    pub fn email(&self, role: &str) -> &str {
        let held = self.staff.iter().find(|s| s.roles.contains(&role));
        &held.unwrap_or_else(|| panic!("nobody on this desk is {role}")).email
    }

    pub fn toml(&self) -> String {
        let (transport, by) = if self.servers.is_some() { ("smtp", "rehearsal_mail = \"loopback\"\n") } else { ("folder", "") };
        let mut toml = format!(
            "[desk]\ncompany = {}\nrehearsal = true\n{by}[mail]\ntransport = {transport:?}\n\
             address = {}\nname = \"Bàn báo giá\"\n",
            json!(self.company),
            json!(self.address())
        );
        let _ = match &self.servers {
            Some((sections, authserv)) => write!(toml, "{sections}[mail.trust]\nauthserv_id = {authserv:?}\n"),
            None => write!(toml, "[mail.trust]\nrequire = \"none\"\n"),
        };
        for Staff { name, email, roles } in &self.staff {
            let (name, email, roles) = (json!(name), json!(email), json!(roles));
            let _ = write!(toml, "[[people]]\nname = {name}\nemail = {email}\nroles = {roles}\nregion = \"vung\"\n");
        }
        let _ = write!(
            toml,
            "[[regions]]\nid = \"vung\"\nname = {}\nleader = {}\ndirector = {}\n[calendar]\nholidays = {}\nworked = {}\n\
             [quote]\nvat = {}\n",
            json!(self.region),
            json!(self.email("leader")),
            json!(self.email("director")),
            json!(self.holidays),
            json!(self.worked),
            self.vat
        );
        toml
    }
}
