//! `quotedesk completions` and `quotedesk man`: both from the table of commands.

use clap::CommandFactory;

use super::{Cli, screen};

pub fn completions(shell: clap_complete::Shell) -> anyhow::Result<bool> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "quotedesk", &mut script);
    screen::raw(&String::from_utf8_lossy(&script))?;
    Ok(false)
}

/// One page for all commands, each with its options.
pub fn man() -> anyhow::Result<bool> {
    let mut cli = Cli::command();
    cli.build();
    let mut page = Vec::new();
    clap_mangen::Man::new(cli.clone()).render(&mut page)?;
    for command in cli.get_subcommands().filter(|c| !c.is_hide_set() && c.get_name() != "help") {
        let about = command.get_about().map(ToString::to_string).unwrap_or_default();
        let name = format!("quotedesk {}", command.get_name());
        page.extend_from_slice(format!(".SH \"{}\"\n{}\n", name.to_uppercase(), about.replace('\\', "\\\\")).as_bytes());
        let man = clap_mangen::Man::new(command.clone());
        man.render_synopsis_section(&mut page)?;
        man.render_options_section(&mut page)?;
    }
    page.extend_from_slice(STATUS.as_bytes());
    // The generator names a page for each command; there is this one alone.
    let mut page = String::from_utf8_lossy(&page).into_owned();
    for command in cli.get_subcommands() {
        page = page.replace(&format!("quotedesk\\-{}(1)", command.get_name()), &format!("quotedesk {}", command.get_name()));
    }
    screen::raw(&page)?;
    Ok(false)
}

const STATUS: &str = "\
.SH \"EXIT STATUS\"
0: done. 1: done, and something is wrong, which is named (check, read, backup), or idle did not become idle in time. 2: it could not be done; standard error says what, where and how to mend it.
";
