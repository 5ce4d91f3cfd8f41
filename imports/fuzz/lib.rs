//! What the fuzz targets share: a file of bytes, read to its end within small limits; and archives around a part.

use imports::{Limits, Options};
use std::io::{Cursor, Write};
use std::ops::ControlFlow;
use zip::CompressionMethod;
use zip::write::SimpleFileOptions;

/// Reads all sheets of a file with these bytes. Each row keeps what its type promises.
pub fn read(bytes: &[u8], options: &Options) {
    let limits =
        Limits { inflated_bytes: 4 << 20, cells: 1_000_000, cell_bytes: 64 << 10, shared_bytes: 4 << 20, ..Limits::default() };
    let mut file = tempfile::NamedTempFile::new().expect("a folder for temporary files");
    file.write_all(bytes).expect("room for a file");
    let Ok(mut workbook) = imports::open_with(file.path(), &limits, options) else { return };
    for sheet in 0..workbook.sheets().len() {
        let mut before = 0;
        let _ = workbook.read(sheet, &mut |row, progress| {
            assert!(row.number > before, "rows are in order");
            before = row.number;
            assert!(row.cells.last().is_some_and(|cell| *cell != Default::default()), "the last cell is not empty");
            assert!((0.0..=1.0).contains(&progress.fraction()));
            ControlFlow::Continue(())
        });
    }
}

/// An archive of parts, as they are.
pub fn archive(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in parts {
        archive.start_file(*name, SimpleFileOptions::default().compression_method(CompressionMethod::Stored)).expect("a part");
        archive.write_all(content).expect("a part");
    }
    archive.finish().expect("an archive").into_inner()
}
