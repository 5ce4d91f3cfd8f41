//! What a reader of PDF sees on a report: poppler's programs, not ours, open it.

use domain::exports::{Kind, PagePicture, Printed, PrintedPage};
use domain::people::Language;
use domain::reports::chart::{Chart, Form, Series};
use domain::reports::kinds::{DetailLine, UsageDetail, usage_detail};
use domain::reports::{Block, Head, KeyFigure, Period, Report, ReportKind, Signature};
use domain::sales::letterhead::Letterhead;
use domain::{LocalDay, Millilitres, Rupiah, TimeZone, UtcMillis};
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

/// Connections of a report over forty pages and more.
const MANY: usize = 1_800;

/// Where a page ends in the text of poppler.
const PAGE: char = '\u{c}';

fn head(language: Language) -> Head {
    Head {
        language,
        zone: TimeZone::Jakarta,
        utility: "Tirta Bening".into(),
        letterhead: Letterhead { address: "Jl. Braga 12, Bandung".into(), ..Letterhead::default() },
        period: Period::month(LocalDay::from_ymd(2026, 11, 1).expect("a day").month()),
        as_of: UtcMillis(1_764_054_300_000),
        reach: LocalDay::from_ymd(2026, 11, 3),
    }
}

fn line(number: usize, name: &str) -> DetailLine {
    DetailLine {
        zone: format!("Zona {}", char::from(b'A' + u8::try_from(number * 3 / MANY).unwrap_or_default())),
        number: format!("{number:06}"),
        name: name.into(),
        address: "Jl. Melati 5".into(),
        serial: format!("WM-2024-{number:05}"),
        registers: Some((Millilitres(1_000_000), Millilitres(1_000_000 + number as i64 * 1_000))),
        volume: Millilitres(number as i64 * 1_000),
        charged: Some(Rupiah(number as i64 * 5)),
    }
}

fn detail(language: Language, lines: Vec<DetailLine>) -> Report {
    usage_detail(&head(language), &UsageDetail { lines })
}

fn many() -> Report {
    detail(Language::Id, (0..MANY).map(|number| line(number, "Sari")).collect())
}

/// What a program of poppler says of some reports.
fn seen(program: &str, arguments: &[&str], reports: &[Report]) -> String {
    let pdf = reports::reports(reports).expect("a report");
    let mut file = tempfile::NamedTempFile::new().expect("a file");
    file.write_all(&pdf).expect("written");
    let mut command = Command::new(program);
    let (before, after) = arguments.split_at(arguments.iter().take_while(|argument| **argument != "-").count());
    command.args(before).arg(file.path()).args(after).env("TZ", "UTC").stderr(Stdio::piped());
    let said = command.output().unwrap_or_else(|error| panic!("{program} of poppler-utils (`cargo xtask setup`): {error}"));
    assert!(said.status.success(), "{program}: {}", String::from_utf8_lossy(&said.stderr));
    String::from_utf8(said.stdout).expect("text")
}

