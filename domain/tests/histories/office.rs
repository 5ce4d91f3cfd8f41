//! The utility's side: readings are absorbed, months computed anew and posted, purchases settled and taken back, as the server does it.

use super::field::{HERE, History, Message, ZONE};
use super::oracle::Gift;
use domain::billing::charging::{MonthRun, due, monthly_fee};
use domain::billing::ledger::{Account, Channel, Event, Settled, Transfer, undo_share};
use domain::billing::tariff::{DayVolume, TariffClass, TariffVersion, charge, version_on};
use domain::metering::meter::Capability;
use domain::metering::reading::absorb::{Absorbed, Stored, WindowEnd, absorb};
use domain::metering::reading::{DayUse, Point, Rules};
use domain::sales::voucher::{Benefit, Grant, Occasion, Refusal, Taken, Voucher, VoucherState, grant};
use domain::{CustomerId, LocalDay, LocalMonth, Millilitres, Rupiah, UtcMillis};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// Uses of the voucher, altogether.
pub const USES: i64 = 2;

/// The least purchase that takes the voucher.
pub const MINIMUM: i64 = 50_000;

/// Accounts, and the keys that were seen.
#[derive(Default)]
pub struct Book {
    pub accounts: BTreeMap<Account, i64>,
    seen: BTreeSet<String>,
    pub done: Vec<Transfer>,
}

impl Book {
    pub fn take(&mut self, transfer: Transfer) {
        if self.seen.insert(transfer.key.clone()) {
            for posting in &transfer.postings {
                *self.accounts.entry(posting.account).or_default() += posting.amount.0;
            }
            self.done.push(transfer);
        }
    }

    pub fn of(&self, account: Account) -> i64 {
        self.accounts.get(&account).copied().unwrap_or(0)
    }
}

/// A month as it is charged.
#[derive(Default)]
pub struct Month {
    pub run: MonthRun,
    posts: usize,
    closed: bool,
}

/// A purchase that was settled, and what went back of it.
struct Sold {
    settled: Settled,
    returned: Rupiah,
}

/// The office of one connection.
pub struct Office {
    versions: Vec<TariffVersion>,
    since: LocalDay,
    fee_month: LocalMonth,
    logs: BTreeMap<usize, BTreeMap<UtcMillis, Stored>>,
    pub usage: BTreeMap<LocalDay, DayUse>,
    pub months: BTreeMap<LocalMonth, Month>,
    pub book: Book,
    sold: Vec<Sold>,
    voucher: Voucher,
    uses: i64,
}

impl Office {
    pub fn new(versions: &[TariffVersion], since: LocalDay, gift: Gift) -> Self {
        let benefit = match gift {
            Gift::Percent(per_mille) => Benefit::Percentage(per_mille),
            Gift::Off(rupiah) => Benefit::FixedAmount(Rupiah(rupiah)),
            Gift::Water(volume) => Benefit::BonusVolume(Millilitres(volume)),
        };
        let voucher = Voucher {
            code: "HEMAT".parse().expect("a code"),
            benefit,
            minimum_purchase: Rupiah(MINIMUM),
            maximum_discount: None,
            total_limit: Some(USES),
            customer_limit: None,
            valid_from: UtcMillis(0),
            valid_until: History::start().plus(i64::MAX / 2),
            classes: vec![],
            customers: vec![],
            state: VoucherState::Active,
        };
        Self {
            versions: versions.to_vec(),
            since,
            fee_month: LocalMonth(since.month().0 - 1),
            logs: BTreeMap::new(),
            usage: BTreeMap::new(),
            months: BTreeMap::new(),
            book: Book::default(),
            sold: Vec::new(),
            voucher,
            uses: 0,
        }
    }

    /// Takes readings in, each meter's by itself; returns how many rows that changed.
    pub fn hear(&mut self, messages: &[Message]) -> usize {
        let mut changed = 0;
        let rules = Rules { capability: &Capability::HOUSEHOLD, salt: 0 };
        for meter in messages.iter().map(|message| message.meter).collect::<BTreeSet<_>>() {
            let log = self.logs.entry(meter).or_default();
            let new: Vec<Point> = messages.iter().filter(|message| message.meter == meter).map(|message| message.point).collect();
            let window: Vec<Stored> = log.values().copied().collect();
            let absorbed = absorb((WindowEnd::History, WindowEnd::History), &window, &new, &rules, &|_| ZONE);
            let Absorbed { changed: rows, usage, .. } = absorbed.expect("the whole history is long enough");
            changed += rows.len();
            log.extend(rows.into_iter().map(|row| (row.point.t, row)));
            for ((connection, day), part) in usage {
                if connection == HERE {
                    self.usage.entry(day).or_default().combine(&part, 1);
                }
            }
        }
        self.usage.retain(|_, day| !day.is_zero());
        self.compute();
        changed
    }

