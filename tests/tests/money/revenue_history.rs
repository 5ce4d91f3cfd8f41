//! Random histories of money in three time zones, with what each transfer is to count for as this file has it: the oracle of revenue.

use crate::revenue_purchases::{NewPurchase, campaign};
use domain::billing::charging::Charged;
use domain::billing::ledger::{Account, Channel, Event, Settled};
use domain::billing::tariff::TariffClass;
use domain::core::local_time::{DAY_MS, HOUR_MS};
use domain::people::ConnectionKind;
use domain::revenue::Dimension;
use domain::sales::voucher::Grant;
use domain::{ConnectionId, LocalDay, LocalMonth, Rupiah, TimeZone, UtcMillis, ZoneId};
use rusqlite::{Connection, OpenFlags, params};
use std::collections::BTreeMap;
use sync_server::billing::ledger;
use sync_server::billing::ledger::TransferContext;
use sync_server::core::{open_connection, transact};
use sync_server::metering::fleet;
use sync_server::metering::fleet::NewConnection;
use sync_server::revenue;
use tests::world::World;
use uuid::Uuid;

/// What a transfer is to count for, as words; and what it posts.
pub struct Expected {
    pub day: LocalDay,
    pub kind: String,
    pub values: BTreeMap<Dimension, Option<String>>,
    pub postings: BTreeMap<Account, i64>,
}

/// A supply point, as it is now.
struct Place {
    connection: i64,
    customer: i64,
    zone: usize,
    class: TariffClass,
}

/// A purchase of which money can go back.
struct Bought {
    num: i64,
    place: usize,
    cash: bool,
    /// The way to pay of its order, and of the first order of the purchase: what no order is named of counts for that.
    method: String,
    first_method: String,
    order: String,
    campaign: Option<String>,
    left: i64,
    /// Whether the gateway's fee was posted.
    has_fee: bool,
}

/// A utility with one supply point in each time zone, and its file.
pub struct History {
    pub db: Connection,
    pub utility: i64,
    pub zones: Vec<(i64, ZoneId, TimeZone)>,
    pub facts: Vec<Expected>,
    /// Key and identifier of the voucher's campaign.
    campaign: (i64, Uuid),
    users: Vec<(i64, Uuid)>,
    places: Vec<Place>,
    bought: Vec<Bought>,
    months: Vec<LocalMonth>,
    at: UtcMillis,
    /// Whether the next transfer is counted by the transaction that posts it, as the writer does it; by one of its own otherwise.
    together: bool,
    _world: World,
}

/// Whether transfers are counted as they are posted; then places move, too.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Counting {
    AtOnce,
    Later,
}

impl History {
    pub fn new() -> Self {
        let world = World::new();
        let mut db = open_connection(&world.config().database(), OpenFlags::SQLITE_OPEN_READ_WRITE).expect("the database");
        let begin = TimeZone::Jakarta.start_of(LocalDay::from_ymd(2026, 9, 20).expect("a day"));
        let (third, _) = transact(&mut db, begin, |tx| {
            let utility = fleet::utility(tx)?;
            let zone = fleet::add_zone(tx, utility, ZoneId(Uuid::now_v7()), "Papua", TimeZone::Jayapura)?;
            let customer = tx.db.query_row("SELECT num FROM customer ORDER BY num LIMIT 1", [], |row| row.get(0))?;
            let new = NewConnection {
                id: ConnectionId(Uuid::now_v7()),
                customer,
                zone,
                kind: ConnectionKind::Residential,
                label: "Rumah ketiga".into(),
                address: "Jl. Uji 3".into(),
                tariff_class: TariffClass::Residential,
                position: None,
            };
            fleet::add_connection(tx, utility, &new)?;
            campaign(tx, utility)
        })
        .expect("a third place");
        let utility = db.query_row("SELECT num FROM utility", [], |row| row.get(0)).expect("a utility");
        let zones = all(&db, "SELECT num, id, time_zone FROM zone ORDER BY num", |row| {
            let zone: String = row.get(2)?;
            Ok((row.get(0)?, ZoneId(Uuid::from_bytes(row.get(1)?)), TimeZone::from_iana(&zone).expect("a time zone")))
        });
        let users = all(&db, "SELECT num, id FROM user ORDER BY num", |row| Ok((row.get(0)?, Uuid::from_bytes(row.get(1)?))));
        let places = all(&db, "SELECT c.num, c.customer, c.zone FROM connection c ORDER BY c.num", |row| {
            let zone: i64 = row.get(2)?;
            let zone = zones.iter().position(|(num, ..): &(i64, ZoneId, TimeZone)| *num == zone).expect("its zone");
            Ok(Place { connection: row.get(0)?, customer: row.get(1)?, zone, class: TariffClass::Residential })
        });
        let month = LocalDay::from_ymd(2026, 9, 1).expect("a day").month();
        let months = (0..4).map(|more| LocalMonth(month.0 + more)).collect();
        let (facts, bought) = (Vec::new(), Vec::new());
        Self {
            db,
            utility,
            zones,
            facts,
            campaign: third,
            users,
            places,
            bought,
            months,
            at: begin,
            together: false,
            _world: world,
        }
    }

