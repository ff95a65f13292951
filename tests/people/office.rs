//! LibreOffice: saves a workbook again as somebody's office program would. One instance stays warm for a whole test run.

use std::fs;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Mutex;
use std::thread::sleep;
use std::time::{Duration, Instant};

/// One conversion takes a fraction of a second; the first waits for the program to start.
const LIMIT: Duration = Duration::from_secs(60);
const INSTALL: &str = "install it with `apt-get install libreoffice-calc`, or run `bash tests/all`";
/// A spreadsheet in one file: the document that is kept open.
const EMPTY: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<office:document xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" office:version="1.2"
 xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" office:mimetype="application/vnd.oasis.opendocument.spreadsheet">
<office:body><office:spreadsheet><table:table table:name="A"/></office:spreadsheet></office:body></office:document>
"#;

/// A running LibreOffice with a profile of its own. Dropped, it ends.
pub struct Office {
    home: tempfile::TempDir,
    running: Child,
    one_at_a_time: Mutex<u32>,
}

impl Office {
    /// Starts LibreOffice with an open document: without one it would end after each conversion.
    pub fn start() -> Office {
        let home = tempfile::tempdir().expect("a scratch folder");
        let open = home.path().join("open.fods");
        fs::write(&open, EMPTY).expect("a file to keep open");
        let running = Command::new("soffice")
            .args([&profile(home.path()), "--headless", "--norestore", "--nologo"])
            .arg(&open)
            .process_group(0)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap_or_else(|why| panic!("no LibreOffice (soffice: {why}): {INSTALL}"));
        let office = Office { home, running, one_at_a_time: Mutex::new(0) };
        office.wait_until_open();
        office
    }

    /// LibreOffice lays a lock file beside a document once it has opened it.
    fn wait_until_open(&self) {
        let lock = self.home.path().join(".~lock.open.fods#");
        let began = Instant::now();
        while !lock.exists() {
            assert!(began.elapsed() < LIMIT, "LibreOffice does not start: {INSTALL}");
            sleep(Duration::from_millis(50));
        }
    }

    /// The workbook as LibreOffice saves it: `xlsx`, `ods` or `xls`.
    pub fn saved_as(&self, workbook: &[u8], extension: &str) -> Vec<u8> {
        let mut count = self.one_at_a_time.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        *count += 1;
        let from = self.home.path().join(format!("phieu{count}.xlsx"));
        let folder = self.home.path().join("saved");
        let to = folder.join(format!("phieu{count}.{extension}"));
        fs::write(&from, workbook).expect("a scratch file");
        for _ in 0..2 {
            self.convert(&from, extension, &folder);
            if let Ok(saved) = fs::read(&to) {
                return saved;
            }
        }
        panic!("LibreOffice did not save a workbook as {extension}: {INSTALL}");
    }

    fn convert(&self, from: &Path, extension: &str, folder: &PathBuf) {
        let mut asked = Command::new("soffice")
            .args([&profile(self.home.path()), "--headless", "--convert-to", extension, "--outdir"])
            .arg(folder)
            .arg(from)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("soffice starts, as it did before");
        let began = Instant::now();
        while asked.try_wait().expect("a child of ours").is_none() {
            if began.elapsed() > LIMIT {
                let _ = asked.kill();
                panic!("LibreOffice took more than {LIMIT:?} for one workbook");
            }
            sleep(Duration::from_millis(10));
        }
    }
}

impl Drop for Office {
    /// The command is a script that starts the program: both are ended, by their own group.
    fn drop(&mut self) {
        let group = rustix::process::Pid::from_child(&self.running);
        let _ = rustix::process::kill_process_group(group, rustix::process::Signal::KILL);
        let _ = self.running.wait();
    }
}

fn profile(home: &Path) -> String {
    format!("-env:UserInstallation=file://{}", home.join("profile").display())
}
