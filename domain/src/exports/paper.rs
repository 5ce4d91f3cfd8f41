//! What is put on paper. Hosts that carry no typesetter hand it to a program that does, as JSON.

use crate::UtcMillis;
use crate::exports::{Cell, Layout, PrintedLabels};
use crate::reports::Report;
use crate::sales::receipt::Receipt;
use serde::{Deserialize, Serialize};

/// What is put on paper.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Printed {
    /// The receipt of a purchase.
    Receipt(Box<Receipt>),
    /// A list.
    List(Box<PrintedList>),
    /// Labels of meters.
    Labels(Box<PrintedLabels>),
    /// Reports, one behind the other, each with page numbers of its own: one for most, the letters of a month for many.
    Reports(Vec<Report>),
    /// A page of a report, to be looked at: not the file, but a [`PagePicture`] as JSON.
    Page(Box<PrintedPage>),
}

/// A page of a report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PrintedPage {
    /// The report.
    pub report: Report,
    /// Which page, from 1 on; the last one where there are fewer.
    pub page: u32,
}

/// What a page of a file looks like.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PagePicture {
    /// Which page it is, from 1 on.
    pub page: u32,
    /// How many the file has.
    pub pages: u32,
    /// The picture, as SVG.
    pub svg: String,
}

/// A list with all of its rows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PrintedList {
    /// What it is a list of.
    pub title: String,
    /// The utility's name.
    pub utility: String,
    /// Sentences about it: as of when, how many rows, of which search and filter.
    pub about: Vec<String>,
    /// The name of its file, which stands on every page.
    pub name: String,
    /// When it was made.
    pub made_at: UtcMillis,
    /// The columns.
    pub layout: Layout,
    /// The rows.
    pub rows: Vec<Vec<Cell>>,
}