    /// Lets things happen for some months.
    pub fn live(&mut self, seed: u64, counting: Counting) {
        let mut rng = fastrand::Rng::with_seed(seed);
        for step in 0..160 {
            self.at = self.at.plus(rng.i64(0..14 * HOUR_MS));
            let place = rng.usize(..self.places.len());
            if counting == Counting::AtOnce && rng.u8(..12) == 0 {
                self.move_place(place, &mut rng);
            }
            self.together = counting == Counting::AtOnce && rng.bool();
            let key = format!("{seed}:{step}");
            match rng.u8(..14) {
                0..=3 => self.buy(place, &key, &mut rng),
                4 | 5 => self.give_back(&key, &mut rng),
                6 => self.pay_again(&key, &mut rng),
                7 => self.keep_fee(&mut rng),
                _ => self.post_other(place, &key, &mut rng),
            }
            if counting == Counting::AtOnce {
                transact(&mut self.db, self.at, revenue::keep_up).expect("counted");
            }
        }
    }

    /// Another class or zone, from now on.
    fn move_place(&mut self, place: usize, rng: &mut fastrand::Rng) {
        let to = &mut self.places[place];
        to.class = TariffClass::ALL[rng.usize(..4)];
        to.zone = rng.usize(..self.zones.len());
        let values = params![to.connection, to.class.as_str(), self.zones[to.zone].0];
        self.db.execute("UPDATE connection SET tariff_class = ?2, zone = ?3 WHERE num = ?1", values).expect("moved");
    }

    fn buy(&mut self, place: usize, key: &str, rng: &mut fastrand::Rng) {
        let (cash, with_voucher) = (rng.bool(), rng.u8(..3) == 0);
        let (paid, discount, bonus) = (rng.i64(1..900_000), rng.i64(0..9_000), rng.i64(0..900));
        let granted = if with_voucher { Grant { discount: Rupiah(discount), bonus: Rupiah(bonus) } } else { Grant::default() };
        let method = if cash { "cash" } else { ["qris", "va_bca", "gopay"][rng.usize(..3)] };
        let buyer = rng.usize(..self.users.len());
        let order = format!("IW-{}", key.replace(':', "x"));
        let (of, at) = (&self.places[place], self.at);
        let purchase = NewPurchase {
            utility: self.utility,
            connection: of.connection,
            customer: of.customer,
            buyer: self.users[buyer].0,
            cash,
            amount: paid + granted.discount.0,
            granted,
            voucher: with_voucher.then_some(self.campaign.0),
            method,
            order: &order,
        };
        let num = transact(&mut self.db, at, |tx| purchase.insert(tx)).expect("a purchase").0;
        let channel = if cash { Channel::Cash } else { Channel::Gateway };
        let event =
            Event::Purchase { settled: Settled { channel, paid: Rupiah(paid), granted }, lent: Rupiah(rng.i64(0..20_000)) };
        let ledger_key = if cash { format!("settle:cash:{}", Uuid::now_v7()) } else { format!("settle:{order}:1") };
        let campaign = with_voucher.then(|| self.campaign.1.to_string());
        let collector = cash.then(|| self.users[buyer].1.to_string());
        let tags = Tags { method: Some(method.into()), campaign: campaign.clone(), collector, month: None };
        self.post((place, Some(num), None), &event, ledger_key, tags);
        let (method, first_method) = (method.to_owned(), method.to_owned());
        self.bought.push(Bought { num, place, cash, method, first_method, order, campaign, left: paid, has_fee: false });
    }

