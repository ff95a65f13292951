//! The sheet `Hướng dẫn`: how to fill in the form, whose colour is whose, what each cell takes.

use rust_xlsxwriter::{Worksheet, XlsxError};

use super::draft::Draft;
use super::layout::{EXCHANGES, FIELDS, HELP_SHEET, ITEMS, Kind, Said, Zone};
use super::lists::entries;
use super::{style, words};

pub(super) fn page(draft: &Draft) -> Result<Worksheet, XlsxError> {
    let lang = draft.sheet.lang;
    let mut page = style::sheet()?;
    page.set_name(HELP_SHEET.in_(lang))?;
    for (column, width) in [44.0, 18.0, 76.0, 44.0].into_iter().enumerate() {
        page.set_column_width(column as u16, width)?;
    }
    page.set_row_height(0, 26)?.write_string_with_format(0, 0, words::GUIDE_TITLE.in_(lang), &style::title())?;
    let mut row = 2;
    for (i, line) in words::GUIDE.iter().enumerate() {
        let text = format!("{}. {}", i + 1, line.in_(lang));
        page.merge_range(row, 0, row, 3, &text, &style::base().set_text_wrap())?
            .set_row_height(row, style::height(&text, 165.0))?;
        row += 1;
    }

    row += 1;
    page.write_string_with_format(row, 0, words::GUIDE_COLOURS.in_(lang), &style::base().set_bold())?;
    for zone in [Zone::Sales, Zone::Leader, Zone::Tech, Zone::Director, Zone::System] {
        row += 1;
        page.write_string_with_format(row, 0, zone.title().in_(lang), &style::label().set_background_color(style::light(zone)))?;
    }

    row += 2;
    page.write_string_with_format(row, 0, words::GUIDE_FIELDS.in_(lang), &style::base().set_bold())?;
    row += 1;
    for (column, head) in words::GUIDE_HEAD.into_iter().enumerate() {
        page.write_string_with_format(row, column as u16, head.in_(lang), &style::header(Zone::System))?;
    }
    page.set_repeat_rows(row, row)?;
    let fields = FIELDS.iter().filter(|f| draft.eyes.field(f)).map(|f| (f.label, f.owner, f.help, f.kind));
    let columns = ITEMS.iter().filter(|c| draft.eyes.column(c)).chain(EXCHANGES).map(|c| (c.label, c.owner, c.help, c.kind));
    for (label, owner, help, kind) in fields.chain(columns).filter(|(_, owner, ..)| draft.eyes.own().contains(owner)) {
        row += 1;
        line(&mut page, draft, row, label, owner, help, &kind)?;
    }
    page.protect();
    page.set_paper_size(9).set_landscape().set_print_fit_to_pages(1, 0).set_screen_gridlines(false);
    Ok(page)
}

fn line(
    page: &mut Worksheet,
    draft: &Draft,
    row: u32,
    label: Said,
    owner: Zone,
    help: Said,
    kind: &Kind,
) -> Result<(), XlsxError> {
    let lang = draft.sheet.lang;
    let allowed = match kind {
        Kind::Choice(_) | Kind::Region => entries(kind, draft.sheet).join(" / "),
        _ => String::new(),
    };
    let cell = style::label().set_background_color(0xFFFFFF);
    let coloured = style::label().set_background_color(style::light(owner));
    page.set_row_height(row, style::height(label.in_(lang), 44.0).max(style::height(help.in_(lang), 76.0)))?;
    page.write_string_with_format(row, 0, label.in_(lang), &coloured)?;
    page.write_string_with_format(row, 1, owner.title().in_(lang), &cell)?;
    page.write_string_with_format(row, 2, help.in_(lang), &cell)?;
    page.write_string_with_format(row, 3, style::clean(&allowed), &cell)?;
    Ok(())
}
