//! What holds of every report: sums are those of its rows, groups are parts of the whole, and no text is lost or changed.

use super::kinds::{Balances, ComparisonLine, Receivables, UsageComparison, receivables, usage_comparison};
use super::samples::{day, head, of_each, of_revenue};
use super::{Block, Column, Group, Head, Report, ReportKind, Table, TooLarge, Total, Unfit, grouped};
use crate::Millilitres;
use crate::exports::{Cell, Kind};
use crate::people::Language;
use proptest::prelude::*;

/// A number by another way than the model's: as it is read back from a column's cells.
fn column_sum<'a>(rows: impl Iterator<Item = &'a Vec<Cell>>, place: usize) -> i64 {
    rows.filter_map(|row| if let Cell::Number(number) = row[place] { Some(number) } else { None }).sum()
}

#[test]
fn each_kind_can_be_written_in_both_languages_with_and_without_rows() {
    for language in [Language::Id, Language::En] {
        for seeds in [&[][..], &[1, 2, 3, 1_000_000]] {
            let reports = of_each(&head(language), "Sari", seeds);
            let kinds: Vec<ReportKind> = reports.iter().map(|report| report.kind).collect();
            assert_eq!(kinds, ReportKind::ALL);
            for report in reports {
                assert_eq!(report.check(), Ok(()), "{:?}", report.kind);
                assert!(report.name.ends_with("-2026-11") && !report.title.is_empty(), "{}", report.name);
            }
        }
    }
}

#[test]
fn a_report_says_how_far_back_its_data_reach_where_that_is_not_the_whole_period() {
    let reaching = |reach| of_each(&Head { reach, ..head(Language::Id) }, "Sari", &[1]).remove(1);
    let words = |report: &Report| match report.blocks.first() {
        Some(Block::Paragraph(words)) => words.clone(),
        _ => String::new(),
    };
    assert!(words(&reaching(Some(day(4)))).contains("5 November 2026"));
    assert_eq!((words(&reaching(Some(day(0)))), words(&reaching(None))), (String::new(), String::new()));
}

#[test]
fn a_cell_of_another_kind_too_few_cells_and_a_sum_past_the_range_are_refused() {
    let table = |rows| Table::new("T", vec![Column::summed("Rp", Kind::Rupiah, 9)], rows);
    let checked = |table| Report::new(ReportKind::Revenue, &head(Language::Id)).with(Block::Table(table)).check();
    assert_eq!(checked(table(vec![vec![Cell::Number(1)], vec![Cell::Nothing]])), Ok(()));
    assert_eq!(checked(table(vec![vec![Cell::text("1")]])), Err(Unfit::Cells("T".into())));
    assert_eq!(checked(table(vec![vec![]])), Err(Unfit::Cells("T".into())));
    let large = table(vec![vec![Cell::Number(i64::MAX)], vec![Cell::Number(1)]]);
    assert_eq!((large.total(), checked(large)), (Err(TooLarge), Err(Unfit::Sums("T".into()))));
    let of_texts = Table::new("T", vec![Column::summed("Nama", Kind::Text, 9)], Vec::new());
    assert_eq!(checked(of_texts), Err(Unfit::Cells("T".into())));
}

#[test]
fn use_is_compared_with_an_earlier_one_of_the_same_connections_alone() {
    let line = |now, before: Option<i64>| ComparisonLine {
        zone: String::new(),
        number: "0001".into(),
        name: "Sari".into(),
        now: Millilitres(now),
        before: before.map(Millilitres),
    };
    let lines = vec![line(110_000, Some(100_000)), line(900_000, None)];
    let report = usage_comparison(&head(Language::En), &UsageComparison { earlier: Some("October".into()), lines });
    let Some(Block::KeyFigures(figures)) = report.blocks.first() else { panic!("{report:?}") };
    let values: Vec<Cell> = figures.iter().map(|figure| figure.value.clone()).collect();
    assert_eq!(values, [1_010_000, 110_000, 100_000].map(Cell::Number));
    assert!(figures[0].note.is_empty() && figures[1].note.starts_with("10"), "{figures:?}");
}

#[test]
fn the_unearned_balance_says_since_when_use_may_not_be_posted_and_whether_it_is_in_it() {
    let head = head(Language::Id);
    let note = |report: &Report| {
        let figures = report.blocks.iter().find_map(|block| if let Block::KeyFigures(all) = block { Some(all) } else { None });
        let named = figures.and_then(|all| all.iter().find(|figure| figure.name == "Saldo air pelanggan"));
        named.map(|figure| figure.note.clone()).expect("its figure")
    };
    let owed = |balances| receivables(&head, &Receivables { balances, classes: Vec::new(), owing: Vec::new() });
    let (shown, without) = (note(&owed(Balances::Shown)), "; belum termasuk pemakaian sejak 22 Nov 2026 yang belum dibukukan");
    assert!(shown.ends_with("; sudah termasuk pemakaian sejak 22 Nov 2026 yang belum dibukukan; Pendapatan belum"), "{shown}");
    assert!(note(&owed(Balances::Posted)).ends_with(without));
    assert!(note(&of_revenue(&head, "Sari", &[1]).0).ends_with(without));
}

