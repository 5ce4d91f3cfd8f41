//! Invented households of a utility, the same in each run. Every fiftieth has one mistake, of twelve kinds by turns.

use std::fmt;

/// The names of the columns. A CSV has the first ten.
pub const COLUMNS: [&str; 12] = [
    "No Pelanggan",
    "Nama",
    "No HP",
    "Alamat",
    "Gol",
    "Wilayah",
    "No Meter",
    "Tgl Pasang",
    "Stand Pasang",
    "NIK",
    "Kota",
    "Jml Jiwa",
];

/// Columns of numbers, from 0, as `ods.py` takes them.
pub const NUMBERS: &str = "8,11";

/// Columns of days, from 0, as `ods.py` takes them.
pub const DAYS: &str = "7";

/// The utility's zones.
pub const ZONES: [&str; 4] = ["Barat", "Timur", "Utara", "Selatan"];

/// Of so many households one has a mistake.
const EVERY: u32 = 50;

/// Kinds of mistakes.
const KINDS: u32 = 12;

const FIRST: [&str; 32] = [
    "Siti", "Budi", "Agus", "Dewi", "Sri", "Eko", "Rina", "Wahyu", "Nur", "Putri", "Joko", "Ani", "Hendra", "Yanti", "Rudi",
    "Lestari", "Bambang", "Ratna", "Dedi", "Fitri", "Renée", "Made", "Ketut", "Wayan", "Komang", "Asep", "Ujang", "Cecep",
    "Euis", "Neng", "Slamet", "Tuti",
];

const LAST: [&str; 32] = [
    "Santoso",
    "Wijaya",
    "Susanto",
    "Rahayu",
    "Lestari",
    "Hidayat",
    "Saputra",
    "Kusuma",
    "Pratama",
    "Nugroho",
    "Setiawan",
    "Hasibuan",
    "Siregar",
    "Simanjuntak",
    "Purnomo",
    "Gunawan",
    "Suryadi",
    "Firmansyah",
    "Maulana",
    "Ramadhan",
    "Utami",
    "Wulandari",
    "Handayani",
    "Permata",
    "Iskandar",
    "Halim",
    "Sutrisno",
    "Mulyadi",
    "Supriyadi",
    "Wibowo",
    "Kurniawan",
    "Yulianto",
];

const STREETS: [&str; 16] = [
    "Melati",
    "Mawar",
    "Kenanga",
    "Anggrek",
    "Flamboyan",
    "Cempaka",
    "Dahlia",
    "Teratai",
    "Bougenville",
    "Merdeka",
    "Sudirman",
    "Diponegoro",
    "Kartini",
    "Pahlawan",
    "Veteran",
    "Pemuda",
];

const CITIES: [&str; 4] = ["Bandung", "Cimahi", "Sumedang", "Garut"];

const CLASSES: [&str; 6] = ["R1", "R2", "R3", "N1", "N2", "I1"];

/// A cell.
pub enum Cell {
    /// A text.
    Text(String),
    /// A volume, in tenths of its unit.
    Tenths(i32),
    /// A whole number.
    Count(u32),
    /// A day.
    Day {
        /// The year.
        year: u16,
        /// From 1.
        month: u8,
        /// From 1.
        day: u8,
    },
}

/// As a CSV of Indonesia has it.
impl fmt::Display for Cell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => f.write_str(text),
            Self::Tenths(tenths) => write!(f, "{},{}", tenths / 10, tenths.abs() % 10),
            Self::Count(count) => write!(f, "{count}"),
            Self::Day { year, month, day } => write!(f, "{day:02}/{month:02}/{year}"),
        }
    }
}

/// How many of the first households have a mistake.
pub const fn mistaken(households: u32) -> u32 {
    households / EVERY
}

/// Whether a household, from 0, has a mistake.
pub const fn is_mistaken(n: u32) -> bool {
    n % EVERY == EVERY - 1
}

