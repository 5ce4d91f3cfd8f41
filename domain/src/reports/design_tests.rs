//! Of designs: put together as it is, a report is the same; what is left out or added is what is missing or there.

use super::*;
use crate::exports::{Cell, Kind};
use crate::people::Language;
use crate::reports::chart::{Chart, Form};
use crate::reports::{Column, Head, KeyFigure, Period, Table};
use crate::sales::letterhead::Letterhead;
use crate::{LocalDay, TimeZone, UtcMillis};
use proptest::prelude::*;

fn head(reach: Option<LocalDay>) -> Head {
    Head {
        language: Language::Id,
        zone: TimeZone::Jakarta,
        utility: "Tirta Bening".into(),
        letterhead: Letterhead::default(),
        period: Period::month(LocalDay(20_000).month()),
        as_of: UtcMillis(1_764_000_000_000),
        reach,
    }
}

fn table(title: &str) -> Block {
    let columns = vec![Column::new("Nama", Kind::Text, 10), Column::summed("Jumlah", Kind::Whole, 8)];
    Block::Table(Table::new(title, columns, vec![vec![Cell::text("Sari"), Cell::Number(3)]]))
}

fn chart(title: &str) -> Block {
    Block::Chart(Chart::of(title, Form::Bars, (Kind::Whole, "meter"), vec![("A".into(), Some(1))]))
}

/// Figures, a chart, a table, two sections, of which one has no chart, another table and a signature.
fn report(reach: Option<LocalDay>) -> Report {
    Report::new(ReportKind::Revenue, &head(reach))
        .with(Block::KeyFigures(vec![KeyFigure::new("Semua", Kind::Whole, 3)]))
        .with(chart("Waktu"))
        .with(table("Jembatan"))
        .with(Block::Title("Zona".into()))
        .with(chart("Menurut zona"))
        .with(table("Per zona"))
        .with(Block::Title("Golongan".into()))
        .with(table("Per golongan"))
        .with(table("Terbesar"))
        .with(Block::Signature(Signature { role: "Direktur".into(), name: String::new() }))
}

fn titles(report: &Report) -> Vec<&str> {
    report.tables().map(|table| table.title.as_str()).collect()
}

#[test]
fn the_pieces_of_a_report_put_together_are_the_report() {
    for reach in [None, Some(LocalDay(30_000))] {
        let made = report(reach);
        assert_eq!(made.clone().arranged(&made.pieces()), made);
    }
}

#[test]
fn a_section_is_one_part_with_its_title_and_a_table_behind_it_is_none_of_it() {
    let parts: Vec<(Part, String)> = report(None).parts().into_iter().map(|named| (named.part, named.title)).collect();
    let expected = [
        (Part::Figures, ""),
        (Part::Chart(0), "Waktu"),
        (Part::Table(0), "Jembatan"),
        (Part::Section(0), "Zona"),
        (Part::Section(1), "Golongan"),
        (Part::Table(1), "Terbesar"),
    ];
    assert_eq!(parts, expected.map(|(part, title)| (part, title.to_owned())));
}

#[test]
fn parts_are_left_out_and_moved_and_texts_stand_between_them() {
    let pieces = [
        Piece::Part(Part::Table(1)),
        Piece::Title("Catatan".into()),
        Piece::Paragraph("Untuk rapat.".into()),
        Piece::PageBreak,
        Piece::Part(Part::Section(0)),
        Piece::Part(Part::Table(1)),
        Piece::Part(Part::Table(9)),
    ];
    let arranged = report(None).arranged(&pieces);
    assert_eq!(titles(&arranged), ["Terbesar", "Per zona"], "each part once, and none that there is not");
    assert_eq!(arranged.blocks.len(), 7);
    assert!(matches!(&arranged.blocks[1], Block::Title(title) if title == "Catatan"));
}

#[test]
fn how_far_the_data_reach_is_said_whatever_is_left_out() {
    let arranged = report(Some(LocalDay(30_000))).arranged(&[]);
    assert!(matches!(arranged.blocks.as_slice(), [Block::Paragraph(_)]));
}

#[test]
fn a_design_is_kept_clean_and_one_that_cannot_be_is_refused() {
    let zone = ZoneId(uuid::Uuid::nil());
    let of = |kind, pieces| Design { zone: Some(zone), class: Some(TariffClass::Commercial), pieces, ..Design::of(kind) };
    let narrowed = |kind| of(kind, None).clean().map(|design| (design.zone.is_some(), design.class.is_some()));
    assert_eq!(narrowed(ReportKind::Revenue), Ok((true, false)));
    assert_eq!(narrowed(ReportKind::Receivables), Ok((true, true)));
    assert_eq!(narrowed(ReportKind::Vouchers), Ok((false, false)));
    let tidy = of(ReportKind::Revenue, Some(vec![Piece::Title(" Judul\u{200b} ".into())])).clean().expect("a design");
    assert_eq!(tidy.pieces, Some(vec![Piece::Title("Judul".into())]));
    let long = "x".repeat(LONGEST_TITLE + 1);
    let twice = vec![Piece::Part(Part::Figures), Piece::Part(Part::Figures)];
    let many = vec![Piece::PageBreak; MOST_PIECES + 1];
    let texts = vec![Piece::Paragraph("x".repeat(LONGEST_TEXT)); 3];
    for pieces in [twice, many, texts, vec![Piece::Title(long)], vec![Piece::Title("a\nb".into())]] {
        assert_eq!(of(ReportKind::Revenue, Some(pieces)).clean(), Err(Untidy));
    }
}

#[test]
fn a_design_is_read_as_it_was_written() {
    let signature = Signature { role: "Direktur".into(), name: "Sari".into() };
    let pieces = vec![Piece::Part(Part::Figures), Piece::Part(Part::Chart(0)), Piece::PageBreak, Piece::Signature(signature)];
    let design = Design { pieces: Some(pieces), days: Days::Between(Period::year(2026)), ..Design::of(ReportKind::Alerts) };
    let text = serde_json::to_string(&design).expect("JSON");
    assert_eq!(serde_json::from_str::<Design>(&text).expect("a design"), design);
}

proptest! {
    #[test]
    fn no_part_is_there_twice_however_it_is_put_together(order in prop::collection::vec(0_usize..6, 0..20)) {
        let made = report(None);
        let parts = made.parts();
        let pieces: Vec<Piece> = order.iter().map(|place| Piece::Part(parts[*place].part)).collect();
        let arranged = made.arranged(&pieces);
        let mut found = titles(&arranged);
        let all = found.len();
        found.sort_unstable();
        found.dedup();
        prop_assert_eq!(found.len(), all);
    }
}

#[test]
fn a_list_is_no_signature_and_no_part_whatever_comes_first() {
    for good in
        [r#"{"of":{"role":"Direktur","name":"Sari"},"piece":"signature"}"#, r#"{"of":{"part":"chart","no":0},"piece":"part"}"#]
    {
        assert!(serde_json::from_str::<Piece>(good).is_ok(), "{good}");
    }
    for bad in [r#"{"of":["Direktur","Sari"],"piece":"signature"}"#, r#"{"of":["chart",0],"piece":"part"}"#] {
        assert!(serde_json::from_str::<Piece>(bad).is_err(), "{bad}");
    }
}
