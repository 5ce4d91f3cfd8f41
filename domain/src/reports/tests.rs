//! What holds of every report: sums are those of its rows, groups are parts of the whole, and no text is lost or changed.

use super::kinds::{
    Alerts, Breakdown, CampaignLine, CaseLine, CashBook, CashClosing, CashLine, ComparisonLine, CreditLine, DetailLine,
    DeviceStatus, Household, MeterLine, MonthOfYear, OwingLine, Receivables, Revenue, RevenueLine, RevenueSums, SummaryLine,
    TechnicianLine, Technicians, TopCustomer, UsageComparison, UsageDetail, UsageLetter, UsageSummary, Vouchers, YearlyStatement,
    alerts, cash_book, device_status, receivables, revenue, technicians, usage_comparison, usage_detail, usage_letter,
    usage_summary, vouchers, yearly_statement,
};
use super::{Block, Column, Group, Head, Period, Report, ReportKind, Step, Table, TooLarge, Total, Unfit, grouped};
use crate::exports::{Cell, Kind};
use crate::people::Language;
use crate::sales::letterhead::Letterhead;
use crate::{LocalDay, Millilitres, Rupiah, TimeZone, UtcMillis};
use proptest::prelude::*;

fn head(language: Language) -> Head {
    let day = LocalDay::from_ymd(2026, 11, 22).unwrap();
    Head {
        language,
        zone: TimeZone::Makassar,
        utility: "Tirta Bening".into(),
        letterhead: Letterhead::default(),
        period: Period::month(day.month()),
        as_of: TimeZone::Makassar.start_of(day),
        reach: None,
    }
}

fn day(number: i32) -> LocalDay {
    LocalDay::from_ymd(2026, 11, 1).unwrap().plus(number)
}

fn sums(seed: i64) -> RevenueSums {
    RevenueSums {
        gateway: Rupiah(seed * 7),
        cash: Rupiah(seed * 3),
        refunds: Rupiah(seed),
        chargebacks: Rupiah(seed / 2),
        water: Rupiah(seed * 5),
        fees: Rupiah(seed / 3),
        tax: Rupiah(seed / 10),
        discounts: Rupiah(seed / 5),
        voucher_cost: Rupiah(seed / 7),
        adjustments: Rupiah(-seed),
        volume: Some(Millilitres(seed * 1_001)),
    }
}

fn added(all: &[RevenueSums]) -> RevenueSums {
    all.iter().fold(RevenueSums::default(), |sum, of| RevenueSums {
        gateway: Rupiah(sum.gateway.0 + of.gateway.0),
        cash: Rupiah(sum.cash.0 + of.cash.0),
        refunds: Rupiah(sum.refunds.0 + of.refunds.0),
        chargebacks: Rupiah(sum.chargebacks.0 + of.chargebacks.0),
        water: Rupiah(sum.water.0 + of.water.0),
        fees: Rupiah(sum.fees.0 + of.fees.0),
        tax: Rupiah(sum.tax.0 + of.tax.0),
        discounts: Rupiah(sum.discounts.0 + of.discounts.0),
        voucher_cost: Rupiah(sum.voucher_cost.0 + of.voucher_cost.0),
        adjustments: Rupiah(sum.adjustments.0 + of.adjustments.0),
        volume: Some(sum.volume.unwrap_or_default() + of.volume.unwrap_or_default()),
    })
}

fn of_revenue(head: &Head, name: &str, seeds: &[i64]) -> (Report, RevenueSums) {
    let all: Vec<RevenueSums> = seeds.iter().copied().map(sums).collect();
    let whole = added(&all);
    let lines = (0..).zip(&all).map(|(number, sums)| RevenueLine { first: day(number), sums: *sums }).collect();
    let parts = all.iter().map(|sums| (name.to_owned(), *sums)).collect();
    let top = vec![TopCustomer { number: name.into(), name: name.into(), sums: whole }];
    let breakdowns = vec![Breakdown { by: "Zona".into(), parts }];
    let of = Revenue { step: Step::Day, lines, whole, before: Some(sums(1)), unearned: (Rupiah(5), Rupiah(6)), breakdowns, top };
    (revenue(head, &of), whole)
}

