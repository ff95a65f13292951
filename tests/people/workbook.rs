//! Filling in and looking at workbooks with openpyxl: another program than the desk's own.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::{Map, Value, json};

/// Debian's own Python, whose openpyxl is the package `python3-openpyxl`.
const PYTHON: &str = "/usr/bin/python3";
const INSTALL: &str = "install it with `apt-get install python3-openpyxl`, or run `bash tests/all`";

/// How somebody finds a single cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum How {
    /// By the workbook's defined names, as a program does.
    ByName,
    /// By the label beside it, as a reader does.
    ByLabel,
}

/// What one person types into one form.
#[derive(Default)]
pub struct Entries {
    /// Cells that have to be there.
    pub fields: Map<String, Value>,
    /// Filled in only where there is such a cell and it is empty.
    pub blanks: Map<String, Value>,
    pub items: Vec<Value>,
    pub exchanges: Vec<Value>,
    /// Written on cells, not in them.
    pub notes: Map<String, Value>,
    pub on_items: Vec<Value>,
    /// Whose notes they are, as their program says.
    pub author: String,
}

impl Entries {
    /// A whole form of two items, as Sales fills it in for the customer Nam Phong.
    pub fn of_nam_phong() -> Entries {
        let mut form = Entries::default();
        form.field("customer", "Công ty TNHH Nam Phong")
            .field("short", "Nam Phong")
            .field("contact", "Trần Văn Nam")
            .field("industry", "Vật liệu xây dựng")
            .field("budget", "60tr")
            .field("budget_srv", 0)
            .field("srv_want", "Không")
            .field("region", "Miền Bắc")
            .blank("sales", "Trần Thị Lan")
            .blank("cskh", "Bùi Ngọc Lam");
        form.items = [(1, "In phiếu cân xe"), (2, "Công nợ theo công trình")]
            .map(|(no, content)| {
                json!({ "stt": no, "nd": content, "khu": "Kho", "dg": "Như mẫu", "md": "Đối chiếu nhanh", "pa": "Mẫu in mới" })
            })
            .into();
        form
    }

    pub fn field(&mut self, name: &str, value: impl Into<Value>) -> &mut Entries {
        self.fields.insert(name.into(), value.into());
        self
    }

    /// A note on a single cell.
    pub fn note(&mut self, name: &str, text: &str) -> &mut Entries {
        self.notes.insert(name.into(), text.into());
        self
    }

    pub fn blank(&mut self, name: &str, value: impl Into<Value>) -> &mut Entries {
        self.blanks.insert(name.into(), value.into());
        self
    }

    /// The form with these entries in it, as openpyxl saves it.
    pub fn typed_into(&self, form: &[u8], how: How) -> Vec<u8> {
        let scratch = tempfile::tempdir().expect("a scratch folder");
        let (from, to) = (scratch.path().join("from.xlsx"), scratch.path().join("to.xlsx"));
        std::fs::write(&from, form).expect("a scratch file");
        let job = json!({
            "in": from, "out": to, "how": if how == How::ByLabel { "label" } else { "name" },
            "fields": self.fields, "blanks": self.blanks, "items": self.items, "exchanges": self.exchanges,
            "notes": self.notes, "on_items": self.on_items, "author": self.author,
        });
        python("fill.py", &[], &job.to_string());
        std::fs::read(&to).expect("fill.py saves what it filled in")
    }
}

/// A workbook as openpyxl shows it: see `look.py`.
pub fn looked_at(path: &Path) -> Value {
    let said = python("look.py", &[path], "");
    serde_json::from_str(&said).expect("look.py prints JSON")
}

fn python(script: &str, args: &[&Path], input: &str) -> String {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/people").join(script);
    let mut child = Command::new(PYTHON)
        .arg(&script)
        .args(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap_or_else(|why| panic!("no {PYTHON} ({why}): {INSTALL}"));
    let mut stdin = child.stdin.take().expect("a pipe");
    stdin.write_all(input.as_bytes()).expect("the script reads its job");
    drop(stdin);
    let done = child.wait_with_output().expect("the script ends");
    let complaint = String::from_utf8_lossy(&done.stderr);
    assert!(!complaint.contains("No module named 'openpyxl'"), "no openpyxl for {PYTHON}: {INSTALL}");
    assert!(done.status.success(), "{}: {complaint}", script.display());
    String::from_utf8(done.stdout).expect("the script prints UTF-8")
}
