//! The map in a browser: an outline drawn by keyboard, clusters that are looked at from nearer, meters at one place that are listed, and a
//! meter that is placed by keyboard and by pointer.

use domain::core::position::Position;
use domain::sync::edit::{Change, ConnectionField, Patch};
use fantoccini::actions::{InputSource, MOUSE_BUTTON_LEFT, MouseActions, PointerAction};
use fantoccini::key::Key;
use fantoccini::{Client, Locator};
use protocol::metering::zones::Zones;
use protocol::sync::push::Operation;
use std::collections::BTreeMap;
use tests::axe::{self, ANY, audit};
use tests::driver::{picture, press as press_at, until};
use tests::field::{applied, send};
use tests::host::{Host, sign_in};
use tests::keys::{press as keys, run};
use tests::steps::{fill, go, press, press_found, shown};
use tests::world::{Running, World};

/// Where the two meters of the world are put: 44 m from each other.
pub const WEST: &str = "-6.917464, 107.619123";
pub const EAST: &str = "-6.917064, 107.619123";

/// Puts the focus on a map, once it is drawn.
pub async fn focus_map(page: &Client, id: &str) {
    until(
        page,
        "the map",
        &format!("document.querySelector('#{id}[data-drawn]') && document.querySelector('#{id}').dataset.zoom"),
    )
    .await;
    run(page, &format!("document.querySelector('#{id}').focus()")).await;
}

/// Presses a place of a map, in pixels from its middle.
async fn press_place(page: &Client, id: &str, (right, down): (i64, i64)) {
    let element = page.find(Locator::Id(id)).await.expect("the map");
    let there = PointerAction::MoveToElement { element, duration: None, x: right as f64, y: down as f64 };
    let actions = MouseActions::new("mouse".into())
        .then(there)
        .then(PointerAction::Down { button: MOUSE_BUTTON_LEFT })
        .then(PointerAction::Up { button: MOUSE_BUTTON_LEFT });
    page.perform_actions(actions).await.expect("pressed");
}

async fn zones(running: &Running) -> Zones {
    running.get(&running.tokens("admin").await.access_token, "/admin/v1/zones").await
}

async fn outline(host: &Host, running: &Running) {
    let page = &host.driven.page;
    go(host, "pengaturan/tarif").await;
    press(host, "Zona").await;
    until(page, "the zones", "document.querySelector('[data-zone=Barat]')").await;
    let script = axe::script();
    assert_eq!(audit(page, &script, "the zones", ANY).await, Vec::<String>::new());
    press(host, "Gambar batas").await;
    focus_map(page, "zone-map").await;
    until(page, "no corner", "document.querySelector('[data-standing=whole]')").await;
    // Near Bandung, by what is typed; three more corners by the keys.
    fill(host, "zone-corners", "-6.917464, 107.619123\nx").await;
    shown(host, "Baris 2 bukan lintang dan bujur").await;
    fill(host, "zone-corners", "-6.917464, 107.619123").await;
    until(page, "one corner", "document.querySelector('[data-standing=outline_too_few]')").await;
    press_at(page, "[aria-label=\"Tampilkan semua\"]").await;
    until(page, "it near", "document.querySelector('#zone-map').dataset.zoom === '17'").await;
    focus_map(page, "zone-map").await;
    let corners = "document.querySelector('#zone-corners').value.split('\\n').length";
    for (count, way) in [(2, Key::Right), (3, Key::Down), (4, Key::Left)] {
        keys(page, &[way, way, Key::Enter]).await;
        until(page, "another corner", &format!("{corners} === {count}")).await;
    }
    until(page, "a whole outline", "document.querySelector('[data-standing=whole]')").await;
    keys(page, &[Key::Right, Key::Right, Key::Right, Key::Up, Key::Up, Key::Up, Key::Enter]).await;
    until(page, "sides that cross", "document.querySelector('[data-standing=outline_crossing]')").await;
    keys(page, &[Key::Backspace]).await;
    until(page, "a whole outline", "document.querySelector('[data-standing=whole]')").await;
    assert_eq!(audit(page, &script, "the drawing", ANY).await, Vec::<String>::new());
    picture(page, "zone-draw").await;
    press_place(page, "zone-map", (60, -90)).await;
    until(page, "a corner by pointer", &format!("{corners} === 5")).await;
    press(host, "Hapus titik terakhir").await;
    press(host, "Simpan batas").await;
    shown(host, "Batas 4 titik").await;
    let drawn = zones(running).await.zones.into_iter().find(|zone| zone.name == "Barat").and_then(|zone| zone.outline);
    let drawn = drawn.expect("an outline");
    assert_eq!(drawn.corners().first().copied(), Position::new(-6_917_464, 107_619_123));
    assert_eq!(drawn.corners().len(), 4);
}

