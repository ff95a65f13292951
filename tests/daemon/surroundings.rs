//! What the desk stands in: the environment that it is started with, the user who runs it, a second desk beside it, a demo that
//! has gone. What is odd there is said, and does no harm.


use crate::desk::mail::Mail;
use crate::desk::setup::Setup;
use crate::desk::Desk;

const MONDAY: &str = "2026-01-05T08:30:00+07:00";

/// Two desks on one share would each take half of its files, and neither know what the other has decided.
#[test]
fn of_two_desks_on_one_inbox_one_stands_back() {
    let mut first = Desk::open(&Setup::sample().toml(), MONDAY);
    let toml = Setup::sample().toml().replace("[desk]\n", &format!("[desk]\ninbox = \"{}\"\n", first.inbox().display()));
    let mut second = Desk::laid_out(&toml);
    // Where files have been taken already, no other store is begun at all.
    second.told(&["clock", MONDAY]);
    first.mail(&Mail::need("A"));
    second.launch();
    let stands_back = || second.log().contains("another desk takes files from here").then_some(());
    second.wait_for("the second desk to stand back", stands_back);
    let said = second.run(&["check"]);
    assert!(said.status == Some(1) && said.out.contains("another desk takes files from here"), "{}{}", said.out, said.err);
    assert!(!first.run(&["check"]).out.contains("another desk"));
    first.mail(&Mail::need("B"));
    assert_eq!(first.json(&["cases", "--json"]).as_array().map(Vec::len), Some(2));
    // The first ends in order, and the other goes on by itself.
    first.stop();
    second.wait_for("the second desk to go on", || second.log().contains("files are taken\n").then_some(()));
    second.stop();
    first.start();
    first.mail(&Mail::need("C"));
    assert_eq!(first.json(&["cases", "--json"]).as_array().map(Vec::len), Some(3));
    assert_eq!(second.json(&["cases", "--json"]).as_array().map(Vec::len), Some(0));
    first.close();
}