#[test]
fn a_report_goes_through_json_unchanged() {
    for report in of_each(&head(Language::En), "Sari \u{1f389}\n\u{202e}\"=1+1", &[5, -3, 70]) {
        let text = serde_json::to_string(&report).unwrap();
        assert_eq!(serde_json::from_str::<Report>(&text).unwrap(), report);
    }
}

proptest! {
    #[test]
    fn totals_are_the_sums_of_rows_and_subtotals_add_up_to_them(seeds in prop::collection::vec(-1_000_000_i64..1_000_000_000, 0..30)) {
        for report in of_each(&head(Language::Id), "Sari", &seeds) {
            for table in report.tables() {
                let total = table.total().unwrap();
                let subtotals: Vec<Vec<Cell>> = table.groups.iter().map(|group| table.subtotal(group).unwrap()).collect();
                for (place, column) in table.columns.iter().enumerate() {
                    if column.total == Total::Nothing {
                        prop_assert_eq!(&total[place], &Cell::Nothing);
                        continue;
                    }
                    prop_assert_eq!(&total[place], &Cell::Number(column_sum(table.rows(), place)));
                    prop_assert_eq!(&total[place], &Cell::Number(column_sum(subtotals.iter(), place)));
                }
            }
        }
    }

    #[test]
    fn each_row_is_in_one_group_and_rows_of_a_group_keep_their_order(names in prop::collection::vec("[a-c]{0,1}", 0..40)) {
        let rows = names.iter().enumerate().map(|(number, name)| (name.clone(), vec![Cell::Number(number as i64)]));
        let groups: Vec<Group> = grouped(rows);
        for group in &groups {
            let expected: Vec<Vec<Cell>> = (0_i64..).zip(&names).filter(|(_, name)| **name == group.name)
                .map(|(number, _)| vec![Cell::Number(number)]).collect();
            prop_assert_eq!(&group.rows, &expected);
        }
        prop_assert_eq!(groups.iter().map(|group| group.rows.len()).sum::<usize>(), names.len());
    }

    #[test]
    fn revenue_is_the_same_by_time_by_parts_and_by_the_way_from_prices(seeds in prop::collection::vec(0_i64..1_000_000_000, 1..20)) {
        let (report, whole) = of_revenue(&head(Language::Id), "QRIS", &seeds);
        let tables: Vec<&Table> = report.tables().collect();
        let received = Cell::Number(whole.received().0);
        let (bridge, by_time, by_parts) = (tables[0].total().unwrap(), tables[1].total().unwrap(), tables[3].total().unwrap());
        prop_assert_eq!([&bridge[1], &by_time[5], &by_parts[1]], [&received; 3]);
        prop_assert_eq!(&tables[2].total().unwrap()[1], &Cell::Number(whole.volume.unwrap_or_default().0));
    }

    #[test]
    fn any_text_is_in_the_report_and_in_its_csv(name in "\\PC{1,30}", seed in 0_i64..1_000) {
        for report in of_each(&head(Language::En), &name, &[seed]) {
            let is_there = report.tables().any(|table| table.rows().flatten().any(|cell| *cell == Cell::text(name.as_str())))
                || report.subtitle.contains(name.as_str());
            prop_assert!(is_there, "{:?}", report.kind);
            let plain = name.replace('"', "\"\"");
            // What would be computed has an apostrophe in front of it, and quotes are doubled; the rest is as it is.
            let letters = |text: &str| text.chars().filter(|letter| !matches!(letter, '\'' | '"')).collect::<String>();
            if report.kind == ReportKind::UsageDetail {
                prop_assert!(letters(&report.csv()[0].text).contains(&letters(&plain)));
            }
        }
    }

    #[test]
    fn a_csv_has_each_row_and_no_sums(seeds in prop::collection::vec(1_i64..1_000_000, 1..20)) {
        for report in of_each(&head(Language::Id), "Sari", &seeds) {
            for (file, table) in report.csv().iter().zip(report.tables()) {
                prop_assert_eq!(file.text.lines().count(), 1 + table.rows().count());
                prop_assert!(file.name.ends_with(".csv"));
                let begins_with_a_mark = file.text.starts_with('\u{feff}');
                prop_assert!(begins_with_a_mark);
            }
        }
    }
}