/// How many of the first households have the number of an earlier one, which nothing mends: their rows are left out.
pub const fn repeating(households: u32) -> u32 {
    households / (EVERY * KINDS)
}

/// The cells of a household, from 0.
pub fn household(n: u32) -> [Cell; 12] {
    let mut cells = right(n);
    if is_mistaken(n) {
        let (place, wrong) = mistake(n);
        cells[place] = wrong;
    }
    cells
}

fn right(n: u32) -> [Cell; 12] {
    let mix = Mix::of(n);
    // Street and house together are of one household only.
    let (street, house) = (STREETS[n as usize % STREETS.len()], n as usize / STREETS.len() + 1);
    let (block, quarter) = (1 + mix.below(20, 9), 1 + mix.below(24, 15));
    [
        Cell::Text(number(n)),
        Cell::Text(format!("{} {}", mix.one(8, &FIRST), mix.one(16, &LAST))),
        Cell::Text(format!("0812{:08}", unique(n, 61_803_399))),
        Cell::Text(format!("Jl. {street} No. {house} RT {block:02}/RW {quarter:02}")),
        Cell::Text(mix.one(28, &CLASSES).to_owned()),
        Cell::Text(mix.one(30, &ZONES).to_owned()),
        Cell::Text(format!("IMP-{:08}", unique(n, 38_196_601))),
        Cell::Day { year: 2005 + mix.below(41, 20) as u16, month: 1 + mix.below(37, 12) as u8, day: 1 + mix.below(32, 28) as u8 },
        Cell::Tenths(mix.below(0, 30_000) as i32),
        Cell::Text(nik(&mix)),
        Cell::Text(mix.one(44, &CITIES).to_owned()),
        Cell::Count(1 + mix.below(60, 9) as u32),
    ]
}

/// The column of a household's mistake, and what stands there.
fn mistake(n: u32) -> (usize, Cell) {
    let (place, text) = match n / EVERY % KINDS {
        0 => (1, String::new()),
        1 => (2, "8,12E+10".to_owned()),
        2 => (2, "0812".to_owned()),
        // A digit is missing.
        3 => (9, nik(&Mix::of(n)).chars().take(15).collect()),
        4 => (9, "3,27301E+15".to_owned()),
        5 => (5, "Pulau Seberang".to_owned()),
        6 => (4, "S IA".to_owned()),
        7 => (6, format!("IMP {n} A")),
        8 => (7, "31/04/2024".to_owned()),
        9 => (7, "kemarin".to_owned()),
        10 => return (8, Cell::Tenths(-50)),
        // The number of a household that has no mistake of its own; each is repeated once, far behind it.
        _ => (0, number(n / (EVERY * KINDS) * EVERY)),
    };
    (place, Cell::Text(text))
}

fn number(n: u32) -> String {
    format!("{:07}", n + 1)
}

/// Eight digits that no other household has; `by` has no divisor in common with 10.
const fn unique(n: u32, by: u64) -> u64 {
    n as u64 * by % 100_000_000
}

/// Sixteen digits with a place, a day of birth and a serial number in them.
fn nik(mix: &Mix) -> String {
    let (district, day, month) = (1 + mix.below(46, 30), 1 + mix.below(48, 28), 1 + mix.below(50, 12));
    let (year, serial) = (50 + mix.below(52, 50), 1 + mix.below(40, 9_998));
    format!("3273{district:02}{day:02}{month:02}{year:02}{serial:04}")
}

/// 64 bits that follow from a household's number and show no pattern, by splitmix64.
struct Mix(u64);

impl Mix {
    const fn of(n: u32) -> Self {
        let mix = (n as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let mix = (mix ^ (mix >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mix = (mix ^ (mix >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        Self(mix ^ (mix >> 31))
    }

    /// A number below `end`, by the bits from `shift` on.
    const fn below(&self, shift: u32, end: u64) -> u64 {
        (self.0 >> shift) % end
    }

    fn one(&self, shift: u32, words: &[&'static str]) -> &'static str {
        words[self.below(shift, words.len() as u64) as usize]
    }
}
