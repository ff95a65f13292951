//! `quotedesk demo`: one whole case through the real daemon, with real folders and a fast clock.
//!
//! The daemon is a process of its own, as on any desk; the demo stands where staff stand. It lays files into `inbox/`,
//! reads what comes to `outbox/`, and sets the rehearsal clock forward in between.

mod people;
mod story;

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, bail};

use self::story::{Scene, Send};
use super::screen::{self, Paint};
use super::{clock, idle, init, open};
use crate::config::{Config, DEFAULT};
use crate::desk::Desk;
use crate::intake::message;
use crate::letter::messages::Words;
use crate::process::case::Case;
use crate::store::Filter;

/// How long one submission may take, on a slow machine.
const PATIENCE: Duration = Duration::from_secs(60);

pub async fn demo(dir: Option<PathBuf>) -> anyhow::Result<bool> {
    let root = scratch(dir)?;
    let config = Config::load(&root.join("quotedesk.toml"))?;
    screen::line(&format!(
        "A scratch desk in {}\nwith sample staff, a mailbox that is a folder (outbox/mail/) and a clock of its own.\n",
        root.display()
    ))?;
    let began = Instant::now();
    let daemon = Daemon::start(&root)?;
    let desk = open::begun_desk(config).await?;
    let mut stage = Stage { desk, daemon, root, seen: BTreeSet::new(), paint: Paint::stdout() };
    let played = stage.play().await;
    stage.desk.store.close().await;
    stage.daemon.stop();
    match played {
        Ok(case) => {
            stage.ending(&case, began.elapsed())?;
            Ok(false)
        }
        Err(why) => {
            screen::line(&format!("\nThe demo stopped: {why:#}\nThe daemon's log ({}):", stage.daemon.log.display()))?;
            screen::out(&fs::read_to_string(&stage.daemon.log).unwrap_or_default())?;
            Ok(true)
        }
    }
}

/// Lays out the desk. Without a name a new folder under the system's own for scratch files; never over anything.
fn scratch(dir: Option<PathBuf>) -> anyhow::Result<PathBuf> {
    let root = match dir {
        Some(dir) => dir,
        None => {
            let stamp = crate::clock::real().format("%Y%m%d-%H%M%S");
            std::env::temp_dir().join(format!("quotedesk-demo-{stamp}-{}", std::process::id()))
        }
    };
    if root.read_dir().is_ok_and(|mut inside| inside.next().is_some()) {
        bail!("{}: is not empty; name a new folder", root.display());
    }
    for folder in init::FOLDERS {
        let folder = root.join(folder);
        fs::create_dir_all(&folder).with_context(|| format!("{}: cannot be made", folder.display()))?;
    }
    let root = root.canonicalize().with_context(|| root.display().to_string())?;
    let config = DEFAULT.replace("rehearsal = false", "rehearsal = true ");
    fs::write(root.join("quotedesk.toml"), config).context("quotedesk.toml cannot be written")?;
    Ok(root)
}

/// The daemon as a process of its own; ended with the demo, however that ends.
struct Daemon {
    child: Child,
    log: PathBuf,
}

impl Daemon {
    fn start(root: &Path) -> anyhow::Result<Daemon> {
        let log = root.join("daemon.log");
        let out = File::create(&log).with_context(|| log.display().to_string())?;
        let me = std::env::current_exe().context("where this program lies")?;
        let child = Command::new(me)
            .arg("--config")
            .arg(root.join("quotedesk.toml"))
            .args(["run", "--with-input"])
            .env_remove("QUOTEDESK_CONFIG")
            .current_dir(root)
            // Ends with the demo, whatever ends that.
            .stdin(Stdio::piped())
            .stdout(out.try_clone()?)
            .stderr(out)
            .spawn()
            .context("the daemon cannot be started")?;
        Ok(Daemon { child, log })
    }

    fn stop(&mut self) {
        let pid = rustix::process::Pid::from_child(&self.child);
        // It may have ended by itself.
        let _ = rustix::process::kill_process(pid, rustix::process::Signal::TERM);
        let _ = self.child.wait();
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        if matches!(self.child.try_wait(), Ok(None)) {
            let _ = self.child.kill();
            let _ = self.child.wait();
        }
    }
}

