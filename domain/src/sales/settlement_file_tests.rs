//! Settlement files as gateways write them and as people save them anew.

use super::*;
use proptest::prelude::*;

fn sheet(rows: &[&[&str]]) -> Result<SettlementFile, NotSettlement> {
    let mut reader = FileReader::default();
    for (place, cells) in rows.iter().enumerate() {
        let cells = cells.iter().map(|text| if text.is_empty() { Cell::Empty } else { Cell::Text((*text).to_owned()) }).collect();
        if !reader.take(&SheetRow { number: place as u32 + 1, is_hidden: false, cells }) {
            break;
        }
    }
    reader.end()
}

const ENGLISH: &[&str] = &[
    "Order ID",
    "Transaction ID",
    "Payment Type",
    "Gross Amount",
    "Fee",
    "Net Amount",
    "Transaction time",
    "Settlement time",
    "Status",
];

#[test]
fn a_file_in_english_is_read_below_its_title() {
    let row: &[&str] = &[
        "IW-1",
        "t-1",
        "qris",
        "100000.00",
        "700.00",
        "99300.00",
        "2026-11-29 14:05:27 +0700",
        "2026-11-30 09:00:00",
        "Settlement",
    ];
    let file = sheet(&[&["Settlement report"], ENGLISH, row, &["", "", "Total", "100000.00"]]).expect("a settlement file");
    assert_eq!((file.rows.len(), file.left_out, file.faulty), (1, 1, 0));
    let read = &file.rows[0];
    assert_eq!(
        (read.row, read.order.as_str(), read.transaction.as_str(), read.status.as_str()),
        (3, "IW-1", "t-1", "settlement")
    );
    assert_eq!((read.gross, read.fee, read.net), (Rupiah(100_000), Rupiah(700), Some(Rupiah(99_300))));
    let day = crate::LocalDay::from_ymd(2026, 11, 29).expect("a day");
    let seconds = (14 * 3_600 + 5 * 60 + 27) * 1_000;
    assert_eq!(read.at, TimeZone::Jakarta.start_of(day).plus(seconds));
    assert!(read.settled_at.is_some_and(|at| at > read.at));
}

#[test]
fn a_file_in_indonesian_without_fee_or_without_net_is_read() {
    let head: &[&str] = &["No. Pesanan", "Metode Pembayaran", "Jumlah (Rp)", "Jumlah Bersih (Rp)", "Tanggal Transaksi"];
    let file = sheet(&[head, &["IW-2", "gopay", "Rp 1.234.000,00", "Rp 1.229.000,00", "29/11/2026 14.05"]]).expect("read");
    assert_eq!((file.rows[0].gross, file.rows[0].fee), (Rupiah(1_234_000), Rupiah(5_000)));
    assert_eq!(file.rows[0].status, "", "a file of settlements alone has no status");
    let head: &[&str] = &["ID Pesanan", "Nominal", "Biaya Layanan", "Waktu Transaksi"];
    let file = sheet(&[head, &["IW-3", "50.000", "-4.440,50", "2026-11-29 08:00"]]).expect("read");
    assert_eq!((file.rows[0].fee, file.rows[0].net), (Rupiah(4_441), None), "what is kept has no sign, and its sen are rounded");
}

#[test]
fn what_cannot_be_read_is_named_and_what_is_no_such_file_is_refused() {
    let bad: &[&str] = &["IW-1", "t", "qris", "seratus", "0", "0", "2026-11-29", "", "settlement"];
    let sen: &[&str] = &["IW-2", "t", "qris", "100000.50", "0", "0", "2026-11-29", "", "settlement"];
    let time: &[&str] = &["IW-3", "t", "qris", "100000", "0", "100000", "kemarin", "", "settlement"];
    let file = sheet(&[ENGLISH, bad, sen, time]).expect("read");
    let named: Vec<_> = file.faults.iter().map(|fault| (fault.row, fault.column, fault.text.as_str())).collect();
    let expected = [(2, FileColumn::Gross, "seratus"), (3, FileColumn::Gross, "100000.50"), (4, FileColumn::At, "kemarin")];
    assert_eq!((named.as_slice(), file.faulty, file.rows.len()), (expected.as_slice(), 3, 0));
    assert_eq!(sheet(&[&["Nama", "Alamat"], &["Sari", "Jl. Melati"]]), Err(NotSettlement::NoColumns));
    assert_eq!(sheet(&[ENGLISH]), Err(NotSettlement::NoRows));
}

#[test]
fn amounts_of_programs_are_read_with_their_sen() {
    let sen = |text: &str| sen_of(&Cell::Text(text.to_owned()));
    for (text, amount) in [
        ("1234.00", 123_400),
        ("Rp 1.234,00", 123_400),
        ("Rp1.234", 123_400),
        ("1,234,567.89", 123_456_789),
        ("700.5", 70_050),
        ("0", 0),
        ("-4,000.00", -400_000),
        ("(4.000)", -400_000),
        ("Rp -4.000", -400_000),
        ("IDR 25,000", 2_500_000),
        ("1.250.000,-", 125_000_000),
    ] {
        assert_eq!(sen(text), Some(amount), "{text}");
    }
    for text in ["", "abc", "1.23.456", "1.2345", "12 3", "1e5", "9999999999999999"] {
        assert_eq!(sen(text), None, "{text}");
    }
    assert_eq!(sen_of(&Cell::Number(700.5)), Some(70_050));
    assert_eq!(sen_of(&Cell::Number(1e15)), None);
}

proptest! {
    #[test]
    fn every_spelling_of_an_amount_is_that_amount(rupiah in 0_i64..900_000_000_000, of_sen in 0_i64..100, spelling in 0_usize..5) {
        let grouped = |mark: char| {
            let digits = rupiah.to_string();
            let mut text = String::new();
            for (place, digit) in digits.chars().enumerate() {
                if place > 0 && (digits.len() - place).is_multiple_of(3) {
                    text.push(mark);
                }
                text.push(digit);
            }
            text
        };
        let text = match spelling {
            0 => format!("{rupiah}.{of_sen:02}"),
            1 => format!("{rupiah},{of_sen:02}"),
            2 => format!("Rp {},{of_sen:02}", grouped('.')),
            3 => format!("IDR {}.{of_sen:02}", grouped(',')),
            _ => format!("{}.{of_sen:02}", grouped(' ')),
        };
        prop_assert_eq!(sen_of(&Cell::Text(text)), Some(rupiah * 100 + of_sen));
    }

    #[test]
    fn no_text_is_too_odd_for_the_reader(cells in proptest::collection::vec("\\PC{0,20}", 9)) {
        let texts: Vec<&str> = cells.iter().map(String::as_str).collect();
        prop_assert!(sheet(&[ENGLISH, &texts]).is_ok() || texts[0].trim().is_empty() || sheet(&[ENGLISH, &texts]) == Err(NotSettlement::NoRows));
    }
}
