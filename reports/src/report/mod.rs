//! Reports on A4: each over as many pages as it takes, with page numbers of its own, all in one file.

mod blocks;
mod drawing;
mod table;

use crate::letterhead::{Logo, logo, reached};
use crate::letters::{IN_HEAD, IN_ROW, illegible, legible};
use crate::words::{instant, say};
use crate::{Error, press};
use domain::exports::{Cell, PagePicture};
use domain::reports::{Block, Report, Unfit};
use serde_json::{Value, json};
use std::collections::BTreeSet;

const TEMPLATE: &str = include_str!("../../../assets/reports/report.typ");

/// Letters that columns need together at most on a page that stands; with more of them it lies.
const STANDING: usize = 112;

/// Hundredths of a millimetre between the margins.
const WIDTH: [i64; 2] = [18_000, 26_700];

/// Reports as one PDF. The same reports are the same file. The logo is that of the first.
///
/// # Errors
/// [`Error::Unfit`]: one of them cannot be written, or there is none.
pub fn reports(reports: &[Report]) -> Result<Vec<u8>, Error> {
    let first = reports.first().ok_or_else(|| Unfit::TooMany(String::new()))?;
    let (data, logo) = data(first, reports)?;
    press::pdf(TEMPLATE, &data, logo.map(|logo| logo.png), (&first.name, first.as_of))
}

/// What a page of a report's PDF looks like; the last one where there are fewer.
///
/// # Errors
/// [`Error::Unfit`]: it cannot be written.
pub fn page(report: &Report, page: u32) -> Result<PagePicture, Error> {
    let (data, logo) = data(report, std::slice::from_ref(report))?;
    press::picture(TEMPLATE, &data, logo.map(|logo| logo.png), page)
}

/// What the template is given, and the logo of the first report.
fn data(first: &Report, reports: &[Report]) -> Result<(Value, Option<Logo>), Error> {
    let logo = logo(&first.letterhead);
    let size = logo.as_ref().map(|logo| logo.size);
    let sheets = reports.iter().map(|report| sheet(report, size)).collect::<Result<Vec<Value>, Error>>()?;
    let data = json!({
        "language": say(first.language, "id", "en"),
        "title": legible(&format!("{} {}", first.title, first.period), IN_HEAD),
        "utility": legible(&first.utility, IN_HEAD),
        "reports": sheets,
    });
    Ok((data, logo))
}

/// The letters of some reports that no font has: they are printed as their code points, and whoever prints says so.
pub fn missing(reports: &[Report]) -> BTreeSet<char> {
    reports.iter().flat_map(texts).flat_map(illegible).collect()
}

/// Every text of a report that a person wrote.
fn texts(report: &Report) -> Vec<&str> {
    let letterhead = &report.letterhead;
    let mut texts = vec![report.title.as_str(), &report.subtitle, &report.utility, &letterhead.address, &letterhead.footer];
    for block in &report.blocks {
        match block {
            Block::Title(text) | Block::Paragraph(text) => texts.push(text),
            Block::KeyFigures(figures) => texts.extend(figures.iter().flat_map(|figure| [figure.name.as_str(), &figure.note])),
            Block::Table(table) => {
                texts.extend([table.title.as_str(), &table.note]);
                texts.extend(table.columns.iter().map(|column| column.of.name.as_str()));
                texts.extend(table.groups.iter().map(|group| group.name.as_str()));
                let cells = table.rows().flatten();
                texts.extend(cells.filter_map(|cell| if let Cell::Text(text) = cell { Some(text.as_str()) } else { None }));
            }
            Block::Chart(chart) => {
                texts.push(&chart.title);
                texts.extend(chart.labels.iter().map(String::as_str));
                texts.extend(chart.series.iter().map(|series| series.name.as_str()));
            }
            Block::Signature(signature) => texts.extend([signature.role.as_str(), &signature.name]),
            Block::PageBreak => {}
        }
    }
    texts
}

fn sheet(report: &Report, logo: Option<(u32, u32)>) -> Result<Value, Error> {
    report.check()?;
    let say = |id: &'static str, en: &'static str| say(report.language, id, en);
    let is_wide = report.tables().any(|of| table::letters(report, of) > STANDING);
    let as_of = format!("{} {}", say("data per", "data as of"), instant(report.language, report.zone, report.as_of));
    Ok(json!({
        "wide": is_wide,
        "logo": logo.map(|(width, height)| [width, height]),
        "utility": legible(&report.utility, IN_HEAD),
        "letterhead": reached(report.language, &report.letterhead),
        "title": legible(&report.title, IN_HEAD),
        "subtitle": legible(&report.subtitle, IN_ROW),
        "period": legible(&report.period, IN_ROW),
        "as-of": as_of,
        "name": report.name,
        "page": say("Halaman", "Page"),
        "of": say("dari", "of"),
        "blocks": blocks::blocks(report, WIDTH[usize::from(is_wide)])?,
    }))
}
