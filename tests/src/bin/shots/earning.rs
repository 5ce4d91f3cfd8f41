//! Pictures of Pendapatan in its states: as a whole, its lower half, the parts as bars and as numbers, what is behind a figure, customers, and a
//! period in which nothing happened.

use crate::Outcome;
use tests::driver::{Driven, until};

/// The states.
pub const PAGES: &[&str] = &[
    "pendapatan",
    "pendapatan-bawah",
    "pendapatan-batang",
    "pendapatan-tabel",
    "pendapatan-rinci",
    "pendapatan-pelanggan",
    "pendapatan-kosong",
    "laporan-otomatis",
];

/// The address of a state, what it is about while the server is there, and what of it is scrolled to.
fn state(page: &str) -> (&'static str, &'static str, &'static str) {
    match page {
        "pendapatan-bawah" => ("pendapatan", ".heat", ".revenue-bridge"),
        "pendapatan-batang" => ("pendapatan?rinci=golongan&bentuk=batang", ".part-bar", ".revenue-breakdown"),
        "pendapatan-tabel" => ("pendapatan?rinci=zona&bentuk=tabel&ukur=terpakai", ".parts-table th.more", ".revenue-breakdown"),
        "pendapatan-rinci" => ("pendapatan?buka=diterima", "[data-transfer]", ""),
        "pendapatan-pelanggan" => ("pendapatan?pelanggan=ya", "[data-customers]", ".revenue-customers"),
        "pendapatan-kosong" => ("pendapatan?rentang=tahun&pada=2019", ".revenue-page .empty", ""),
        _ => ("pendapatan", ".bridge", ""),
    }
}

/// Opens Pendapatan in the state that a page's name says, and waits for what it is about.
pub async fn open(driven: &Driven, page: &str, is_live: bool) -> Outcome {
    let (address, about, part) = state(page);
    let goes = |address: &'static str| driven.page.execute("location.hash = '#/' + arguments[0]", vec![address.into()]);
    // What was open in the picture before is not in this one.
    goes("akun").await?;
    until(&driven.page, "another page", "!document.querySelector('.revenue-page, .dialog')").await;
    goes(address).await?;
    let there = if is_live {
        format!("document.querySelector('{about}')")
    } else {
        "document.querySelector('.revenue-page .card')".into()
    };
    until(&driven.page, "what the page is about", &there).await;
    if !part.is_empty() {
        let script = "document.querySelector(arguments[0])?.scrollIntoView({ block: 'start', behavior: 'instant' })";
        driven.page.execute(script, vec![part.into()]).await?;
    }
    Ok(())
}
