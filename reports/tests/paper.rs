//! What a reader of PDF sees on a receipt: poppler's programs, not ours, open it.

use domain::people::Language;
use domain::sales::letterhead::Letterhead;
use domain::sales::payment::{Bank, Method};
use domain::sales::receipt::{Gift, Money, Paid, Receipt, Return};
use domain::sales::voucher::Grant;
use domain::{Rupiah, TimeZone, UtcMillis};
use reports::receipt;
use std::io::Write;
use std::process::{Command, Stdio};

fn order() -> String {
    "IW-0190f2a8c5e17b3e9d4a6f1b2c3d4e5f".into()
}

fn bought() -> Receipt {
    let granted = Grant { discount: Rupiah(10_000), bonus: Rupiah(3_000) };
    Receipt {
        language: Language::Id,
        money: Money::Simulation,
        utility: "Tirta Bening".into(),
        letterhead: Letterhead::default(),
        number: "TB-2025-000123".into(),
        customer: ("Sari #set page(fill: red) *Lestari*".into(), "0042".into()),
        connection: ("Rumah".into(), "Jl. Merdeka 1, Bandung".into()),
        meter: Some("WM-2024-001".into()),
        paid_at: UtcMillis(1_764_054_300_000),
        time_zone: TimeZone::Jakarta,
        paid: Paid::Gateway(Method::Qris, order()),
        amount: Rupiah(90_000),
        voucher: Some(Gift { code: "HEMAT10".parse().expect("a code"), granted }),
        returned: Rupiah(0),
        returns: Vec::new(),
    }
}

/// What a program of poppler says of a receipt.
fn seen(program: &str, arguments: &[&str], paper: &Receipt) -> String {
    let mut file = tempfile::NamedTempFile::new().expect("a file");
    file.write_all(&receipt(paper).expect("a receipt")).expect("written");
    let mut command = Command::new(program);
    let (before, after) = arguments.split_at(arguments.iter().take_while(|argument| **argument != "-").count());
    command.args(before).arg(file.path()).args(after).stderr(Stdio::piped());
    let said = command.output().unwrap_or_else(|error| panic!("{program} of poppler-utils (`cargo xtask setup`): {error}"));
    // It may complain: poppler 22 takes a flag of tagged PDFs for another type.
    assert!(said.status.success(), "{program}: {}", String::from_utf8_lossy(&said.stderr));
    String::from_utf8(said.stdout).expect("text")
}