    fn used_in(&self, month: LocalMonth) -> Vec<DayVolume> {
        let days = self.usage.iter().filter(|(day, _)| day.month() == month);
        days.map(|(day, used)| DayVolume { day: *day, volume: used.volume }).collect()
    }

    fn compute(&mut self) {
        let months: BTreeSet<LocalMonth> = self.usage.keys().map(|day| day.month()).chain(self.months.keys().copied()).collect();
        for month in months {
            let days = self.used_in(month);
            let volume = days.iter().map(|day| day.volume).sum();
            let due = due(&self.versions, month, volume, || Ok::<_, ()>(days)).expect("no store to fail");
            self.months.entry(month).or_default().run.due = due;
        }
    }

    /// Posts what was used and the fees of the months up to today's.
    pub fn post(&mut self, today: LocalDay) {
        for (month, state) in &mut self.months {
            if let Some(difference) = state.run.to_post() {
                let event = if state.closed { Event::ChargeCorrection(difference) } else { Event::Charge(difference) };
                let key = format!("charge:{}:{}", month.0, state.posts);
                self.book.take(event.transfer(key).expect("balanced"));
                state.run.posted = state.run.due;
                state.posts += 1;
            }
            state.closed |= *month < today.month();
        }
        for month in self.fee_month.0 + 1..=today.month().0 {
            if let Some(fee) = monthly_fee(&self.versions, self.since, LocalMonth(month)) {
                self.book.take(Event::MonthlyFee(fee).transfer(format!("fee:{month}")).expect("balanced"));
            }
        }
        self.fee_month.0 = self.fee_month.0.max(today.month().0);
    }

    /// The balance as it is shown: posted less running.
    pub fn shown(&self) -> i64 {
        self.book.of(Account::Credit) - self.months.values().map(|month| month.run.running().0).sum::<i64>()
    }

    /// What a month has used by what is known now.
    pub fn used(&self, month: LocalMonth) -> i64 {
        self.used_in(month).iter().map(|day| day.volume.0).sum()
    }

    /// The version of a day, for who wants to buy on it.
    pub fn version(&self, day: LocalDay) -> Option<&TariffVersion> {
        version_on(&self.versions, day)
    }

    /// Sells credit, with the voucher where it is wanted and good; `None` before the connection is charged.
    pub fn sell(&mut self, amount: i64, with_voucher: bool, channel: Channel, today: LocalDay) -> Option<()> {
        let version = version_on(&self.versions, today)?;
        let used = Millilitres(self.used(today.month()));
        let taken = Taken { total: self.uses, by_customer: 0 };
        let now = ZONE.start_of(today);
        let occasion =
            Occasion { customer: CustomerId(Uuid::nil()), class: TariffClass::Residential, amount: Rupiah(amount), now, taken };
        let worth = |volume| Rupiah(charge(version, used + volume).0 - charge(version, used).0);
        let granted = if with_voucher { grant(&self.voucher, &occasion, worth) } else { Err(Refusal::NotActive) };
        self.uses += i64::from(granted.is_ok());
        let granted = granted.unwrap_or_default();
        self.post(today);
        let settled = Settled { channel, paid: Rupiah(amount - granted.discount.0), granted };
        let key = format!("settle:{}", self.sold.len());
        self.book.take(Event::Purchase { settled, lent: Rupiah(0) }.transfer(key).expect("balanced"));
        self.sold.push(Sold { settled, returned: Rupiah(0) });
        Some(())
    }

    /// Takes so many rupiah of a purchase back.
    pub fn take_back(&mut self, of: usize, amount: i64, by_bank: bool, today: LocalDay) {
        self.post(today);
        let sold = &mut self.sold[of];
        let granted: Grant = undo_share(&sold.settled, sold.returned, Rupiah(amount));
        let key = format!("back:{of}:{}", sold.returned.0);
        sold.returned.0 += amount;
        let amount = Rupiah(amount);
        let event = if by_bank { Event::Chargeback { amount, granted } } else { Event::Refund { amount, granted } };
        self.book.take(event.transfer(key).expect("balanced"));
    }
}