struct Stage {
    desk: Desk,
    daemon: Daemon,
    root: PathBuf,
    /// Files of the outbox and the archive that have been shown.
    seen: BTreeSet<PathBuf>,
    paint: Paint,
}

impl Stage {
    async fn play(&mut self) -> anyhow::Result<Case> {
        self.until_running().await?;
        for step in &story::story()?.steps {
            screen::line(&format!("{}\n", self.paint.bold(&format!("Step {}", step.title))))?;
            for scene in &step.scenes {
                self.scene(scene).await.with_context(|| format!("step {}: {} {}", step.title, scene.who, scene.does))?;
            }
        }
        self.case().await?.context("no case was opened")
    }

    async fn until_running(&mut self) -> anyhow::Result<()> {
        let until = Instant::now() + PATIENCE;
        while !self.desk.store.daemon_running().await? || !self.desk.config.inbox.join("lan.tran@anphat.example").is_dir() {
            self.alive()?;
            if Instant::now() > until {
                bail!("waited {PATIENCE:?} for the daemon to start");
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        Ok(())
    }

    fn alive(&mut self) -> anyhow::Result<()> {
        match self.daemon.child.try_wait()? {
            Some(status) => bail!("the daemon has ended by itself ({status})"),
            None => Ok(()),
        }
    }

    async fn case(&self) -> anyhow::Result<Option<Case>> {
        Ok(self.desk.store.cases(&Filter { limit: 1, ..Filter::default() }).await?.into_iter().next())
    }

    async fn scene(&mut self, scene: &Scene) -> anyhow::Result<()> {
        clock::set(&self.desk, scene.at.to_utc()).await?;
        self.quiet("what falls due before it").await?;
        self.news("Meanwhile")?;
        let got = people::inbox(&self.desk.config.outbox.join("mail"), &scene.who)?;
        let (name, bytes) = people::file(scene, &self.desk, self.case().await?.as_ref(), &got)?;
        let path = self.drop_in(&scene.who, &name, &bytes)?;
        self.told(scene, &path)?;
        self.quiet(&format!("{} to be taken", path.display())).await?;
        self.news("")?;
        let case = self.case().await?.context("no case was opened")?;
        self.stands(&case).await?;
        if case.state.name() != scene.then {
            bail!(
                "waited for the state {}, but it is {}; the answer lies beside the file in inbox/",
                scene.then,
                case.state.name()
            );
        }
        Ok(())
    }

    /// Complete the moment that it is there, as a file that was moved in.
    fn drop_in(&self, who: &str, name: &str, bytes: &[u8]) -> anyhow::Result<PathBuf> {
        let folder = self.desk.config.inbox.join(who);
        let (half, whole) = (folder.join(format!(".{name}.tmp")), folder.join(name));
        fs::write(&half, bytes).and_then(|()| fs::rename(&half, &whole)).with_context(|| whole.display().to_string())?;
        Ok(whole)
    }

    async fn quiet(&mut self, what: &str) -> anyhow::Result<()> {
        let until = Instant::now() + PATIENCE;
        loop {
            self.alive()?;
            if idle::quiet(&self.desk, Duration::from_millis(500)).await?.is_none() {
                return Ok(());
            }
            if Instant::now() > until {
                bail!("waited {PATIENCE:?} for {what}");
            }
        }
    }

    // ---- what is shown

    fn told(&self, scene: &Scene, path: &Path) -> anyhow::Result<()> {
        let house = &self.desk.config.house;
        let at = scene.at.format("%a %d/%m/%Y %H:%M");
        let mut out =
            format!("  {}  {} {}\n", self.paint.dim(&at.to_string()), self.paint.cyan(house.name_of(&scene.who)), scene.does);
        out.push_str(&format!("      in     {}\n", self.inside(path)));
        if !matches!(scene.send, Send::Form) {
            for line in scene.text.trim().lines() {
                out.push_str(&format!("             {}\n", self.paint.dim(&format!("“{}”", line.trim()))));
            }
        }
        if let Some(attached) = &scene.attach {
            out.push_str(&format!("             with {attached}\n"));
        }
        screen::out(&out)
    }

    /// The mails and files that have come since.
    fn news(&mut self, title: &str) -> anyhow::Result<()> {
        let mut out = String::new();
        for path in new_files(&[&self.desk.config.outbox, &self.desk.config.archive], &mut self.seen)? {
            if path.extension().is_some_and(|e| e == "eml") {
                out.push_str(&self.mail(&path)?);
            } else {
                out.push_str(&format!("      {}   {}\n", self.paint.green("file"), self.inside(&path)));
            }
        }
        if !out.is_empty() && !title.is_empty() {
            out = format!("  {}\n{out}\n", self.paint.dim(title));
        }
        screen::out(&out)
    }

    fn mail(&self, path: &Path) -> anyhow::Result<String> {
        let mail = message::parse(&fs::read(path)?, &message::Limits::default()).with_context(|| path.display().to_string())?;
        let to: Vec<&str> = mail.to.iter().map(|to| self.desk.config.house.name_of(to)).collect();
        let mut out = format!("      {}   {}: {}\n", self.paint.yellow("mail"), to.join(", "), mail.subject);
        for file in &mail.attachments {
            out.push_str(&format!("             with {}\n", file.name));
        }
        Ok(out)
    }

    async fn stands(&self, case: &Case) -> anyhow::Result<()> {
        let house = &self.desk.config.house;
        let words = Words::plain(house.lang, house, Some(&case.form));
        let now = self.desk.clock.now().await?;
        let mut line = format!("      now    {} {} ({})", case.id, self.paint.bold(case.state.name()), words.state(case.state));
        if !case.is_closed() {
            line.push_str(&format!("; {}: {}", words.whose_turn(case, now), words.asked(case)));
        }
        if let Some(due) = case.due.as_ref().filter(|_| !case.is_closed()) {
            line.push_str(&format!(", {}", words.due(due)));
        }
        screen::line(&format!("{line}\n"))
    }

    fn ending(&self, case: &Case, took: Duration) -> anyhow::Result<()> {
        let mut out = format!("{}\n", self.paint.bold("In the customer's folder"));
        let folder = self.desk.config.archive.join(case.folder.as_deref().unwrap_or_default()).join(&case.id);
        let mut names: Vec<_> = fs::read_dir(&folder)?.filter_map(|e| Some(e.ok()?.path())).collect();
        names.sort();
        for path in names {
            out.push_str(&format!("  {}\n", path.display()));
        }
        let config = self.root.join("quotedesk.toml");
        out.push_str(&format!(
            "\nAll nine steps in {:.1} s. The desk stays in {}\nLook further:\n  quotedesk --config '{c}' show {}\n  quotedesk --config '{c}' export\nor open the mails in outbox/mail/ with any mail program.\n",
            took.as_secs_f64(), self.root.display(), case.id, c = config.display(),
        ));
        screen::out(&out)
    }

    fn inside(&self, path: &Path) -> String {
        path.strip_prefix(&self.root).unwrap_or(path).display().to_string()
    }
}

/// Files that were not there before, mails first, each group in its order.
fn new_files(roots: &[&Path], seen: &mut BTreeSet<PathBuf>) -> anyhow::Result<Vec<PathBuf>> {
    let mut found = BTreeSet::new();
    let mut open: Vec<PathBuf> = roots.iter().map(|r| r.to_path_buf()).collect();
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(&folder).with_context(|| folder.display().to_string())? {
            let path = entry?.path();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_none_or(|e| e != "tmp") && seen.insert(path.clone()) {
                found.insert(path);
            }
        }
    }
    let (mails, files): (Vec<_>, Vec<_>) = found.into_iter().partition(|p| p.extension().is_some_and(|e| e == "eml"));
    Ok(mails.into_iter().chain(files).collect())
}