/// One of each kind with a name in it, whose numbers come from seeds.
fn of_each(head: &Head, name: &str, seeds: &[i64]) -> Vec<Report> {
    let text = || name.to_owned();
    let amount = |seed: i64| Rupiah(seed);
    let at = |seed: i64| UtcMillis(head.as_of.0 + seed);
    let of_zone = |seed: i64| if seed % 3 == 0 { String::new() } else { format!("Zona {}", seed % 3) };
    let summary = |seed: &i64| SummaryLine {
        zone: of_zone(*seed),
        class: text(),
        connections: 3,
        volume: Millilitres(*seed),
        charged: Some(amount(*seed)),
    };
    let detail = |seed: &i64| DetailLine {
        zone: of_zone(*seed),
        number: text(),
        name: text(),
        address: text(),
        serial: text(),
        registers: Some((Millilitres(1), Millilitres(*seed))),
        volume: Millilitres(*seed),
        charged: Some(amount(*seed)),
    };
    let compared = |seed: &i64| ComparisonLine {
        zone: of_zone(*seed),
        number: text(),
        name: text(),
        now: Millilitres(*seed),
        before: (seed % 2 == 0).then_some(Millilitres(7)),
    };
    let meter = |seed: &i64| MeterLine {
        zone: of_zone(*seed),
        serial: text(),
        model: text(),
        customer: text(),
        connectivity: text(),
        valve: text(),
        battery: Some(80),
        signal: Some(-90),
        last: Some(at(*seed)),
    };
    let case = |seed: &i64| CaseLine {
        kind: of_zone(*seed),
        title: text(),
        severity: format!("S{}", seed % 3),
        status: text(),
        customer: text(),
        serial: text(),
        began: at(*seed),
        over: None,
        lost: Some(Millilitres(*seed)),
        cost: Some(amount(*seed)),
    };
    let campaign = |seed: &i64| CampaignLine {
        name: text(),
        first: Some(day(1)),
        last: None,
        uses: 3,
        discounts: amount(*seed),
        bonus: amount(1),
        paid: amount(*seed),
    };
    let owing = |seed: &i64| OwingLine {
        zone: of_zone(*seed),
        number: text(),
        name: text(),
        phone: text(),
        since: Some(day(3)),
        owing: amount(*seed),
        lent: amount(1),
    };
    let credit =
        |seed: &i64| CreditLine { class: text(), connections: 1, credit: amount(*seed), owing: amount(1), lent: amount(0) };
    let cash =
        |seed: &i64| CashLine { at: at(*seed), number: text(), customer: text(), cashier: text(), amount: amount(*seed - 500) };
    let closing = CashClosing { day: day(2), cashier: text(), booked: Rupiah(5), counted: Rupiah(4), reason: text() };
    let work = |seed: &i64| TechnicianLine {
        zone: of_zone(*seed),
        name: text(),
        due: 9,
        completed: 4,
        in_time: 3,
        cancelled: 1,
        minutes: 99,
        readings: 5,
    };
    let household = || Household { name: text(), number: text(), address: text(), serial: text(), class: text() };
    let month = |seed: &i64| MonthOfYear {
        month: head.period.first.month(),
        credited: amount(*seed),
        volume: Millilitres(*seed),
        water: amount(3),
        fees: amount(2),
        tax: Some(amount(1)),
        other: amount(-1),
    };
    let days = seeds.iter().map(|seed| (day(0), Some(Millilitres(*seed)))).collect();
    let over_time = vec![(day(0), Some(Millilitres(3))), (day(1), None)];
    let summary = UsageSummary { lines: seeds.iter().map(summary).collect(), step: Step::Day, over_time, before: None };
    let letter = UsageLetter {
        household: household(),
        days,
        volume: Millilitres(5),
        charged: Rupiah(6),
        before: Some(Millilitres(4)),
        balance: Rupiah(-7),
        sentences: vec![text()],
    };
    vec![
        of_revenue(head, name, seeds).0,
        usage_summary(head, &summary),
        usage_detail(head, &UsageDetail { lines: seeds.iter().map(detail).collect() }),
        usage_comparison(head, &UsageComparison { earlier: "Oktober".into(), lines: seeds.iter().map(compared).collect() }),
        device_status(
            head,
            &DeviceStatus { states: vec![(text(), 3)], closed: 1, low_battery: 2, lines: seeds.iter().map(meter).collect() },
        ),
        alerts(head, &Alerts { lines: seeds.iter().map(case).collect() }),
        vouchers(head, &Vouchers { lines: seeds.iter().map(campaign).collect() }),
        receivables(head, &Receivables { classes: seeds.iter().map(credit).collect(), owing: seeds.iter().map(owing).collect() }),
        cash_book(head, &CashBook { opening: Rupiah(9), lines: seeds.iter().map(cash).collect(), closings: vec![closing] }),
        technicians(head, &Technicians { lines: seeds.iter().map(work).collect() }),
        yearly_statement(
            head,
            &YearlyStatement { household: household(), opening: Rupiah(8), months: seeds.iter().map(month).collect() },
        ),
        usage_letter(head, &letter),
    ]
}

/// A number by another way than the model's: as it is read back from a column's cells.
fn column_sum<'a>(rows: impl Iterator<Item = &'a Vec<Cell>>, place: usize) -> i64 {
    rows.filter_map(|row| if let Cell::Number(number) = row[place] { Some(number) } else { None }).sum()
}

#[test]
fn there_is_a_report_of_each_kind_and_each_can_be_written_in_both_languages_with_and_without_rows() {
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
                prop_assert!(file.name.ends_with(".csv") && file.text.starts_with('\u{feff}'));
            }
        }
    }
}
