//! What server and device have after an import, row by row, and whether it is what the sheet says.

use crate::households::{household, is_mistaken};
use crate::views;
use crate::world::Running;
use rusqlite::Connection;
use std::collections::BTreeMap;

/// Rows that are imported, by the names of their tables on the device.
const IMPORTED: [&str; 4] = ["customer", "connection", "meter", "manual_reading"];

/// That the device shows each row that the server gives to admins, with the same body, and no other of those that are imported. Returns how many
/// there are of each kind.
pub async fn same_rows(running: &Running, cache: &Connection) -> BTreeMap<&'static str, usize> {
    let token = running.tokens("admin").await.access_token;
    let (counts, differing) = views::differing(&running.url(), &token, ("admin", &IMPORTED), cache).await;
    assert!(differing.is_empty(), "{} rows differ, among them {:?}", differing.len(), &differing[..differing.len().min(5)]);
    for table in IMPORTED {
        let shown: u32 = cache.query_row(&format!("SELECT COUNT(*) FROM {table}"), [], |row| row.get(0)).expect("reads");
        assert_eq!(counts.get(table).copied().unwrap_or(0), shown as usize, "{table}: rows that only the device has");
    }
    counts
}

/// How many households without a mistake the device has as the sheet has them: number, name, telephone, address, serial number, NIK.
pub fn as_on_the_sheet(cache: &Connection, households: u32) -> usize {
    let sql =
        "SELECT cu.number, json_extract(cu.body, '$.name'), json_extract(cu.body, '$.phone'), json_extract(cu.body, '$.address'),
               m.serial, json_extract(cu.body, '$.nik') FROM customer cu JOIN connection n ON n.customer = cu.id
               JOIN meter m ON m.connection = n.id";
    let mut query = cache.prepare(sql).expect("a query");
    let mut rows = query.query([]).expect("reads");
    let mut found = 0;
    while let Some(row) = rows.next().expect("a row") {
        let shown: Vec<Option<String>> = (0..6).map(|column| row.get(column).expect("a text")).collect();
        // Numbers of households are from 1 on; those of the world are none of theirs.
        let number = shown[0].as_deref().filter(|number| number.len() == 7).and_then(|number| number.parse::<u32>().ok());
        let Some(n) = number.map(|number| number - 1).filter(|n| *n < households && !is_mistaken(*n)) else { continue };
        let cells = household(n);
        let of_sheet: Vec<Option<String>> = [0, 1, 2, 3, 6, 9].iter().map(|column| Some(cells[*column].to_string())).collect();
        assert_eq!(shown, of_sheet, "household {n}");
        found += 1;
    }
    found
}
