//! Bytes as the parts of an XLSX, separated by bytes 0: the sheet, the shared texts, the styles, the workbook.
#![no_main]

const ROOT: &[u8] = br#"<R><Relationship Id="r1" Type="x/officeDocument" Target="xl/workbook.xml"/></R>"#;
const RELATIONSHIPS: &[u8] = br#"<R><Relationship Id="r1" Type="x/worksheet" Target="sheet1.xml"/>
    <Relationship Id="r2" Type="x/sharedStrings" Target="sharedStrings.xml"/><Relationship Id="r3" Type="x/styles" Target="styles.xml"/></R>"#;
const WORKBOOK: &[u8] = br#"<workbook><sheets><sheet name="Data" r:id="r1"/></sheets></workbook>"#;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let mut parts = bytes.splitn(4, |byte| *byte == 0);
    let mut next = |other| parts.next().unwrap_or(other);
    let archive = imports_fuzz::archive(&[
        ("_rels/.rels", ROOT),
        ("xl/_rels/workbook.xml.rels", RELATIONSHIPS),
        ("xl/sheet1.xml", next(b"")),
        ("xl/sharedStrings.xml", next(b"<sst/>")),
        ("xl/styles.xml", next(b"<styleSheet/>")),
        ("xl/workbook.xml", next(WORKBOOK)),
    ]);
    imports_fuzz::read(&archive, &Default::default());
});
