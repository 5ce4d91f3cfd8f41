//! What the tests know of each kind of row: an example of its body, and who may hold it. Both match exhaustively, so that a new kind has its
//! lines here.

use crate::town::Town;
use protocol::sync::rows::Entity;
use serde_json::{Value, json};

/// An example of a kind of row, as the server writes it.
pub fn example(kind: Entity) -> Value {
    let [id, other] = ["01980000-0000-7000-8000-000000000001", "01980000-0000-7000-8000-000000000002"];
    match kind {
        Entity::Zone => json!({ "id": id, "name": "Barat", "time_zone": "Asia/Jakarta" }),
        Entity::Customer => json!({
            "id": id, "number": "001", "name": "Siti", "status": "active", "phone": "+62811000001", "email": "siti@test.example",
            "address": "Jl. Uji 1", "city": "Bandung", "province": "Jawa Barat", "postal_code": "40111", "nik": "3273010101010001",
            "household_size": 4
        }),
        Entity::Connection => json!({
            "id": id, "customer": other, "zone": other, "kind": "residential", "label": "Rumah", "address": "Jl. Uji 1",
            "tariff_class": "residential", "position": [-6_175_392, 106_827_153], "meter": other
        }),
        Entity::Meter => json!({
            "id": id, "serial": "WM-TEST-A", "model": "Uji", "capability": { "q3": 41_666, "register_modulus": 100_000_000_000_i64 },
            "life_cycle": "active", "interval_s": 60, "firmware": "1.2.0", "connection": other, "zone": other
        }),
        Entity::MeterState => meter_state(id),
        Entity::UsageDay => json!({
            "connection": id, "day": 20_422, "volume": 24_000, "covered_ms": 86_400_000, "hours": vec![(1_000, 3_600_000); 24]
        }),
        Entity::UsageMonth => json!({ "connection": id, "month": 24_310, "volume": 720_000, "covered_ms": 2_592_000_000_i64 }),
        Entity::Conflict => json!({
            "id": id, "entity": "customer", "row": other, "title": "Siti", "field": "phone", "base": "1", "mine": "2", "theirs": "3",
            "author": "Budi", "at": 1_764_547_200_000_i64, "decided": "mine"
        }),
        Entity::Note => note(id, other),
        Entity::ManualReading => json!({
            "id": id, "meter": other, "at": 1_764_547_200_000_i64, "register": 123_000, "photo": "a".repeat(64), "author": "Budi",
            "review": ["differs"]
        }),
        Entity::MeterSwap => meter_swap(id, other),
        Entity::Profile => profile(id),
        Entity::Credit => json!({
            "connection": id, "posted": 120_000, "running": 20_000, "lent": 0, "can_borrow": 10_000, "full": 150_000,
            "lasts": { "volume": 20_000_000, "per_day": 4_000, "tenths_of_days": 250 }, "thresholds": { "rupiah": 50_000, "days": 3 },
            "level": "ok", "at": 1_764_547_200_000_i64
        }),
        Entity::Statement => json!({
            "connection": id, "no": 7, "at": 1_764_547_200_000_i64, "kind": "charge", "amount": -20_000, "after": 100_000, "month": 24_310,
            "purchase": other, "reason": "Uji"
        }),
        Entity::Purchase => json!({
            "id": id, "connection": other, "state": "settled", "channel": "gateway", "method": "qris", "order": "IW-1", "simulated": true,
            "amount": 100_000, "code": "HEMAT", "discount": 10_000, "bonus": 0, "to_pay": 90_000, "paid": 90_000, "returned": 0,
            "at": 1_764_547_200_000_i64, "expires_at": 1_764_548_100_000_i64, "settled_at": 1_764_547_260_000_i64
        }),
        Entity::Tariff => tariff(id),
        Entity::Notification => json!({
            "id": id, "kind": "low_balance", "severity": "critical", "connection": other,
            "content": { "what": "low_balance", "level": "critical", "balance": 24_000, "tenths_of_days": 12 },
            "at": 1_764_547_200_000_i64, "read_at": 1_764_547_260_000_i64
        }),
        Entity::MeterCase => meter_case(id, other),
        Entity::WorkOrder => work_order(id, other),
        Entity::WorkRecord => work_record(id, other),
        Entity::WorkTemplate => work_template(id, other),
        Entity::Letterhead => letterhead(id),
        Entity::RevenueDay => revenue_day(id, other),
        Entity::SavedView => json!({
            "id": id, "list": "customers", "name": "Menunggak Barat", "query": "?saring=menunggak", "version": 1_764_547_200_000_i64
        }),
        Entity::ReportTemplate => report_template(id, other),
        Entity::TipState => json!({ "id": id, "connection": other, "tip": "shower-head", "applied": 20_422, "bookmarked": true }),
        Entity::ReportRun => report_run(id, other),
        Entity::NeighbourMonth => neighbour_month(id),
        Entity::VanPart => json!({ "id": id, "part": other, "name": "Paking 1/2 inci", "pieces": -2 }),
    }
}

