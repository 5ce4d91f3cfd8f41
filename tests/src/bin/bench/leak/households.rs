//! The households of the evaluation: the real flat, invented ones, and the real one scaled and shifted.

use super::super::Outcome;
use super::series::Meter;
use flate2::read::GzDecoder;
use simulators::meters::households::Household;
use std::collections::BTreeMap;
use std::io::Read;

const REAL: &[u8] = include_bytes!("../../../../data/household-2019.csv.gz");

/// Invented households of a set, and their days.
const INVENTED: u64 = 50;
const DAYS: usize = 240;

/// How the real household's volumes are multiplied, and by how many hours it is shifted: shift workers, and families.
const COPIES: [(f64, i64); 8] = [(0.3, 0), (0.5, 0), (2.0, 0), (3.0, 0), (5.0, 0), (1.0, 6), (1.0, 12), (2.0, 15)];

/// Naples is an hour ahead of UTC, two in summer; the hour in winter will do for a day's rhythm.
const NAPLES_MIN: i64 = 60;

/// Households that are judged together.
pub struct Set {
    /// What they are.
    pub name: String,
    /// Whether all intervals and steps are tried.
    pub is_main: bool,
    /// Them.
    pub meters: Vec<Meter>,
}

impl Set {
    /// The sets of a run; with a file, that household alone and among the invented ones' places its copies.
    pub fn all(file: Option<&str>, seed: u64) -> Outcome<Vec<Self>> {
        if let Some(file) = file {
            let bytes = std::fs::read(file)?;
            let (own, copies) = (real(&bytes, (1.0, 0))?, copies(&bytes)?);
            return Ok(vec![
                Self { name: format!("{file} alone"), is_main: true, meters: vec![own] },
                Self { name: format!("{file}, scaled and shifted"), is_main: false, meters: copies },
            ]);
        }
        let invented: Vec<Household> = (0..INVENTED).map(|index| Household::new(seed, index)).collect();
        let mut main = vec![real(REAL, (1.0, 0))?];
        main.extend(invented.iter().enumerate().map(|(index, household)| Meter::invented(index, household, DAYS, false)));
        let tanks = invented.iter().enumerate().filter(|(_, household)| household.tank.is_some());
        let behind = tanks.map(|(index, household)| Meter::invented(index, household, DAYS, true)).collect();
        Ok(vec![
            Self { name: "the real flat and 50 invented households".into(), is_main: true, meters: main },
            Self { name: "the real flat alone".into(), is_main: false, meters: vec![real(REAL, (1.0, 0))?] },
            Self { name: "the real flat, scaled and shifted".into(), is_main: false, meters: copies(REAL)? },
            Self { name: "leaks behind a storage tank".into(), is_main: false, meters: behind },
        ])
    }
}

fn copies(bytes: &[u8]) -> Outcome<Vec<Meter>> {
    COPIES.into_iter().map(|copy| real(bytes, copy)).collect()
}

/// A household in the format of tests/data, plain or compressed. Days without any use were not monitored.
fn real(bytes: &[u8], (times, hours): (f64, i64)) -> Outcome<Meter> {
    let mut text = String::new();
    if bytes.starts_with(&[0x1F, 0x8B]) {
        GzDecoder::new(bytes).read_to_string(&mut text)?;
    } else {
        text = String::from_utf8(bytes.to_vec())?;
    }
    let mut rows = BTreeMap::new();
    for row in csv::Reader::from_reader(text.as_bytes()).deserialize::<(i64, i64)>() {
        let (minute, ml) = row?;
        *rows.entry(minute + NAPLES_MIN + hours * 60).or_insert(0) += (ml as f64 * times).round() as i64;
    }
    let first = rows.keys().next().ok_or("a household without water")?.div_euclid(1_440);
    let days = (rows.keys().next_back().unwrap_or(&0).div_euclid(1_440) - first + 1) as usize;
    let mut minutes = vec![0; days * 1_440];
    for (minute, ml) in rows {
        minutes[(minute - first * 1_440) as usize] = ml;
    }
    let monitored = minutes.chunks(1_440).map(|day| day.iter().any(|ml| *ml > 0)).collect();
    Ok(Meter::new(format!("real × {times} + {hours} h"), first, minutes, monitored))
}
