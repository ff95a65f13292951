//! What Tech has put right: for whoever goes on with the form, and for those whose answer gave way to another.

use std::collections::BTreeSet;

use super::Desk;
use crate::form::eyes::COSTS;
use crate::process::event::Event;
use crate::process::feedback::{overruled, tech_cells};
use crate::process::form::{Cell, Change};

impl Desk<'_> {
    /// What Tech has corrected, old and new; of a cost only that it was, to those who do not see it.
    pub(super) fn corrected(&self) -> Vec<String> {
        let cells = self.events().filter_map(|e| if let Event::Corrected { cells } = e { Some(cells) } else { None });
        let shown = |c: &Change| {
            let (Cell::Field(name) | Cell::Item(_, name)) = &c.at;
            self.sees_cost() || !COSTS.contains(&name.as_str())
        };
        let line = |c: &Change| match shown(c) {
            true => self.words.change("word.changed", c),
            false => self.words.say("word.changed_unseen", &[("label", &self.words.place(&c.at))]),
        };
        self.fitting(cells.flatten().map(line).chain(self.overruled()).collect())
    }

    /// The reader's own answers to items that were settled otherwise, cell by cell.
    fn overruled(&self) -> Vec<String> {
        let Some(before) = self.cx.before else { return vec![] };
        let settled = self.events().filter_map(|e| if let Event::Settled { item, by } = e { Some((item, by)) } else { None });
        let mut lines = Vec::new();
        for (id, by) in settled {
            let gave_way = overruled(before, self.cx.case, id, by).into_iter().find(|(whose, _)| **whose == self.letter.to);
            let (Some((_, theirs)), Some(now)) = (gave_way, self.cx.case.form.item(id)) else { continue };
            let names: BTreeSet<&String> = tech_cells(theirs).into_iter().chain(tech_cells(now)).map(|(name, _)| name).collect();
            for name in names {
                let (old, new) = (theirs.get(name).cloned(), now.get(name).cloned());
                let change = Change { at: Cell::Item(id.clone(), name.clone()), old, new };
                lines.extend((change.old != change.new).then(|| self.words.change("word.changed", &change)));
            }
        }
        lines
    }
}
