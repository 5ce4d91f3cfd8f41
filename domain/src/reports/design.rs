//! The design of a report: which of a kind's parts it has and in what order, what somebody adds between them, of which days, and of which part
//! of the utility.

use crate::ZoneId;
use crate::billing::tariff::TariffClass;
use crate::core::json::strict;
use crate::core::text::visible;
use crate::reports::{Block, Days, Report, ReportKind, Signature};
use serde::{Deserialize, Serialize};

/// Pieces of a design at most.
pub const MOST_PIECES: usize = 40;

/// Letters of a title, a role or a name of a signature at most.
pub const LONGEST_TITLE: usize = 120;

/// Letters of a paragraph at most.
pub const LONGEST_TEXT: usize = 2_000;

/// Bytes of all texts of a design together at most: a change of a template carries two designs, and is an operation of 16 KiB.
pub const MOST_TEXT: usize = 4_000;

/// What a kind makes by itself, by its place among its like.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "part", content = "no")]
pub enum Part {
    /// The numbers in large letters.
    Figures,
    /// A chart.
    Chart(u8),
    /// A table.
    Table(u8),
    /// A title with the chart and the table below it.
    Section(u8),
}

/// A piece of a design.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "piece", content = "of")]
pub enum Piece {
    /// What the kind makes.
    Part(#[serde(deserialize_with = "strict")] Part),
    /// A title of somebody's own.
    Title(String),
    /// Sentences of somebody's own.
    Paragraph(String),
    /// What follows begins on another page.
    PageBreak,
    /// Where somebody signs.
    Signature(#[serde(deserialize_with = "strict")] Signature),
}

/// A part with what it is called in a report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NamedPart {
    /// Which.
    pub part: Part,
    /// The title of its table, chart or section; empty for the figures.
    pub title: String,
}

/// A report as somebody has put it together.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Design {
    /// What it is about.
    pub kind: ReportKind,
    /// Of which days.
    pub days: Days,
    /// Of one zone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub zone: Option<ZoneId>,
    /// Of one class.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub class: Option<TariffClass>,
    /// What it consists of; as its kind is, where nothing is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pieces: Option<Vec<Piece>>,
}

/// A design cannot be kept: its texts are too long or no texts, it has too many pieces or one part twice, or there can be no such days.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the report has pieces that cannot be kept")]
pub struct Untidy;

/// To what a kind of report can be narrowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Narrowing {
    /// To nothing: it is of the whole utility.
    Nothing,
    /// To a zone.
    Zone,
    /// To a zone or to a class, since its sums are of each by itself.
    ZoneOrClass,
    /// To a zone, a class, or a class in a zone.
    ZoneAndClass,
}

impl ReportKind {
    /// The kinds that an office makes of what its devices hold, in the order in which they are offered.
    pub const OFFICE: [Self; 9] = [
        Self::Revenue,
        Self::Receivables,
        Self::UsageSummary,
        Self::UsageDetail,
        Self::UsageComparison,
        Self::DeviceStatus,
        Self::Alerts,
        Self::Vouchers,
        Self::Technicians,
    ];

    /// Whether it is of whole months: those are what devices hold of use.
    pub const fn is_of_months(self) -> bool {
        matches!(self, Self::UsageSummary | Self::UsageDetail | Self::UsageComparison)
    }

    /// Whether it is of the moment, so that no days are chosen.
    pub const fn is_of_the_moment(self) -> bool {
        matches!(self, Self::DeviceStatus | Self::Receivables)
    }

    /// To what it can be narrowed.
    pub const fn narrowing(self) -> Narrowing {
        match self {
            Self::Revenue => Narrowing::ZoneOrClass,
            Self::UsageSummary | Self::UsageDetail | Self::UsageComparison | Self::Receivables => Narrowing::ZoneAndClass,
            Self::DeviceStatus | Self::Alerts => Narrowing::Zone,
            Self::Vouchers | Self::CashBook | Self::Technicians | Self::YearlyStatement | Self::UsageLetter => Narrowing::Nothing,
        }
    }
}

impl Design {
    /// A kind as it is by itself, of the last month.
    pub const fn of(kind: ReportKind) -> Self {
        Self { kind, days: Days::LastMonth, zone: None, class: None, pieces: None }
    }

    /// As it is kept: without what cannot be seen, and narrowed to what its kind can be narrowed to.
    ///
    /// # Errors
    /// It cannot be kept.
    pub fn clean(self) -> Result<Self, Untidy> {
        if !self.days.is_possible() {
            return Err(Untidy);
        }
        let (zone, class) = match self.kind.narrowing() {
            Narrowing::Nothing => (None, None),
            Narrowing::Zone => (self.zone, None),
            Narrowing::ZoneOrClass => (self.zone, self.class.filter(|_| self.zone.is_none())),
            Narrowing::ZoneAndClass => (self.zone, self.class),
        };
        let pieces = self.pieces.map(clean_pieces).transpose()?;
        Ok(Self { zone, class, pieces, ..self })
    }
}

