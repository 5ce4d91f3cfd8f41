//! What the pieces, days and kinds of reports are called.

use crate::components::shell::language;
use crate::i18n::tr;
use domain::reports::{Days, NamedPart, Part, Piece, ReportKind};

/// A kind.
pub fn kind(of: ReportKind) -> String {
    of.title(language()).to_owned()
}

/// The picture of a kind.
pub const fn picture(of: ReportKind) -> &'static str {
    match of {
        ReportKind::Revenue => "banknote",
        ReportKind::Receivables => "wallet",
        ReportKind::UsageSummary => "chart-column",
        ReportKind::UsageDetail => "table",
        ReportKind::UsageComparison => "history",
        ReportKind::DeviceStatus => "radio-tower",
        ReportKind::Alerts => "bell",
        ReportKind::Vouchers => "ticket-percent",
        ReportKind::CashBook => "hand-coins",
        ReportKind::Technicians => "calendar-check",
        ReportKind::YearlyStatement | ReportKind::UsageLetter => "scroll-text",
    }
}

/// Days that move.
pub fn days(of: Days) -> String {
    tr(&format!("report-days-{}", of.as_str()))
}

/// What sort of piece it is.
pub const fn sort(of: &Piece) -> &'static str {
    match of {
        Piece::Part(Part::Figures) => "report-sort-figures",
        Piece::Part(Part::Chart(_)) => "report-sort-chart",
        Piece::Part(Part::Table(_)) => "report-sort-table",
        Piece::Part(Part::Section(_)) => "report-sort-section",
        Piece::Title(_) => "report-sort-title",
        Piece::Paragraph(_) => "report-sort-paragraph",
        Piece::PageBreak => "report-sort-page-break",
        Piece::Signature(_) => "report-sort-signature",
    }
}

/// The picture of a piece.
pub const fn icon(of: &Piece) -> &'static str {
    match of {
        Piece::Part(Part::Figures) => "gauge",
        Piece::Part(Part::Chart(_)) => "chart-column",
        Piece::Part(Part::Table(_)) => "table",
        Piece::Part(Part::Section(_)) => "layout-dashboard",
        Piece::Title(_) => "scroll-text",
        Piece::Paragraph(_) => "sticky-note",
        Piece::PageBreak => "minus",
        Piece::Signature(_) => "pencil",
    }
}

/// What a piece is called: a part by its title in the report, whatever somebody has added by its sort.
pub fn piece(of: &Piece, parts: &[NamedPart]) -> String {
    let titled = match of {
        Piece::Part(part) => parts.iter().find(|named| named.part == *part).map(|named| named.title.clone()),
        _ => None,
    };
    titled.filter(|title| !title.is_empty()).unwrap_or_else(|| tr(sort(of)))
}