fn tariff(id: &str) -> Value {
    json!({
        "id": id, "class": "residential", "effective_from": 20_422, "mode": "marginal",
        "blocks": [{ "up_to": 10_000_000, "price_per_m3": 2_000 }, { "up_to": null, "price_per_m3": 3_500 }],
        "monthly_fee": 10_000, "minimum_top_up": 10_000, "tax_per_mille": 0, "lifeline_per_day": 0
    })
}

fn note(id: &str, other: &str) -> Value {
    json!({
        "id": id, "meter": other, "text": "Segel rusak", "author": "Budi", "at": 1_764_547_200_000_i64, "review": ["clock_skew"]
    })
}

/// Households of four, of which there are 38.
fn neighbour_month(id: &str) -> Value {
    json!({
        "connection": id, "month": 24_310, "household_size": 4, "homes": 38, "lower": 11_000_000, "median": 14_200_000, "upper": 18_500_000
    })
}

/// A cash purchase of Rp50,000, as a whole, by class and by who took the money.
fn revenue_day(id: &str, other: &str) -> Value {
    let sums = [[1, 1, 50_000, 1], [1, 9, -50_000, 1]];
    json!({
        "id": id, "day": 20_422, "at": 1_764_547_200_000_i64,
        "parts": [[0, "", sums], [2, "residential", sums], [5, other, sums]], "names": { other: "Budi" }
    })
}

/// A shared one of last month's revenue: its table of receipts below a paragraph, and a signature.
fn report_template(id: &str, other: &str) -> Value {
    let pieces = json!([
        { "piece": "paragraph", "of": "Untuk rapat." }, { "piece": "part", "of": { "part": "table", "no": 1 } },
        { "piece": "page_break" }, { "piece": "signature", "of": { "role": "Direktur", "name": "Sari" } }
    ]);
    json!({
        "id": id, "name": "Bulanan", "shared": true,
        "design": { "kind": "revenue", "days": { "days": "last_month" }, "zone": other, "pieces": pieces },
        "version": 2, "author": other, "by": "Budi", "at": 1_764_547_200_000_i64
    })
}

/// Last month's revenue, made again after two due times were missed.
fn report_run(id: &str, other: &str) -> Value {
    json!({
        "id": id, "schedule": other, "name": "Bulanan", "kind": "revenue", "period": { "first": 20_393, "last": 20_422 },
        "due": 1_764_540_000_000_i64, "at": 1_764_547_200_000_i64, "missed": 2, "again": true, "state": "made"
    })
}

fn letterhead(id: &str) -> Value {
    json!({
        "id": id, "name": "Tirta Bening", "address": "Jl. Braga 12, Bandung", "tax_number": "01.234.567.8-901.000",
        "phone": "022 555 0199", "email": "halo@tirta.example", "footer": "Simpan bukti ini.", "logo": "iVBORw0KGgo="
    })
}

fn profile(id: &str) -> Value {
    json!({
        "id": id, "email": "budi@test.example", "name": "Budi", "phone": "+62811000002", "role": "technician", "language": "id"
    })
}

/// One whose new meter's serial number is that of a meter elsewhere.
fn meter_swap(id: &str, other: &str) -> Value {
    json!({
        "id": id, "meter": other, "old": other, "old_serial": "WM-TEST-A", "serial": "WM-BARU-1", "model": "Uji", "entered": false,
        "at": 1_764_547_200_000_i64, "final_register": 123_000, "final_photo": "a".repeat(64), "first_register": 5_000,
        "first_photo": "b".repeat(64), "old_seal": "S-100", "new_seal": "S-200", "order": other, "author": "Budi",
        "review": ["serial_in_use"]
    })
}

fn meter_case(id: &str, other: &str) -> Value {
    json!({
        "connection": id, "no": 3, "meter": other, "cause": "burst", "severity": "severe", "status": "investigating",
        "start": 1_764_547_200_000_i64, "opened_at": 1_764_549_000_000_i64, "cleared_at": 1_764_550_800_000_i64,
        "normal_until": 1_772_323_200_000_i64, "authorised": other, "assigned": { "id": other, "name": "Budi" },
        "rate": 300_000, "loss": 150_000, "cost": 525, "cost_month": 756_000,
        "found": { "by": "rule", "evidence": { "of": "burst", "floor": 290_000, "for_s": 1_800 } },
        "history": [{ "at": 1_764_549_060_000_i64, "by": "Budi", "answer": "needs_technician", "remark": "Di halaman" }]
    })
}