fn clean_pieces(pieces: Vec<Piece>) -> Result<Vec<Piece>, Untidy> {
    if pieces.len() > MOST_PIECES {
        return Err(Untidy);
    }
    let mut parts: Vec<Part> = Vec::new();
    let mut clean = Vec::with_capacity(pieces.len());
    for piece in pieces {
        clean.push(match piece {
            Piece::Part(part) => {
                if parts.contains(&part) {
                    return Err(Untidy);
                }
                parts.push(part);
                Piece::Part(part)
            }
            Piece::Title(text) => Piece::Title(line(&text)?),
            Piece::Paragraph(text) => Piece::Paragraph(sentences(&text)?),
            Piece::PageBreak => Piece::PageBreak,
            Piece::Signature(Signature { role, name }) => Piece::Signature(Signature { role: line(&role)?, name: line(&name)? }),
        });
    }
    let bytes: usize = clean.iter().map(Piece::bytes).sum();
    if bytes > MOST_TEXT { Err(Untidy) } else { Ok(clean) }
}

/// A text of one line.
fn line(text: &str) -> Result<String, Untidy> {
    let text = visible(text).trim().to_owned();
    let is_line = text.chars().count() <= LONGEST_TITLE && !text.chars().any(char::is_control);
    if is_line { Ok(text) } else { Err(Untidy) }
}

/// A text of several lines.
fn sentences(text: &str) -> Result<String, Untidy> {
    let text = visible(text).trim().to_owned();
    let is_text = !text.chars().any(|letter| letter.is_control() && !matches!(letter, '\n' | '\r' | '\t'));
    if is_text && text.chars().count() <= LONGEST_TEXT { Ok(text) } else { Err(Untidy) }
}

impl Piece {
    /// How long its texts are.
    fn bytes(&self) -> usize {
        match self {
            Self::Part(_) | Self::PageBreak => 0,
            Self::Title(text) | Self::Paragraph(text) => text.len(),
            Self::Signature(Signature { role, name }) => role.len() + name.len(),
        }
    }
}

/// A piece with the blocks that are made of it, until somebody takes them.
type Made = (Piece, Option<Vec<Block>>);

/// A report's blocks by the pieces that they are of. In front of them: how far its data reach, which no design leaves out.
fn parted(blocks: Vec<Block>) -> (Vec<Block>, Vec<Made>) {
    let mut blocks = blocks.into_iter().peekable();
    let mut lead = Vec::new();
    while let Some(block) = blocks.next_if(|block| matches!(block, Block::Paragraph(_))) {
        lead.push(block);
    }
    let (mut made, mut charts, mut tables, mut sections) = (Vec::new(), 0_u8, 0_u8, 0_u8);
    let next = |of: &mut u8| {
        let place = *of;
        *of = place.saturating_add(1);
        place
    };
    while let Some(block) = blocks.next() {
        let piece = match &block {
            Block::KeyFigures(_) => Piece::Part(Part::Figures),
            Block::Chart(_) => Piece::Part(Part::Chart(next(&mut charts))),
            Block::Table(_) => Piece::Part(Part::Table(next(&mut tables))),
            Block::Title(_) => Piece::Part(Part::Section(next(&mut sections))),
            Block::Paragraph(text) => Piece::Paragraph(text.clone()),
            Block::PageBreak => Piece::PageBreak,
            Block::Signature(signature) => Piece::Signature(signature.clone()),
        };
        let mut of_piece = vec![block];
        if matches!(piece, Piece::Part(Part::Section(_))) {
            of_piece.extend(blocks.next_if(|block| matches!(block, Block::Chart(_))));
            of_piece.extend(blocks.next_if(|block| matches!(block, Block::Table(_))));
        }
        made.push((piece, Some(of_piece)));
    }
    (lead, made)
}

impl Report {
    /// The pieces that it consists of as its kind has made it.
    pub fn pieces(&self) -> Vec<Piece> {
        parted(self.blocks.clone()).1.into_iter().map(|(piece, _)| piece).collect()
    }

    /// The parts that its kind has made, with what they are called.
    pub fn parts(&self) -> Vec<NamedPart> {
        let (_, made) = parted(self.blocks.clone());
        let named = made.into_iter().filter_map(|(piece, blocks)| {
            let Piece::Part(part) = piece else { return None };
            let title = match blocks?.into_iter().next()? {
                Block::Title(title) => title,
                Block::Chart(chart) => chart.title,
                Block::Table(table) => table.title,
                _ => String::new(),
            };
            Some(NamedPart { part, title })
        });
        named.collect()
    }

    /// Put together otherwise: a part that it does not have is left out, and one that no piece names as well.
    #[must_use]
    pub fn arranged(mut self, pieces: &[Piece]) -> Self {
        let (lead, mut made) = parted(std::mem::take(&mut self.blocks));
        self.blocks = lead;
        for piece in pieces {
            match piece {
                Piece::Part(_) => {
                    let found = made.iter_mut().find(|(of, _)| of == piece);
                    self.blocks.extend(found.and_then(|(_, blocks)| blocks.take()).into_iter().flatten());
                }
                Piece::Title(text) => self.blocks.push(Block::Title(text.clone())),
                Piece::Paragraph(text) => self.blocks.push(Block::Paragraph(text.clone())),
                Piece::PageBreak => self.blocks.push(Block::PageBreak),
                Piece::Signature(signature) => self.blocks.push(Block::Signature(signature.clone())),
            }
        }
        self
    }
}

#[cfg(test)]
#[path = "design_tests.rs"]
mod tests;
