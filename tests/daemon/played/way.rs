//! How mails come to the desk and to its people: as files, or by mail servers. What is played is the same.

use crate::desk::mail::{Letter, Mail};
use crate::desk::setup::Setup;
use crate::desk::{Answer, Desk};

pub trait Way {
    /// What the desk's config says of it.
    fn wire(&self, _setup: &mut Setup) {}

    /// Sends a mail to the desk, and waits until all that follows from it has been done and has arrived.
    fn send(&self, desk: &Desk, mail: &Mail) -> Answer;

    /// Every mail that has gone out, oldest first.
    fn letters(&self, desk: &Desk) -> Vec<Letter>;

    /// Is there nothing but mail: no share to drop forms into, and people who answer in words what can be said in words?
    fn is_mail_alone(&self) -> bool {
        false
    }
}
