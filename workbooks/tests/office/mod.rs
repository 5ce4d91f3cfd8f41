//! LibreOffice, which is not ours, as a reader of workbooks: its profile is the test's own.

use std::collections::BTreeMap;
use std::process::Command;

/// Text in quotes and nothing else; fields are separated by tabs, numbers are as they are shown, and each sheet is a file.
const TYPED: &str = "csv:Text - txt - csv (StarCalc):9,34,76,1,,0,true,true,true,false,false,-1";

/// A setting of LibreOffice: whether formulas of a file are computed when it is opened. 0: always, 1: never.
const COMPUTING: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<oor:items xmlns:oor=\"http://openoffice.org/2001/registry\" \
    xmlns:xs=\"http://www.w3.org/2001/XMLSchema\" xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\">\
    <item oor:path=\"/org.openoffice.Office.Calc/Formula/Load\"><prop oor:name=\"OOXMLRecalcMode\" oor:op=\"fuse\"><value>MODE</value>\
    </prop></item></oor:items>\n";

/// The sheets of some workbooks by their names, each as LibreOffice reads it; with `computing` it computes all formulas first.
pub fn sheets(workbooks: &[Vec<u8>], computing: bool) -> Vec<BTreeMap<String, String>> {
    let folder = tempfile::tempdir().expect("a folder");
    let profile = folder.path().join("profile");
    std::fs::create_dir_all(profile.join("user")).expect("a profile");
    let mode = if computing { "0" } else { "1" };
    std::fs::write(profile.join("user/registrymodifications.xcu"), COMPUTING.replace("MODE", mode)).expect("a setting");
    let mut office = Command::new("soffice");
    office.arg(format!("-env:UserInstallation=file://{}", profile.display())).args([
        "--headless",
        "--convert-to",
        TYPED,
        "--outdir",
    ]);
    office.arg(folder.path()).env("LC_ALL", "C.UTF-8");
    for (number, workbook) in workbooks.iter().enumerate() {
        let file = folder.path().join(format!("book{number:03}.xlsx"));
        std::fs::write(&file, workbook).expect("written");
        office.arg(file);
    }
    let said = office.output().unwrap_or_else(|error| panic!("LibreOffice (`cargo xtask setup`): {error}"));
    let mut found = vec![BTreeMap::new(); workbooks.len()];
    for entry in std::fs::read_dir(folder.path()).expect("the folder") {
        let path = entry.expect("a file").path();
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let Some((number, sheet)) = name.strip_suffix(".csv").and_then(|name| name.strip_prefix("book")?.split_once('-')) else {
            continue;
        };
        let number: usize = number.parse().expect("a number");
        found[number].insert(sheet.to_owned(), std::fs::read_to_string(&path).expect("a sheet"));
    }
    assert!(found.iter().all(|sheets| !sheets.is_empty()), "{}", String::from_utf8_lossy(&said.stderr));
    found
}
