//! Bytes as the parts of an XLSB: the first two say how long the first two parts are, the sheet and the shared texts; the rest are the styles.
#![no_main]

const ROOT: &[u8] = br#"<R><Relationship Id="r1" Type="x/officeDocument" Target="xl/workbook.bin"/></R>"#;
const RELATIONSHIPS: &[u8] = br#"<R><Relationship Id="r1" Type="x/worksheet" Target="sheet1.bin"/>
    <Relationship Id="r2" Type="x/sharedStrings" Target="sharedStrings.bin"/><Relationship Id="r3" Type="x/styles" Target="styles.bin"/></R>"#;
/// One sheet, `Da`.
const WORKBOOK: &[u8] = &[0x9c, 0x01, 24, 0, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, b'r', 0, b'1', 0, 2, 0, 0, 0, b'D', 0, b'a', 0];
const BEGIN: [u8; 6] = [0x81, 0x01, 0, 0x91, 0x01, 0];

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let [first, second, rest @ ..] = bytes else { return };
    let (sheet, rest) = rest.split_at(rest.len() * usize::from(*first) / 256);
    let (strings, styles) = rest.split_at(rest.len() * usize::from(*second) / 256);
    let archive = imports_fuzz::archive(&[
        ("_rels/.rels", ROOT),
        ("xl/_rels/workbook.bin.rels", RELATIONSHIPS),
        ("xl/workbook.bin", WORKBOOK),
        ("xl/sheet1.bin", &[&BEGIN[..], sheet].concat()),
        ("xl/sharedStrings.bin", strings),
        ("xl/styles.bin", styles),
    ]);
    imports_fuzz::read(&archive, &Default::default());
});
