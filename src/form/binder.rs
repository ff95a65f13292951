//! How a form becomes a file that people fill in, and how a file that came back is opened: the seam between what a form
//! says and what it travels as.

use std::sync::Arc;

use super::book::{Limits, Workers};
use super::read::{ReadForm, Reading};
use super::returned;
use super::write::{self, Sheet};
use crate::process::house::At;
use crate::process::problem::FileFault;

/// Makes and opens the files that forms travel as. Both calls block for milliseconds, with a hostile file for its limits.
pub trait Binder: Send + Sync {
    /// The file of a form.
    ///
    /// # Errors
    /// In words, where there can be none.
    fn bind(&self, sheet: &Sheet) -> Result<Vec<u8>, String>;

    /// Reads a file as the form.
    ///
    /// # Errors
    /// What is wrong with the file as a whole.
    fn open(&self, bytes: &[u8], limits: &Limits, reading: &Reading) -> Result<ReadForm, FileFault>;
}

/// Files that say when the desk that made them was last brought back from a backup.
pub struct Marked {
    pub binder: Arc<dyn Binder>,
    pub restored: Option<At>,
}

impl Binder for Marked {
    fn bind(&self, sheet: &Sheet) -> Result<Vec<u8>, String> {
        match self.restored {
            None => self.binder.bind(sheet),
            restored => self.binder.bind(&Sheet { restored, ..sheet.clone() }),
        }
    }

    fn open(&self, bytes: &[u8], limits: &Limits, reading: &Reading) -> Result<ReadForm, FileFault> {
        self.binder.open(bytes, limits, reading)
    }
}

/// Workbooks: written as xlsx, read in every format that office programs save.
pub struct Workbooks(pub Arc<Workers>);

impl Binder for Workbooks {
    fn bind(&self, sheet: &Sheet) -> Result<Vec<u8>, String> {
        write::write(sheet).map_err(|why| why.to_string())
    }

    fn open(&self, bytes: &[u8], limits: &Limits, reading: &Reading) -> Result<ReadForm, FileFault> {
        returned::open(bytes, limits, &self.0, reading)
    }
}