    /// What was bought by the gateway and is chosen; none if that is not.
    fn by_gateway(&self, rng: &mut fastrand::Rng) -> Option<usize> {
        let chosen = rng.usize(..self.bought.len().max(1));
        self.bought.get(chosen).filter(|bought| !bought.cash).map(|_| chosen)
    }

    /// Pays a purchase once more, by an order of its own and mostly another way.
    fn pay_again(&mut self, key: &str, rng: &mut fastrand::Rng) {
        let Some(chosen) = self.by_gateway(rng) else { return };
        let (paid, method) = (rng.i64(1..900_000), ["qris", "va_bca", "gopay"][rng.usize(..3)]);
        let order = format!("IW-{}", key.replace(':', "x"));
        let Bought { num, place, first_method, campaign, .. } = &self.bought[chosen];
        let (num, place, first_method, campaign) = (*num, *place, first_method.clone(), campaign.clone());
        let of = &self.places[place];
        let payment = NewPurchase {
            utility: self.utility,
            connection: of.connection,
            customer: of.customer,
            buyer: self.users[0].0,
            cash: false,
            amount: paid,
            granted: Grant::default(),
            voucher: None,
            method,
            order: &order,
        };
        transact(&mut self.db, self.at, |tx| {
            let purchase: [u8; 16] = tx.db.query_row("SELECT id FROM purchase WHERE num = ?1", [num], |row| row.get(0))?;
            payment.pay(tx, Uuid::from_bytes(purchase))
        })
        .expect("another payment");
        let settled = Settled { channel: Channel::Gateway, paid: Rupiah(paid), granted: Grant::default() };
        let event = Event::Purchase { settled, lent: Rupiah(0) };
        let tags = Tags { method: Some(method.into()), campaign: campaign.clone(), ..Tags::default() };
        self.post((place, Some(num), None), &event, format!("settle:{order}:1"), tags);
        let method = method.to_owned();
        self.bought.push(Bought { num, place, cash: false, method, first_method, order, campaign, left: paid, has_fee: false });
    }

    /// The gateway keeps a fee of an order, once.
    fn keep_fee(&mut self, rng: &mut fastrand::Rng) {
        let Some(chosen) = self.by_gateway(rng) else { return };
        let who = self.users[rng.usize(..self.users.len())].0;
        let bought = &mut self.bought[chosen];
        if std::mem::replace(&mut bought.has_fee, true) {
            return;
        }
        let tags = Tags { method: Some(bought.method.clone()), campaign: bought.campaign.clone(), ..Tags::default() };
        let (of, key) = ((bought.place, Some(bought.num), Some(who)), format!("gateway_fee:{}", bought.order));
        self.post(of, &Event::GatewayFee(Rupiah(rng.i64(1..9_000))), key, tags);
    }

    fn give_back(&mut self, key: &str, rng: &mut fastrand::Rng) {
        if self.bought.is_empty() {
            return;
        }
        let index = rng.usize(..self.bought.len());
        let user = rng.usize(..self.users.len());
        let bought = &mut self.bought[index];
        let amount = rng.i64(0..=bought.left);
        bought.left -= amount;
        let granted = Grant { discount: Rupiah(rng.i64(0..90)), bonus: Rupiah(0) };
        let (place, num) = (bought.place, bought.num);
        let (event, who) = if bought.cash || rng.bool() {
            (Event::Refund { amount: Rupiah(amount), granted }, Some(self.users[user].0))
        } else {
            (Event::Chargeback { amount: Rupiah(amount), granted }, None)
        };
        let (ledger_key, method) = if bought.cash {
            (format!("back:cash:{}", Uuid::now_v7()), &bought.method)
        } else if rng.bool() {
            (format!("back:{}:{}", bought.order, self.facts.len() + 2), &bought.method)
        } else {
            // By bank transfer: no order is in the key.
            (format!("back:bank:{}{}", key.len(), self.facts.len()), &bought.first_method)
        };
        let collector = bought.cash.then(|| self.users[user].1.to_string());
        let tags = Tags { method: Some(method.clone()), campaign: bought.campaign.clone(), collector, month: None };
        self.post((place, Some(num), who), &event, ledger_key, tags);
    }