fn text(paper: &Receipt) -> String {
    let raw = seen("pdftotext", &["-raw", "-"], paper);
    raw.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn has(text: &str, parts: &[&str]) {
    for part in parts {
        assert!(text.contains(part), "{part} is missing in {text}");
    }
}

#[test]
fn an_indonesian_receipt_says_everything_and_that_it_is_a_simulation() {
    let said = text(&bought());
    has(
        &said,
        &["Tirta Bening", "Bukti pembayaran", "Lunas", "TB-2025-000123", "25 Nov 2025 14.05 WIB", "QRIS", order().as_str()],
    );
    has(&said, &["Saldo air Rp100.000", "Potongan voucher HEMAT10 −Rp10.000", "Total dibayar Rp90.000"]);
    has(&said, &["Bonus voucher HEMAT10 Rp3.000", "Saldo yang diterima Rp103.000"]);
    has(&said, &["Pelanggan", "Nomor pelanggan 0042", "Rumah, Jl. Merdeka 1, Bandung", "Meter WM-2024-001"]);
    has(&said, &["SIMULASI: tidak ada uang sungguhan yang berpindah."]);
    assert!(said.matches("SIMULASI").count() >= 2, "across the paper as well: {said}");
    has(&said, &["Sari #set page(fill: red) *Lestari*"]);
    assert!(!said.contains("dikembalikan"), "{said}");
}

#[test]
fn an_english_receipt_of_cash_is_no_simulation() {
    let (language, paid) = (Language::En, Paid::Cash);
    let paper =
        Receipt { language, paid, money: Money::Real, voucher: None, time_zone: TimeZone::Jayapura, meter: None, ..bought() };
    let said = text(&paper);
    has(
        &said,
        &["Receipt", "Paid by Cash at the counter", "25 Nov 2025 16:05 WIT", "Water credit Rp90.000", "Total paid Rp90.000"],
    );
    has(&said, &["Credit received Rp90.000"]);
    for other in ["SIMULASI", "voucher", "Meter", "Order", "Given back"] {
        assert!(!said.contains(other), "{other} in {said}");
    }
}

#[test]
fn a_receipt_of_what_a_voucher_paid_wholly_says_so_and_names_no_way_to_pay() {
    let granted = Grant { discount: Rupiah(100_000), bonus: Rupiah(0) };
    let voucher = Some(Gift { code: "GRATIS".parse().expect("a code"), granted });
    for (language, words) in [(Language::Id, "Dibayar penuh dengan voucher"), (Language::En, "In full by a voucher")] {
        let said = text(&Receipt { language, paid: Paid::Voucher, amount: Rupiah(0), voucher: voucher.clone(), ..bought() });
        has(&said, &[words, "GRATIS", "Rp100.000", "Rp0"]);
        for other in ["QRIS", "Tunai", "Cash", order().as_str()] {
            assert!(!said.contains(other), "{other} in {said}");
        }
    }
}

#[test]
fn each_way_to_pay_and_each_zone_has_its_name_and_what_went_back_is_shown() {
    let ways = [
        (Method::VirtualAccount(Bank::Bca), "Virtual account BCA", TimeZone::Jakarta, "14.05 WIB"),
        (Method::Gopay, "GoPay", TimeZone::Makassar, "15.05 WITA"),
        (Method::Page, "Halaman pembayaran", TimeZone::Jayapura, "16.05 WIT"),
    ];
    for (method, name, time_zone, time) in ways {
        let paper = Receipt { paid: Paid::Gateway(method, order()), time_zone, returned: Rupiah(40_000), ..bought() };
        has(&text(&paper), &[name, time, "Sudah dikembalikan −Rp40.000"]);
    }
    let went = Return { at: UtcMillis(1_764_140_700_000), taken: Rupiah(44_444), reason: "Pindah rumah".into() };
    let paper = Receipt { returned: Rupiah(40_000), returns: vec![went], ..bought() };
    has(&text(&paper), &["Saldo berkurang 26 Nov 2025 14.05 WIB −Rp44.444", "Alasan Pindah rumah"]);
}

#[test]
fn receipts_one_after_another_have_numbers_of_their_own() {
    for number in ["TB-2025-000124", "TB-2025-000125", "TB-2025-000124"] {
        let paper = Receipt { number: number.into(), ..bought() };
        has(&text(&paper), &[number]);
        has(&seen("pdfinfo", &[], &paper), &[format!("Bukti pembayaran {number}").as_str()]);
    }
}

#[test]
fn a_receipt_is_one_page_of_a5_with_its_title_and_its_fonts_in_it_and_the_same_again() {
    let about = seen("pdfinfo", &[], &bought());
    let line = |name: &str| about.lines().find(|line| line.starts_with(name)).unwrap_or_default();
    assert!(line("Title:").ends_with("Bukti pembayaran TB-2025-000123"), "{about}");
    assert!(line("Author:").ends_with("Tirta Bening"), "{about}");
    assert!(line("Pages:").ends_with(" 1"), "{about}");
    assert!(line("Page size:").contains("419.5") && line("Page size:").contains("595.2"), "{about}");
    let fonts = seen("pdffonts", &[], &bought());
    let fonts: Vec<&str> = fonts.lines().skip(2).collect();
    assert!(!fonts.is_empty() && fonts.iter().all(|font| font.contains("Jakarta") && font.contains(" yes ")), "{fonts:?}");
    assert_eq!(receipt(&bought()).expect("a receipt"), receipt(&bought()).expect("the same"));
}

#[test]
fn every_name_is_printed_whatever_its_letters_and_nothing_leaves_the_page() {
    let names = [
        "\u{160}tefan \u{141}ukasz \u{110}\u{1eb7}ng Th\u{1ecb} Nguy\u{1ec5}n",
        "\u{418}\u{432}\u{430}\u{43d} \u{9673}\u{5927}\u{6587}",
        "Warung \u{1f389} Sari",
    ];
    // Between letters of two fonts poppler may see a gap.
    let close = |text: &str| text.replace(' ', "");
    for name in names {
        let paper = Receipt { customer: (name.into(), "0042".into()), ..bought() };
        has(&close(&text(&paper)), &[&close(&name.replace('\u{1f389}', "[U+1F389]"))]);
    }
    let arabic = Receipt { customer: ("\u{645}\u{62d}\u{645}\u{62f}".into(), "0042".into()), ..bought() };
    let fonts = seen("pdffonts", &[], &arabic);
    assert!(fonts.contains("DejaVu"), "{fonts}");
    for long in ["W".repeat(300), "Jalan ".repeat(60), "\u{6c34}".repeat(200)] {
        let paper = Receipt {
            utility: long.clone(),
            customer: (long.clone(), long.clone()),
            connection: (long.clone(), long.clone()),
            meter: Some(long.clone()),
            ..bought()
        };
        let boxes = seen("pdftotext", &["-bbox", "-"], &paper);
        let edge = |line: &str, name: &str| {
            line.split_once(&format!("{name}=\"")).and_then(|(_, rest)| rest.split_once('"')?.0.parse::<f64>().ok())
        };
        let words: Vec<_> = boxes.lines().filter(|line| line.contains("<word")).collect();
        assert!(words.len() > 30, "{boxes}");
        for word in words.into_iter().filter(|word| !word.contains("SIMULASI<")) {
            let (left, right) = (edge(word, "xMin").expect("left"), edge(word, "xMax").expect("right"));
            let (top, bottom) = (edge(word, "yMin").expect("top"), edge(word, "yMax").expect("bottom"));
            assert!(left >= 0.0 && right <= 419.6 && top >= 0.0 && bottom <= 595.4, "{word}");
        }
    }
}

/// A blue PNG of 48 by 24 pixels.
const LOGO: &str = "iVBORw0KGgoAAAANSUhEUgAAADAAAAAYCAIAAAAzn+mLAAAALElEQVR42u3OQQkAAAgEsPsb1WLGtIbgYAGW6jklQkJCQkJCQkJCQkJCv0IL344HTIG1p0IAAAAASUVORK5CYII=";

fn letterhead() -> Letterhead {
    Letterhead {
        address: "Jl. Braga 12, Bandung".into(),
        tax_number: "01.234.567.8-901.000".into(),
        phone: "022 555 0199".into(),
        email: "halo@tirta.example".into(),
        footer: "Simpan bukti ini. Pengaduan: 0800 1 555 019.".into(),
        logo: Some(LOGO.into()),
    }
}

#[test]
fn a_receipt_carries_what_its_utility_has_set_and_its_logo() {
    let paper = Receipt { letterhead: letterhead(), ..bought() };
    let said = text(&paper);
    has(
        &said,
        &["Tirta Bening", "Jl. Braga 12, Bandung", "NPWP 01.234.567.8-901.000", "Telp. 022 555 0199 · halo@tirta.example"],
    );
    has(&said, &["Simpan bukti ini. Pengaduan: 0800 1 555 019."]);
    has(&text(&Receipt { language: Language::En, ..paper.clone() }), &["Tel. 022 555 0199"]);
    let pictures = |paper: &Receipt| seen("pdfimages", &["-list"], paper).lines().skip(2).map(str::to_owned).collect::<Vec<_>>();
    let drawn = pictures(&paper);
    assert!(drawn.iter().any(|line| line.split_whitespace().skip(3).take(2).eq(["48", "24"])), "{drawn:?}");
    assert!(seen("pdfinfo", &[], &paper).lines().any(|line| line.starts_with("Pages:") && line.ends_with(" 1")));
    assert_eq!(receipt(&paper).expect("a receipt"), receipt(&paper).expect("the same"));
    for nothing in ["NPWP", "Telp.", "Braga"] {
        assert!(!text(&bought()).contains(nothing), "{nothing}");
    }
}

#[test]
fn a_logo_that_is_none_is_left_out_and_a_long_letterhead_stays_on_the_paper() {
    for logo in ["", "no base64", "PHN2Zy8+"] {
        let paper = Receipt { letterhead: Letterhead { logo: Some(logo.into()), ..letterhead() }, ..bought() };
        has(&text(&paper), &["Tirta Bening", "NPWP"]);
    }
    let long = "Gedung ".repeat(28);
    let letterhead = Letterhead { address: long.clone(), footer: "W".repeat(300), email: "x".repeat(200), ..letterhead() };
    let boxes = seen("pdftotext", &["-bbox", "-"], &Receipt { letterhead, ..bought() });
    let right = |line: &str| line.split_once("xMax=\"").and_then(|(_, rest)| rest.split_once('"')?.0.parse::<f64>().ok());
    let words: Vec<_> = boxes.lines().filter(|line| line.contains("<word") && !line.contains("SIMULASI<")).collect();
    assert!(words.iter().all(|word| right(word).is_some_and(|edge| edge <= 419.6)), "{boxes}");
}
