//! What is no spreadsheet, or none that is read: a code for each, so that a screen can say what to do.

use super::archives::zip;
use super::{open, open_made, read, texts};
use crate::{Limits, OpenError};
use std::path::Path;

fn error(bytes: &[u8]) -> OpenError {
    match open(bytes) {
        Err(error) => error,
        Ok(workbook) => panic!("opened as {:?}", workbook.format()),
    }
}

#[test]
fn web_pages_that_are_named_xls() {
    for page in [
        "<html><body><table><tr><td>1</td></tr></table>",
        "\u{feff}  <!DOCTYPE html>\n<html>",
        "<table border=1><tr>",
        "<meta http-equiv=\"Content-Type\" content=\"text/html\"><table>",
        "<?xml version=\"1.0\"?><!DOCTYPE html><html>",
        "MIME-Version: 1.0\r\nContent-Type: multipart/related",
        "<style>td{}</style><table>",
        "<h3>Data Pelanggan</h3>\n<b>per Januari</b>",
        "<br />\n<b>Notice</b>: Undefined index: wilayah in <b>export.php</b>",
        "<caption>Pelanggan</caption><TABLE>",
        "Laporan Pelanggan, per Januari 2026\n<table><tr><th>No</th>",
    ] {
        assert!(matches!(error(page.as_bytes()), OpenError::Html), "{page}");
    }
    let utf16: Vec<u8> = "\u{feff}<html><table>".encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert!(matches!(error(&utf16), OpenError::Html));
}

#[test]
fn delimited_text_that_is_named_xls_is_read() {
    assert_eq!(read(b"Nomor\tNama\r\n0012\tBudi\r\n"), [(1, texts(&["Nomor", "Nama"])), (2, texts(&["0012", "Budi"]))]);
    assert_eq!(read(b"<hp>;Nama\r\n1;Budi\r\n").len(), 2, "a field that begins as a tag");
    assert_eq!(read(b"ID;Pelanggan\r\n1;Budi\r\n").len(), 2, "what symbolic links begin with");
    assert_eq!(read(b"Table\tNo\r\n0,1\t2\r\n").len(), 2);
}

#[test]
fn a_print_that_is_named_xls() {
    assert!(matches!(error(b"LAPORAN\nNo    Nama    Bacaan\n1     Budi    10\n2     Siti    11\n"), OpenError::PrintLayout));
}

#[test]
fn workbooks_in_one_xml_file() {
    for start in ["<?xml version=\"1.0\"?>\n<?mso-application progid=\"Excel.Sheet\"?>\n<Workbook>", "<Workbook xmlns=\"x\">"] {
        assert!(matches!(error(start.as_bytes()), OpenError::PlainXml), "{start}");
    }
}

#[test]
fn other_files() {
    for (bytes, name) in [
        (b"%PDF-1.7\n".to_vec(), Some("PDF")),
        (b"\x89PNG\r\n\x1a\n".to_vec(), Some("PNG")),
        (b"\xef\xbb\xbf[\n  {\"no_sl\": 1}]".to_vec(), Some("JSON")),
        (b"{ \"type\": \"FeatureCollection\" }".to_vec(), Some("JSON")),
        (b"ID;PWXL;N;E\r\nP;PGeneral\r\nF;P0;DG0G8;M255\r\nB;Y2;X2\r\nC;Y1;X1;K\"Nomor\"\r\nE\r\n".to_vec(), Some("SYLK")),
        (b"TABLE\r\n0,1\r\n\"EXCEL\"\r\nVECTORS\r\n0,2\r\n\"\"\r\n".to_vec(), Some("DIF")),
        ([b"\x03\x7e\x0b\x1e\x02\x00\x00\x00\x61\x00\x1f\x00".to_vec(), vec![0; 20], b"NOSAMB".to_vec()].concat(), Some("dBase")),
        (b"\x7fELF\x02\x01\x01\x00\x00\x00\x00\x00".to_vec(), None),
        (zip(&[("word/document.xml", "<w/>"), ("_rels/.rels", "<r/>")]), Some("Word")),
        (zip(&[("readme.txt", "x")]), Some("ZIP")),
        (
            zip(&[
                ("content.xml", "<x/>"),
                (
                    "META-INF/manifest.xml",
                    r#"<m><file-entry full-path="/" media-type="application/vnd.oasis.opendocument.text"/></m>"#,
                ),
            ]),
            Some("OpenDocument"),
        ),
    ] {
        assert!(matches!(error(&bytes), OpenError::NotASpreadsheet { found } if found == name), "{name:?}");
    }
    assert!(matches!(error(b""), OpenError::Empty));
    assert!(matches!(error(b"\x09\x00\x04\x00\x02\x00\x10\x00"), OpenError::OldExcel));
    assert!(matches!(crate::open(Path::new("there/is/none"), &Limits::default()), Err(OpenError::Io(_))));
}

#[test]
fn files_with_a_password() {
    let manifest = r#"<m><file-entry full-path="content.xml"><encryption-data/></file-entry></m>"#;
    assert!(matches!(error(&zip(&[("content.xml", "\u{1}\u{2}"), ("META-INF/manifest.xml", manifest)])), OpenError::Encrypted));
    assert!(matches!(error(&super::xls::compound("EncryptedPackage", &[0; 5000])), OpenError::Encrypted));
    let mut stream = super::xls::begin(0x0005);
    super::xls::record(&mut stream, 0x002f, &[1, 0, 1, 0, 1, 0]);
    assert!(matches!(error(&super::xls::compound("Workbook", &stream)), OpenError::Encrypted));
    assert!(matches!(
        error(&super::xls::compound("WordDocument", &[0; 5000])),
        OpenError::NotASpreadsheet { found: Some("Word") }
    ));
}

#[test]
fn a_name_says_nothing() {
    let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/files/xlwt.xls");
    let folder = tempfile::tempdir().unwrap();
    let to = folder.path().join("pelanggan.csv");
    std::fs::copy(from, &to).unwrap();
    assert_eq!(crate::open(&to, &Limits::default()).unwrap().format(), open_made("xlwt.xls").format());
}