    fn post_other(&mut self, place: usize, key: &str, rng: &mut fastrand::Rng) {
        let charged =
            |rng: &mut fastrand::Rng, least| Charged { water: Rupiah(rng.i64(least..90_000)), tax: Rupiah(rng.i64(0..900)) };
        let month = Some(self.months[rng.usize(..self.months.len())]);
        let (event, month) = match rng.u8(..8) {
            0..=2 => (Event::Charge(charged(rng, 0)), month),
            3 => (Event::ChargeCorrection(charged(rng, -90_000)), month),
            4 => (Event::MonthlyFee(charged(rng, 0)), month),
            5 => (Event::EmergencyCredit(Rupiah(rng.i64(1..20_000))), None),
            6 => (Event::Adjustment(Rupiah(rng.i64(-50_000..50_000))), None),
            _ => (Event::OpeningBalance(Rupiah(rng.i64(-900_000..900_000))), None),
        };
        let tags = Tags { month, ..Tags::default() };
        self.post((place, None, None), &event, format!("other:{key}"), tags);
    }

    fn post(&mut self, (place, purchase, who): (usize, Option<i64>, Option<i64>), event: &Event, key: String, tags: Tags) {
        let of = &self.places[place];
        let context = TransferContext { connection: of.connection, at: self.at, month: tags.month, purchase, who, reason: "" };
        let (_, zone_id, time_zone) = self.zones[of.zone];
        let local = self.at.0
            + match time_zone {
                TimeZone::Jakarta => 7,
                TimeZone::Makassar => 8,
                TimeZone::Jayapura => 9,
            } * HOUR_MS;
        let values = BTreeMap::from([
            (Dimension::All, None),
            (Dimension::Method, tags.method),
            (Dimension::Class, Some(of.class.as_str().to_owned())),
            (Dimension::Zone, Some(zone_id.to_string())),
            (Dimension::Campaign, tags.campaign),
            (Dimension::Collector, tags.collector),
            (Dimension::Hour, Some((local % DAY_MS / HOUR_MS).to_string())),
            (Dimension::Month, tags.month.map(|month| month.0.to_string())),
        ]);
        let together = self.together;
        transact(&mut self.db, self.at, |tx| {
            ledger::post_event(tx, &context, event, key.clone())?;
            if together { revenue::keep_up(tx) } else { Ok(()) }
        })
        .expect("posted");
        let raw = "SELECT a.kind, o.amount FROM transfer t JOIN posting o ON o.transfer = t.num JOIN account a ON a.num = o.account WHERE t.key = ?1";
        let mut query = self.db.prepare_cached(raw).expect("a query");
        let rows = query.query_map([&key], |row| Ok((row.get::<_, String>(0)?, row.get(1)?))).expect("postings");
        let postings = rows.map(|row| row.map(|(kind, amount)| (Account::from_word(&kind).expect("an account"), amount)));
        let postings = postings.collect::<Result<BTreeMap<_, i64>, _>>().expect("postings");
        self.facts.push(Expected { day: LocalDay((local / DAY_MS) as i32), kind: event.kind().to_owned(), values, postings });
    }
}

/// What the test knows of a transfer beside its place and time.
#[derive(Default)]
struct Tags {
    method: Option<String>,
    campaign: Option<String>,
    collector: Option<String>,
    month: Option<LocalMonth>,
}

fn all<T>(db: &Connection, sql: &str, read: impl FnMut(&rusqlite::Row<'_>) -> rusqlite::Result<T>) -> Vec<T> {
    let mut query = db.prepare(sql).expect("a query");
    query.query_map([], read).expect("rows").collect::<Result<_, _>>().expect("rows")
}