/// Gives a connection a place, or takes it away, as another admin would.
pub async fn place(running: &Running, at: usize, (from, to): (&str, &str)) {
    let change = Change { from: from.into(), to: to.into() };
    let patch = Patch(BTreeMap::from([(ConnectionField::Position, change)]));
    let connection = running.world.meters[at].connection;
    let results = send(running, "admin", &[Operation::EditConnection { connection, patch }]).await;
    assert!(results.iter().all(applied), "{results:?}");
}

async fn fleet(host: &Host) {
    let page = &host.driven.page;
    go(host, "perangkat").await;
    until(page, "the table", "document.querySelectorAll('tbody tr').length === 2").await;
    press(host, "Peta").await;
    focus_map(page, "fleet-map").await;
    until(page, "its form in the address", "location.hash.includes('bentuk=peta')").await;
    shown(host, "2 dari 2 meter dalam tampilan").await;
    let script = axe::script();
    assert_eq!(audit(page, &script, "the map", ANY).await, Vec::<String>::new());
    picture(page, "fleet-map").await;
    // From far they are one group, which Enter looks at from nearer.
    keys(page, &[Key::Subtract, Key::Subtract, Key::Subtract, Key::Subtract]).await;
    until(page, "one group", "document.querySelector('#fleet-map').dataset.groups === '1'").await;
    shown(host, "di tengah: 2 meter").await;
    keys(page, &[Key::Enter]).await;
    until(page, "two meters", "document.querySelector('#fleet-map').dataset.groups === '2'").await;
    // What the list opens is chosen on the map and in the table alike.
    let other = "[...document.querySelectorAll('.map-side [data-row] button')].find(b => b.innerText.includes('WM-TEST-B'))";
    press_found(page, "the other one", other).await;
    until(page, "its panel", "document.querySelector('.side')?.innerText.includes('WM-TEST-B')").await;
    // The map is narrower now, and nobody has moved it since: what was looked at stays in sight.
    shown(host, "2 dari 2 meter dalam tampilan").await;
    press(host, "Tabel").await;
    until(page, "it in the table", "document.querySelector('tr[aria-selected=true]')?.innerText.includes('WM-TEST-B')").await;
}

async fn placing(host: &Host) {
    let page = &host.driven.page;
    go(host, "perangkat?bentuk=peta").await;
    until(page, "one without a place", "document.querySelector('[data-unplaced=\"1\"]')").await;
    press(host, "Letakkan").await;
    until(page, "what is placed", "document.querySelector('[data-placing]')").await;
    focus_map(page, "fleet-map").await;
    keys(page, &[Key::Right, Key::Enter]).await;
    until(page, "a place", "document.querySelector('#place-position').value.includes(', 107.')").await;
    fill(host, "place-position", "1.000000, 90.000000").await;
    shown(host, "di luar Indonesia").await;
    press_place(page, "fleet-map", (40, 40)).await;
    until(page, "a place by pointer", "document.querySelector('#place-position').value.includes(', 107.')").await;
    press(host, "Simpan letak").await;
    until(page, "nothing left to place", "!document.querySelector('[data-unplaced]')").await;
    shown(host, "2 dari 2 meter dalam tampilan").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn screens_draw_a_zone_by_keyboard_and_show_the_fleet_on_a_map() {
    let running = World::new().start().await;
    let folder = tempfile::tempdir().expect("a folder");
    let host = Host::browser_of(&running, folder.path(), (1_440, 900)).await;
    sign_in(&host, "admin").await;
    let page = &host.driven.page;
    until(page, "the menu", "document.querySelector('.rail')").await;
    run(page, "document.documentElement.dataset.motion = 'still'").await;
    outline(&host, &running).await;
    // So near to one another that only the nearest zooms tell them apart.
    place(&running, 0, ("", WEST)).await;
    place(&running, 1, ("", EAST)).await;
    fleet(&host).await;
    place(&running, 1, (EAST, "")).await;
    placing(&host).await;
    host.end().await;
    running.server.stop().await;
}