fn work_order(id: &str, other: &str) -> Value {
    json!({
        "id": id, "meter": other, "work": "tera_ulang", "state": "completed", "from": 1_764_547_200_000_i64, "until": 1_764_554_400_000_i64,
        "technician": { "id": other, "name": "Budi" }, "text": "Bawa segel", "author": "Admin", "at": 1_764_540_000_000_i64,
        "begun_at": 1_764_547_300_000_i64, "begun_by": "Budi", "completed_at": 1_764_550_000_000_i64, "completed_by": "Budi",
        "cancelled_at": 1_764_560_000_000_i64, "minutes": 45, "priority": "high", "template": { "id": other, "version": 2 },
        "turns": [
            { "at": 1_764_547_300_000_i64, "turn": "going", "by": "Budi" },
            { "at": 1_764_548_000_000_i64, "turn": "deferred", "reason": "no_part", "text": "Paking 1/2 inci", "by": "Budi" },
            { "at": 1_764_549_000_000_i64, "turn": "going", "by": "Budi" }
        ],
        "review": ["late_work"]
    })
}

/// A picture that was taken after an order had become somebody else's.
fn work_record(id: &str, other: &str) -> Value {
    json!({
        "id": id, "order": other, "meter": other, "at": 1_764_549_100_000_i64, "author": "Budi", "by": other,
        "content": {
            "what": "photo", "step": 16, "blob": "a".repeat(64), "taken_at": 1_764_549_090_000_i64, "position": [-6_175_392, 106_827_153]
        },
        "review": ["not_assigned"]
    })
}

/// The second version of a checklist of its own.
fn work_template(id: &str, other: &str) -> Value {
    json!({
        "id": id, "template": other, "version": 2, "name": "Ganti baterai", "work": "preventive",
        "steps": [
            { "no": 1, "label": "Tegangan", "what": { "ask": "number", "least": 3_000, "most": 3_900, "unit": "V" } },
            { "no": 3, "label": "Kondisi", "what": { "ask": "choice", "options": ["Baik", "Rusak"] } },
            { "no": 2, "label": "Foto", "what": { "ask": "photo", "when": "after" }, "optional": true }
        ],
        "retired": true, "by": "", "at": 1_764_540_000_000_i64
    })
}

fn meter_state(id: &str) -> Value {
    json!({
        "meter": id, "t": 1_764_547_200_000_i64, "received_at": 1_764_547_201_000_i64, "register": 123_456, "flow": 500, "valve": "open",
        "battery": 90, "rssi": -70, "said_offline": false, "reported_at": 1_764_547_201_000_i64,
        "condition": {
            "usual_silence_s": 120, "battery": 90, "empty_at": 1_900_000_000_000_i64, "skew_ms": 0, "low_voltage_at": 1_764_540_000_000_i64,
            "valve_contradicts_at": 1_764_541_000_000_i64, "in_service_since": 1_700_000_000_000_i64
        }
    })
}

impl Town {
    /// Whether a row that comes and goes by itself may be in a bucket: values of its meters, use of its connections, the admins' conflicts.
    /// `None` for the kinds that [`Self::rows`] lists whole.
    pub fn may_come(&self, bucket: &str, entity: Entity, id: &str) -> Option<bool> {
        let thing = id.split('/').next().unwrap_or_default();
        let stands = |parent: Entity, id: &str| self.rows(bucket).contains(&(parent, id.to_owned()));
        Some(match entity {
            Entity::Zone | Entity::Customer | Entity::Connection | Entity::Meter | Entity::Profile => return None,
            // Nobody in a town writes notes, swaps a meter, or buys anything.
            Entity::Note | Entity::MeterSwap | Entity::Purchase => return None,
            // Nor keeps a view.
            Entity::SavedView => return None,
            Entity::MeterState => stands(Entity::Meter, thing),
            Entity::UsageDay | Entity::UsageMonth => stands(Entity::Connection, thing),
            // An admin's device lists balances; for how they came about it asks.
            Entity::Credit => (bucket == "admin" || bucket.starts_with("customer:")) && stands(Entity::Connection, thing),
            Entity::Statement | Entity::NeighbourMonth => bucket.starts_with("customer:") && stands(Entity::Connection, thing),
            Entity::Tariff | Entity::Letterhead | Entity::WorkTemplate => bucket == "public",
            Entity::Conflict | Entity::RevenueDay => bucket == "admin",
            Entity::ReportTemplate => bucket == "admin" || bucket.starts_with("user:"),
            Entity::Notification | Entity::TipState | Entity::ReportRun | Entity::VanPart => bucket.starts_with("user:"),
            // Technicians and admins have all cases, customers those about their water: who holds the connection holds it.
            Entity::MeterCase if bucket.starts_with("customer:") => {
                stands(Entity::Connection, thing) && self.cases.get(id).is_none_or(|is_the_customers| *is_the_customers)
            }
            Entity::MeterCase => stands(Entity::Connection, thing),
            // What technicians write is not their customers'.
            Entity::ManualReading if bucket.starts_with("customer:") => false,
            // Neither is what is announced at their meters.
            Entity::WorkOrder if bucket.starts_with("customer:") => false,
            // Nobody in a town records what was done under one.
            Entity::WorkRecord => return None,
            Entity::WorkOrder => self.orders.get(thing).is_some_and(|meter| stands(Entity::Meter, &meter.to_string())),
            Entity::ManualReading => self.readings.get(thing).is_some_and(|(meter, _)| stands(Entity::Meter, &meter.to_string())),
        })
    }
}
