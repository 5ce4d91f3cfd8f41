//! Archives written by hand: as little as a reader needs, so that each test shows what it is about.

use std::io::{Cursor, Write};
use zip::write::SimpleFileOptions;

/// An archive of parts.
pub fn zip(parts: &[(&str, &str)]) -> Vec<u8> {
    zip_of(&parts.iter().map(|(name, content)| (*name, content.as_bytes())).collect::<Vec<_>>())
}

/// An archive of parts that are no text.
pub fn zip_of(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in parts {
        archive.start_file(*name, SimpleFileOptions::default()).unwrap();
        archive.write_all(content).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

const ROOT: &str = r#"<Relationships><Relationship Id="r1" Type="x/officeDocument" Target="xl/workbook.xml"/></Relationships>"#;
const WORKBOOK: &str = r#"<workbook><workbookPr/><sheets><sheet name="Data" sheetId="1" r:id="r1"/></sheets></workbook>"#;
const RELATIONSHIPS: &str = r#"<Relationships><Relationship Id="r1" Type="x/worksheet" Target="worksheets/sheet1.xml"/>
    <Relationship Id="r2" Type="x/sharedStrings" Target="sharedStrings.xml"/><Relationship Id="r3" Type="x/styles" Target="styles.xml"/></Relationships>"#;
/// Style 1 is a date, 2 an amount, 3 a time of day, 4 a format of its own with a date, 5 six digits, 6 digits with marks.
const STYLES: &str = r#"<styleSheet><numFmts><numFmt numFmtId="164" formatCode="dd/mm/yyyy;@"/><numFmt numFmtId="165" formatCode="000000"/>
    <numFmt numFmtId="166" formatCode="&quot;SR&quot;\-00\.000"/></numFmts>
    <cellStyleXfs><xf numFmtId="14"/></cellStyleXfs>
    <cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="4"/><xf numFmtId="46"/><xf numFmtId="164"/><xf numFmtId="165"/><xf numFmtId="166"/></cellXfs></styleSheet>"#;

/// An XLSX whose one sheet has this XML between `<worksheet>` and its end, and these shared texts (`<si>` each).
pub fn xlsx(sheet: &str, strings: &str) -> Vec<u8> {
    xlsx_of(WORKBOOK, &format!("<worksheet>{sheet}</worksheet>"), &format!("<sst>{strings}</sst>"))
}

/// An XLSX of these parts.
pub fn xlsx_of(workbook: &str, sheet: &str, strings: &str) -> Vec<u8> {
    zip(&[
        ("_rels/.rels", ROOT),
        ("xl/workbook.xml", workbook),
        ("xl/_rels/workbook.xml.rels", RELATIONSHIPS),
        ("xl/styles.xml", STYLES),
        ("xl/sharedStrings.xml", strings),
        ("xl/worksheets/sheet1.xml", sheet),
    ])
}

/// An ODS with this XML in `<office:spreadsheet>`.
pub fn ods(tables: &str) -> Vec<u8> {
    let content = format!(
        r#"<office:document-content><office:automatic-styles><style:style style:name="ta1"><style:table-properties table:display="true"/></style:style>
        <style:style style:name="ta2"><style:table-properties table:display="false"/></style:style></office:automatic-styles>
        <office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body></office:document-content>"#
    );
    zip(&[("mimetype", "application/vnd.oasis.opendocument.spreadsheet"), ("content.xml", &content)])
}

/// An ODS whose one sheet has these rows.
pub fn ods_rows(rows: &str) -> Vec<u8> {
    ods(&format!(r#"<table:table table:name="Data">{rows}</table:table>"#))
}
