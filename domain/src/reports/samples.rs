//! One report of each kind, for tests.

use super::kinds::{
    Alerts, Balances, Breakdown, CampaignLine, CaseLine, CashBook, CashClosing, CashLine, ComparisonLine, CreditLine, DetailLine,
    DeviceStatus, Household, LevelLine, MeterLine, MonthOfYear, OwingLine, Receivables, Revenue, RevenueLine, RevenueSums,
    SummaryLine, TechnicianLine, Technicians, TopCustomer, UsageComparison, UsageDetail, UsageLetter, UsageSummary, Vouchers,
    Waits, YearlyStatement, alerts, cash_book, device_status, receivables, revenue, technicians, usage_comparison, usage_detail,
    usage_letter, usage_summary, vouchers, yearly_statement,
};
use super::{Head, Period, Report, Step};
use crate::maintenance::priority::{Priority, ServiceLevels};
use crate::people::Language;
use crate::sales::letterhead::Letterhead;
use crate::{LocalDay, Millilitres, Rupiah, TimeZone, UtcMillis};

/// A head of November 2026.
pub fn head(language: Language) -> Head {
    let day = LocalDay::from_ymd(2026, 11, 22).expect("a day");
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

/// A day of November 2026.
pub fn day(number: i32) -> LocalDay {
    LocalDay::from_ymd(2026, 11, 1).expect("a day").plus(number)
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

/// A report of revenue with a name in it, and the whole of its sums.
pub fn of_revenue(head: &Head, name: &str, seeds: &[i64]) -> (Report, RevenueSums) {
    let all: Vec<RevenueSums> = seeds.iter().copied().map(sums).collect();
    let whole = added(&all);
    let lines = (0..).zip(&all).map(|(number, sums)| RevenueLine { first: day(number), sums: *sums }).collect();
    let parts = all.iter().map(|sums| (name.to_owned(), *sums)).collect();
    let top = vec![TopCustomer { number: name.into(), name: name.into(), sums: whole }];
    let breakdowns = vec![Breakdown { by: "Zona".into(), parts }];
    let of = Revenue { step: Step::Day, lines, whole, before: Some(sums(1)), unearned: (Rupiah(5), Rupiah(6)), breakdowns, top };
    (revenue(head, &of), whole)
}

/// Rows with a name in each text, and numbers that come from seeds.
struct Sample<'a> {
    head: &'a Head,
    name: &'a str,
    seeds: &'a [i64],
}

impl Sample<'_> {
    fn text(&self) -> String {
        self.name.to_owned()
    }

    fn zone(seed: i64) -> String {
        if seed % 3 == 0 { String::new() } else { format!("Zona {}", seed % 3) }
    }

    fn at(&self, seed: i64) -> UtcMillis {
        UtcMillis(self.head.as_of.0 + seed)
    }

    /// A line for each seed.
    fn each<T>(&self, line: impl Fn(i64) -> T) -> Vec<T> {
        self.seeds.iter().copied().map(line).collect()
    }

    fn usage(&self) -> [Report; 3] {
        let summary = self.each(|seed| SummaryLine {
            zone: Self::zone(seed),
            class: self.text(),
            connections: 3,
            volume: Millilitres(seed),
            charged: Some(Rupiah(seed)),
        });
        let detail = self.each(|seed| DetailLine {
            zone: Self::zone(seed),
            number: self.text(),
            name: self.text(),
            address: self.text(),
            serial: self.text(),
            registers: Some((Millilitres(1), Millilitres(seed))),
            volume: Millilitres(seed),
            charged: Some(Rupiah(seed)),
        });
        let compared = self.each(|seed| ComparisonLine {
            zone: Self::zone(seed),
            number: self.text(),
            name: self.text(),
            now: Millilitres(seed),
            before: (seed % 2 == 0).then_some(Millilitres(7)),
        });
        let over_time = vec![(day(0), Some(Millilitres(3))), (day(1), None)];
        [
            usage_summary(self.head, &UsageSummary { lines: summary, step: Step::Day, over_time, before: None }),
            usage_detail(self.head, &UsageDetail { lines: detail }),
            usage_comparison(self.head, &UsageComparison { earlier: Some("Oktober".into()), lines: compared }),
        ]
    }

    fn meters(&self) -> [Report; 2] {
        let meters = self.each(|seed| MeterLine {
            zone: Self::zone(seed),
            serial: self.text(),
            model: self.text(),
            customer: self.text(),
            connectivity: self.text(),
            valve: self.text(),
            battery: Some(80),
            signal: Some(-90),
            last: Some(self.at(seed)),
        });
        let cases = self.each(|seed| CaseLine {
            kind: Self::zone(seed),
            title: self.text(),
            severity: format!("S{}", seed % 3),
            status: self.text(),
            customer: self.text(),
            serial: self.text(),
            began: self.at(seed),
            over: None,
            lost: Some(Millilitres(seed)),
            cost: Some(Rupiah(seed)),
        });
        let states = vec![(self.text(), 3)];
        [
            device_status(self.head, &DeviceStatus { states, closed: 1, low_battery: 2, lines: meters }),
            alerts(self.head, &Alerts { lines: cases }),
        ]
    }

    fn money(&self) -> [Report; 3] {
        let campaigns = self.each(|seed| CampaignLine {
            name: self.text(),
            first: Some(day(1)),
            last: None,
            uses: 3,
            discounts: Rupiah(seed),
            bonus: Rupiah(1),
            paid: Rupiah(seed),
        });
        let owing = self.each(|seed| OwingLine {
            zone: Self::zone(seed),
            number: self.text(),
            name: self.text(),
            phone: self.text(),
            since: Some(day(3)),
            owing: Rupiah(seed),
            lent: Rupiah(1),
        });
        let (one, nothing) = (Rupiah(1), Rupiah(0));
        let classes =
            self.each(|seed| CreditLine { class: self.text(), connections: 1, credit: Rupiah(seed), owing: one, lent: nothing });
        let lines = self.each(|seed| CashLine {
            at: self.at(seed),
            number: self.text(),
            customer: self.text(),
            cashier: self.text(),
            amount: Rupiah(seed - 500),
        });
        let closing = CashClosing {
            day: day(2),
            cashier: self.text(),
            counter: self.text(),
            booked: Rupiah(5),
            counted: Rupiah(4),
            reason: self.text(),
        };
        [
            vouchers(self.head, &Vouchers { lines: campaigns }),
            receivables(self.head, &Receivables { balances: Balances::Posted, classes, owing }),
            cash_book(self.head, &CashBook { opening: Some(Rupiah(9)), lines, closings: vec![closing] }),
        ]
    }

    fn people(&self) -> [Report; 3] {
        let waits = Waits { met: 4, missed: 3, open: 1, running: 1 };
        let lines = self.each(|seed| TechnicianLine {
            zone: Self::zone(seed),
            name: self.text(),
            due: 9,
            completed: 4,
            in_time: 3,
            cancelled: 1,
            minutes: 99,
            worked: 120,
            response: waits,
            repair: waits,
            repaired: 2,
            fixed: 1,
            readings: 5,
        });
        let level = |name: String| LevelLine {
            name,
            priority: Priority::Urgent,
            targets: ServiceLevels::default().urgent,
            orders: 8,
            response: waits,
            response_median: Some(95),
            repair: waits,
            repair_median: None,
        };
        let household = || Household {
            name: self.text(),
            number: self.text(),
            address: self.text(),
            serial: self.text(),
            class: self.text(),
        };
        let months = self.each(|seed| MonthOfYear {
            month: self.head.period.first.month(),
            credited: Rupiah(seed),
            volume: Millilitres(seed),
            water: Rupiah(3),
            fees: Rupiah(2),
            tax: Some(Rupiah(1)),
            other: Rupiah(-1),
        });
        let letter = UsageLetter {
            household: household(),
            days: self.each(|seed| (day(0), Some(Millilitres(seed)))),
            volume: Millilitres(5),
            charged: Rupiah(6),
            before: Some(Millilitres(4)),
            balance: Rupiah(-7),
            sentences: vec![self.text()],
        };
        [
            technicians(
                self.head,
                &Technicians { lines, levels: vec![level(String::new())], each: self.each(|_| level(self.text())) },
            ),
            yearly_statement(self.head, &YearlyStatement { household: household(), opening: Rupiah(8), months }),
            usage_letter(self.head, &letter),
        ]
    }
}

/// One of each kind, in the order of kinds.
pub fn of_each(head: &Head, name: &str, seeds: &[i64]) -> Vec<Report> {
    let sample = Sample { head, name, seeds };
    let mut reports = vec![of_revenue(head, name, seeds).0];
    reports.extend(sample.usage());
    reports.extend(sample.meters());
    reports.extend(sample.money());
    reports.extend(sample.people());
    reports
}
