//! The page that *Laporan* shows and the page of the file, in a real browser and by poppler, which is not ours: the same to the eye.

use crate::reports::{SHEET, open_files};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use fantoccini::Client as Page;
use serde_json::Value;
use std::process::Command;
use tests::driver::{press, until};
use tests::host::{Host, sign_in};
use tests::keys::run;
use tests::steps::go;
use tests::world::World;

/// Pixels of a page for each CSS pixel of its picture: 144 to the inch.
const SCALE: f64 = 1.5;

/// How far the brightness of a square of 2 mm may be off on one of them, of 255: both smooth edges, each in its own way, and snap thin lines to
/// pixels or do not.
const MOST_OFF: f64 = 48.0;

/// How far squares may be off on the average.
const MEAN_OFF: f64 = 2.0;

/// Draws the page that is shown and a picture of the file's page, and keeps how far their squares are from each other: as they are, and with the second
/// one a square lower, which a comparison has to notice.
const COMPARE: &str = "
    const [png, width, height] = arguments, side = 12;
    window.compared = null;
    const draw = async (source, down) => {
        const picture = new Image();
        picture.src = source;
        await picture.decode();
        const canvas = document.createElement('canvas');
        [canvas.width, canvas.height] = [width, height];
        const context = canvas.getContext('2d');
        context.fillStyle = 'white';
        context.fillRect(0, 0, width, height);
        context.drawImage(picture, 0, down, width, height);
        const { data } = context.getImageData(0, 0, width, height);
        const across = Math.ceil(width / side), squares = new Float64Array(across * Math.ceil(height / side));
        for (let y = 0; y < height; y += 1) for (let x = 0; x < width; x += 1) {
            const at = 4 * (y * width + x);
            const bright = 0.2126 * data[at] + 0.7152 * data[at + 1] + 0.0722 * data[at + 2];
            squares[Math.floor(y / side) * across + Math.floor(x / side)] += bright / (side * side);
        }
        return squares;
    };
    const apart = (one, other) => {
        const off = one.map((bright, at) => Math.abs(bright - other[at]));
        return { most: off.reduce((most, of) => Math.max(most, of), 0), mean: off.reduce((sum, of) => sum + of, 0) / off.length };
    };
    const shown = document.querySelector('.report-sheet').src, paper = 'data:image/png;base64,' + png;
    Promise.all([draw(shown, 0), draw(paper, 0), draw(paper, side)]).then(([page, file, lower]) => {
        window.compared = { same: apart(page, file), moved: apart(page, lower) };
    }, (why) => { window.compared = { error: String(why) }; });";

/// The PDF of what is shown.
async fn pdf(page: &Page) -> Vec<u8> {
    let catch = "window.paper = null; HTMLAnchorElement.prototype.click = function () {}; \
        URL.createObjectURL = (blob) => { const reader = new FileReader(); \
            reader.onload = () => { window.paper = reader.result; }; reader.readAsDataURL(blob); return 'data:,'; }";
    run(page, catch).await;
    open_files(page).await;
    press(page, "[data-of=report-files] [data-format=pdf]").await;
    let paper = until(page, "the paper", "window.paper").await;
    until(page, "that the dialog is closed", "!document.querySelector('[data-of=report-files]')").await;
    let (_, base64) = paper.as_str().and_then(|url| url.split_once(',')).expect("a data URL");
    STANDARD.decode(base64).expect("base64")
}

/// The first page of a PDF as poppler draws it, as PNG.
fn drawn(pdf: &[u8], (width, height): (u64, u64)) -> Vec<u8> {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("paper.pdf"), pdf).expect("written");
    let mut poppler = Command::new("pdftoppm");
    poppler.args([
        "-png",
        "-singlefile",
        "-f",
        "1",
        "-l",
        "1",
        "-scale-to-x",
        &width.to_string(),
        "-scale-to-y",
        &height.to_string(),
    ]);
    let said = poppler.arg(folder.path().join("paper.pdf")).arg(folder.path().join("page")).output();
    let said = said.unwrap_or_else(|error| panic!("pdftoppm of poppler-utils (`cargo xtask setup`): {error}"));
    let png = std::fs::read(folder.path().join("page.png"));
    png.unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&said.stderr)))
}

/// How far the page that is shown is from the file's.
async fn compared(page: &Page) -> Value {
    let sheet = "const sheet = document.querySelector('.report-sheet'); return [sheet.naturalWidth, sheet.naturalHeight]";
    let size: (f64, f64) = serde_json::from_value(run(page, sheet).await).expect("a size");
    let (width, height) = ((size.0 * SCALE).round() as u64, (size.1 * SCALE).round() as u64);
    let png = STANDARD.encode(drawn(&pdf(page).await, (width, height)));
    page.execute(COMPARE, vec![png.into(), width.into(), height.into()]).await.expect("compares");
    until(page, "the comparison", "window.compared").await
}

#[tokio::test(flavor = "multi_thread")]
async fn screens_show_the_page_of_a_report_as_its_file_has_it() {
    let running = World::new().start().await;
    let folder = tempfile::tempdir().expect("a folder");
    let host = Host::browser_of(&running, folder.path(), (1_440, 900)).await;
    let page = &host.driven.page;
    sign_in(&host, "admin").await;
    until(page, "the menu", "document.querySelector('.rail')").await;
    for kind in ["device_status", "revenue", "technicians"] {
        go(page, "laporan").await;
        until(page, "the kinds", "document.querySelector('.report-kind')").await;
        go(page, &format!("laporan?jenis={kind}")).await;
        until(page, "its page", SHEET).await;
        let found = compared(page).await;
        let off = |of: &str, what: &str| found[of][what].as_f64().unwrap_or_else(|| panic!("{kind}: {found}"));
        assert!(off("same", "most") <= MOST_OFF && off("same", "mean") <= MEAN_OFF, "{kind}: {found}");
        assert!(off("moved", "most") > MOST_OFF, "{kind}: a page that is 2 mm lower is another one: {found}");
    }
    host.end().await;
    running.server.stop().await;
}