/// The text with one space between words, and without places where a line may be broken.
fn plain(text: &str) -> String {
    text.replace('\u{200b}', "").split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The pages of some reports.
fn pages(reports: &[Report]) -> Vec<String> {
    let text = seen("pdftotext", &["-layout", "-"], reports);
    text.split(PAGE).map(plain).filter(|page| !page.is_empty()).collect()
}

#[test]
fn each_of_forty_pages_has_head_group_and_number_and_no_row_is_lost() {
    let report = many();
    let pages = pages(std::slice::from_ref(&report));
    assert!(pages.len() >= 40, "{}", pages.len());
    for (place, page) in pages.iter().enumerate() {
        assert!(page.contains(&format!("Halaman {} dari {}", place + 1, pages.len())), "{page}");
        assert!(page.contains("Nomor") && page.contains("Ditagih (Rp)") && page.contains("Zona "), "{page}");
    }
    let all = pages.join(" ");
    for number in 0..MANY {
        assert_eq!(all.matches(&format!("{number:06} Sari")).count(), 1, "each row is there once: {number}");
    }
    let sum = |from: usize, until: usize| (from..until).map(|number| number as i64).sum::<i64>();
    let third = MANY / 3;
    for (place, name) in ["A", "B", "C"].into_iter().enumerate() {
        let litres = sum(place * third, (place + 1) * third);
        let charged = Rupiah(litres * 5).to_string();
        assert!(all.contains(&format!("Jumlah Zona {name}")) && all.contains(&charged), "{name}: {charged}");
    }
    let whole = Rupiah(sum(0, MANY) * 5).to_string();
    // As a key figure, and below the table: not at the foot of each page.
    assert_eq!((all.matches(&whole).count(), all.matches("Jumlah seluruhnya").count()), (2, 1));
}

#[test]
fn no_row_is_drawn_over_another_and_nothing_leaves_its_page() {
    let names = ["W".repeat(200), "Jalan ".repeat(30), "\u{6c34}".repeat(80), "#set page(fill: red) *Sari*".to_owned()];
    let lines: Vec<DetailLine> = (0..60)
        .map(|number| DetailLine {
            charged: Some(Rupiah(-123_456_789_012)),
            address: names[(number + 1) % 4].clone(),
            ..line(number, &names[number % 4])
        })
        .collect();
    let boxes = seen("pdftotext", &["-bbox", "-"], &[detail(Language::Id, lines)]);
    let edge = |line: &str, name: &str| {
        let found = line.split_once(&format!("{name}=\"")).and_then(|(_, rest)| rest.split_once('"')?.0.parse::<f64>().ok());
        found.expect("an edge")
    };
    let (mut page, mut width, mut height) = (0, 0.0, 0.0);
    let mut words: Vec<(usize, [f64; 4], String)> = Vec::new();
    for line in boxes.lines() {
        if line.contains("<page ") {
            (page, width, height) = (page + 1, edge(line, "width"), edge(line, "height"));
        }
        if !line.contains("<word ") {
            continue;
        }
        let sides = [edge(line, "xMin"), edge(line, "yMin"), edge(line, "xMax"), edge(line, "yMax")];
        assert!(sides[0] >= 0.0 && sides[2] <= width && sides[1] >= 0.0 && sides[3] <= height, "{line}");
        let word = line.split_once('>').and_then(|(_, rest)| rest.split_once('<')).map_or("", |(word, _)| word);
        words.push((page, sides, word.to_owned()));
    }
    let numbers = words.iter().filter(|(_, _, word)| word.len() == 6 && word.bytes().all(|byte| byte.is_ascii_digit()));
    assert_eq!(numbers.count(), 60, "every row has its number");
    // Half a line of letters may touch the next one: a box of poppler is as high as the font.
    let is_over = |one: &[f64; 4], other: &[f64; 4]| {
        let across = one[2].min(other[2]) - one[0].max(other[0]);
        let down = one[3].min(other[3]) - one[1].max(other[1]);
        across > 1.0 && down > (one[3] - one[1]).min(other[3] - other[1]) * 0.6
    };
    for (place, (page, sides, word)) in words.iter().enumerate() {
        for (_, other, next) in words[place + 1..].iter().filter(|(of, _, _)| of == page) {
            assert!(!is_over(sides, other), "{word} is drawn over {next} on page {page}");
        }
    }
}

#[test]
fn each_report_of_a_file_has_page_numbers_of_its_own() {
    let letter = |name: &str| {
        let mut report = Report::new(ReportKind::UsageLetter, &Head { reach: None, ..head(Language::En) });
        report.subtitle = name.to_owned();
        report.with(Block::Paragraph("one".into())).with(Block::PageBreak).with(Block::Paragraph("two".into()))
    };
    let pages = pages(&[letter("Sari"), letter("Budi")]);
    let expected = ["Page 1 of 2", "Page 2 of 2", "Page 1 of 2", "Page 2 of 2"];
    assert_eq!(pages.len(), 4);
    assert!(pages.iter().zip(expected).all(|(page, number)| page.contains(number)), "{pages:?}");
    assert!(pages[0].contains("Sari") && pages[2].contains("Budi"), "{pages:?}");
}

#[test]
fn each_figure_has_a_box_and_no_box_is_empty() {
    for count in 1..=9 {
        let figures = (0..count).map(|number| KeyFigure::new("Pekerjaan", Kind::Whole, number)).collect();
        let report = Report::new(ReportKind::Technicians, &head(Language::Id)).with(Block::KeyFigures(figures));
        let svg = reports::page(&report, 1).expect("a page").svg.to_lowercase();
        assert_eq!(svg.matches("#f0f7fc").count() as i64, count);
    }
}

fn everything() -> Report {
    let values = |name: &str, values: [i64; 3]| Series { name: name.into(), values: values.map(Some).to_vec() };
    let chart = |title: &str, form, series| Chart {
        title: title.into(),
        form,
        kind: Kind::Rupiah,
        unit: "Rp".into(),
        labels: ["Sep", "Okt", "Nov"].map(str::to_owned).to_vec(),
        series,
    };
    let both = || vec![values("QRIS", [1_200_000, 800_000, -50_000]), values("Tunai", [5, 0, 2_000_000])];
    detail(Language::Id, vec![line(7, "Sari")])
        .with(Block::Title("Grafik".into()))
        .with(Block::Chart(chart("Batang", Form::Bars, both())))
        .with(Block::Chart(chart("Garis", Form::Lines, both())))
        .with(Block::Chart(chart("Bertumpuk", Form::Stacked, both())))
        .with(Block::Chart(chart("Cincin", Form::Ring, vec![values("Cincin", [75, 20, 5])])))
        .with(Block::Chart(chart("Tanpa nilai", Form::Ring, vec![values("Tanpa nilai", [0, 0, 0])])))
        .with(Block::Signature(Signature { role: "Kasir".into(), name: "Budi".into() }))
        .with(Block::Signature(Signature { role: "Direktur".into(), name: String::new() }))
}

#[test]
fn every_word_and_number_of_a_report_is_on_its_paper() {
    let report = everything();
    let text = pages(std::slice::from_ref(&report)).join(" ");
    let expected = [
        "Tirta Bening",
        "Jl. Braga 12, Bandung",
        "Rincian pemakaian",
        "November 2026",
        "data per 25 Nov 2025 14.05 WIB",
        "Data yang dipakai mulai 3 November 2026",
        "000007",
        "Sari",
        "WM-2024-00007",
        "1,007",
        "0,007",
        "Rp35",
        "Jumlah Zona A",
        "Jumlah seluruhnya",
        "Angka awal dan akhir kosong",
        "Grafik",
        "Batang",
        "QRIS",
        "Tunai",
        "Rp1\u{a0}jt",
        "Rp75 (75,0\u{a0}%)",
        "Belum ada nilai dalam periode ini.",
        "Kasir",
        "Budi",
        "Direktur",
        "pemakaian-rinci-2026-11",
    ];
    for part in expected {
        assert!(text.contains(&plain(part)), "{part} is missing in {text}");
    }
}

#[test]
fn its_fonts_are_in_the_file_which_carries_its_title_and_the_time_of_its_data() {
    let report = everything();
    let fonts = seen("pdffonts", &[], std::slice::from_ref(&report));
    let fonts: Vec<&str> = fonts.lines().skip(2).collect();
    assert!(!fonts.is_empty() && fonts.iter().all(|font| font.contains(" yes ")), "{fonts:?}");
    let about = seen("pdfinfo", &["-isodates"], std::slice::from_ref(&report));
    let named = |name: &str| about.lines().find(|line| line.starts_with(name)).unwrap_or_default().to_owned();
    assert!(named("Title:").contains("Rincian pemakaian November 2026"), "{about}");
    assert!(named("CreationDate:").contains("2025-11-25T07:05:00"), "{about}");
}

#[test]
fn the_same_report_is_the_same_file_in_another_zone_and_another_process() {
    let printed = serde_json::to_vec(&Printed::Reports(vec![everything()])).expect("JSON");
    let program = Path::new(env!("CARGO_BIN_EXE_receipts"));
    let made = |zone: &str| {
        let mut command = Command::new(program);
        command.env("TZ", zone).env("LC_ALL", "C").stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("started");
        child.stdin.take().expect("its input").write_all(&printed).expect("written");
        let ended = child.wait_with_output().expect("ended");
        assert!(ended.status.success(), "{}", String::from_utf8_lossy(&ended.stderr));
        ended.stdout
    };
    let here = reports::reports(&[everything()]).expect("a report");
    assert!(made("Asia/Jayapura") == here && made("America/New_York") == here);
}

#[test]
fn a_letter_that_no_font_has_is_named_and_is_no_box_and_other_scripts_are_legible() {
    let names =
        ["\u{418}\u{432}\u{430}\u{43d}", "\u{645}\u{62d}\u{645}\u{62f}", "Warung \u{1f389}", "\u{160}tefan \u{110}\u{1eb7}ng"];
    let reports: Vec<Report> = names.iter().map(|name| detail(Language::Id, vec![line(1, name)])).collect();
    assert_eq!(reports::missing(&reports).into_iter().collect::<String>(), "\u{1f389}");
    let close = |text: String| text.replace(' ', "");
    let text = close(plain(&seen("pdftotext", &["-raw", "-"], &reports)));
    for name in [names[0], names[3], "Warung [U+1F389]"] {
        assert!(text.contains(&close(name.to_owned())), "{name} is missing in {text}");
    }
    let fonts = seen("pdffonts", &[], &reports[1..2]);
    assert!(fonts.contains("DejaVu"), "{fonts}");
}

#[test]
fn a_report_that_cannot_be_written_is_refused() {
    let mut report = everything();
    if let Some(Block::Chart(chart)) = report.blocks.iter_mut().find(|block| matches!(block, Block::Chart(_))) {
        chart.labels.pop();
    }
    assert!(matches!(reports::reports(&[report]), Err(reports::Error::Unfit(_))));
    assert!(matches!(reports::reports(&[]), Err(reports::Error::Unfit(_))));
}

#[test]
fn the_picture_of_a_page_is_that_of_the_files_page_and_there_are_as_many() {
    let report = detail(Language::Id, (0..200).map(|number| line(number, "Sari")).collect());
    let pages = seen("pdfinfo", &[], std::slice::from_ref(&report));
    let pages: u32 = pages.lines().find_map(|line| line.strip_prefix("Pages:")?.trim().parse().ok()).expect("a number of pages");
    assert!(pages > 1, "{pages}");
    let last = reports::page(&report, u32::MAX).expect("a page");
    let first = reports::page(&report, 0).expect("a page");
    assert_eq!((first.page, first.pages, last.page, last.pages), (1, pages, pages, pages));
    assert!(first.svg.starts_with("<svg") && first.svg != last.svg);
    assert_eq!(reports::page(&report, 1).expect("a page"), first, "the same page is the same picture");
    let asked = Printed::Page(Box::new(PrintedPage { report, page: 1 }));
    let said = reports::print(&asked).expect("a picture");
    assert_eq!(serde_json::from_slice::<PagePicture>(&said).expect("JSON"), first);
}
