//! Packs of streets on a device: imported, listed, drawn of, removed; refused where they cannot be read, with everything as before; and whatever
//! bytes they have, the client goes on.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use client::Client;
use client::maps::pack::Pack;
use proptest::prelude::*;
use protocol::core::problem::{Code, Problem};
use protocol::ui::imports::Slice;
use protocol::ui::maps::{MapPack, NamedPlace, PackFault, PlaceKind, StreetTile, TileAt};
use protocol::ui::{Answer, MapsRequest, MapsResponse, Request};
use std::path::Path;
use tests::field::{clean, sign_in};
use tests::map_pack::{TOWN, pack, tile_at, town, town_pack};
use tests::world::World;
use uuid::Uuid;

async fn ask(client: &Client, request: MapsRequest) -> Result<MapsResponse, Problem> {
    match client.call(Request::Maps(request)).await? {
        Answer::Maps(response) => Ok(*response),
        other => panic!("{other:?}"),
    }
}

/// Brings a file in two parts.
async fn bring(client: &Client, id: Uuid, name: &str, file: &[u8]) -> MapsResponse {
    let (first, second) = file.split_at(file.len() / 2);
    let slice = |offset: usize, part: &[u8], is_last| {
        MapsRequest::Bring(Slice { id, name: name.into(), offset: offset as u64, base64: STANDARD.encode(part), is_last })
    };
    match ask(client, slice(0, first, false)).await.expect("an answer") {
        MapsResponse::Done => ask(client, slice(first.len(), second, true)).await.expect("an answer"),
        refused => refused,
    }
}

async fn packs(client: &Client) -> Vec<MapPack> {
    match ask(client, MapsRequest::List).await.expect("an answer") {
        MapsResponse::Packs(packs) => packs,
        other => panic!("{other:?}"),
    }
}

async fn tile(client: &Client, at: TileAt) -> Option<StreetTile> {
    match ask(client, MapsRequest::Tile(at)).await.expect("an answer") {
        MapsResponse::Tile(tile) => tile.map(|tile| *tile),
        other => panic!("{other:?}"),
    }
}

fn files(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder.join("maps")).expect("the folder of packs");
    let mut names: Vec<_> = entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

fn is_the_town(tile: &StreetTile) {
    assert_eq!(tile.water, [vec![0, 0, 1_500, 0, 0, 1_500, -1_500, 0]]);
    assert_eq!(tile.rivers, [vec![3_000, 0, 200, 4_096]]);
    assert_eq!(tile.buildings.len(), 1);
    assert_eq!(tile.major_roads, [vec![0, 2_048, 2_048, 0, 2_048, -48]]);
    assert!(tile.highways.is_empty() && tile.minor_roads.is_empty() && tile.paths.is_empty(), "a railway is not drawn");
    assert_eq!(tile.places, [NamedPlace { name: "Cicaheum".into(), kind: PlaceKind::Town, x: 2_048, y: 2_300 }]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pack_is_imported_listed_drawn_of_and_removed() {
    let running = World::new().start().await;
    let (folder, device) = (running.world.folder.path().join("admin"), running.client("admin").await);
    sign_in(&device, "admin").await;
    assert!(packs(&device).await.is_empty());
    let (id, at, file) = (Uuid::now_v7(), tile_at(TOWN, 14), town_pack());
    assert!(matches!(bring(&device, id, "bandung.pmtiles", &file).await, MapsResponse::Packs(kept) if kept.len() == 1));
    let kept = packs(&device).await;
    assert_eq!((kept[0].id, kept[0].name.as_str(), kept[0].bytes), (id, "bandung.pmtiles", file.len() as u64));
    let area = kept[0].area.clone().expect("it can be read");
    assert_eq!((area.min_zoom, area.max_zoom, area.attribution.as_str()), (14, 14, "© OpenStreetMap"));
    assert_eq!((area.south_west.lat(), area.north_east.lon()), (-6_967_464, 107_669_123));
    is_the_town(&tile(&device, at).await.expect("the town"));
    assert_eq!(tile(&device, TileAt { x: at.x + 1, ..at }).await, None);
    assert_eq!(tile(&device, TileAt { z: 13, x: at.x / 2, y: at.y / 2 }).await, None);
    let after = ask(&device, MapsRequest::Remove(id)).await.expect("an answer");
    assert_eq!((after, files(&folder)), (MapsResponse::Packs(Vec::new()), Vec::new()));
    assert_eq!(tile(&device, at).await, None);
    clean(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_is_no_whole_pack_is_refused_and_nothing_changes() {
    let running = World::new().start().await;
    let (folder, device) = (running.world.folder.path().join("admin"), running.client("admin").await);
    sign_in(&device, "admin").await;
    let file = pack(&[(tile_at(TOWN, 13), town()), (tile_at(TOWN, 14), town())], true);
    bring(&device, Uuid::now_v7(), "bandung.pmtiles", &file).await;
    let (kept, on_disk) = (packs(&device).await, files(&folder));
    let mut broken = file.clone();
    let last = broken.len() - 1;
    for byte in &mut broken[127..140] {
        *byte ^= 0x55;
    }
    let no_tile = pack(&[(tile_at(TOWN, 14), b"no tile".to_vec())], false);
    for (what, bytes, fault) in [
        ("a text", b"nama;alamat\n".repeat(20).as_slice(), PackFault::NotAPack),
        ("cut off", &file[..last], PackFault::Damaged),
        ("its directory is broken", broken.as_slice(), PackFault::Damaged),
        ("its tile is none", no_tile.as_slice(), PackFault::Damaged),
    ] {
        assert_eq!(bring(&device, Uuid::now_v7(), what, bytes).await, MapsResponse::Refused(fault), "{what}");
        assert_eq!((packs(&device).await, files(&folder)), (kept.clone(), on_disk.clone()), "{what}");
    }
    for zoom in [13, 14] {
        is_the_town(&tile(&device, tile_at(TOWN, zoom)).await.expect("behind a further directory"));
    }
    clean(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn packs_stay_on_the_device_for_the_next_user_and_are_not_for_customers() {
    let running = World::new().start().await;
    let device = running.client("shared").await;
    assert_eq!(ask(&device, MapsRequest::List).await.expect_err("nobody is signed in").code, Code::Denied);
    sign_in(&device, "technician").await;
    // What was not brought to its end is gone when the next file begins.
    let part = STANDARD.encode(&town_pack()[..200]);
    let begun = Slice { id: Uuid::now_v7(), name: "begun".into(), offset: 0, base64: part, is_last: false };
    assert_eq!(ask(&device, MapsRequest::Bring(begun)).await, Ok(MapsResponse::Done));
    bring(&device, Uuid::now_v7(), "bandung.pmtiles", &town_pack()).await;
    assert_eq!(files(&running.world.folder.path().join("shared")).len(), 2, "the pack, and what is known of it");
    device.call(Request::SignOut { everywhere: false, with_unsent: false }).await.expect("signed out");
    sign_in(&device, "customer").await;
    assert_eq!(ask(&device, MapsRequest::Tile(tile_at(TOWN, 14))).await.expect_err("denied").code, Code::Denied);
    device.call(Request::SignOut { everywhere: false, with_unsent: false }).await.expect("signed out");
    sign_in(&device, "admin").await;
    assert_eq!(packs(&device).await.len(), 1);
    clean(running).await;
}

/// Does with a file what a map does with a pack.
fn used(folder: &Path, bytes: &[u8]) {
    let path = folder.join("pack");
    std::fs::write(&path, bytes).expect("written");
    if let Ok(mut pack) = Pack::open(&path) {
        let _ = pack.attribution();
        let _ = pack.prove();
        for zoom in [0, 13, 14] {
            let _ = pack.tile(tile_at(TOWN, zoom));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_bytes_of_a_pack_are_others_it_is_read_or_refused(
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8),
        leaves in any::<bool>(),
        end in any::<prop::sample::Index>(),
    ) {
        let folder = tempfile::tempdir().expect("a folder");
        let mut file = pack(&[(tile_at(TOWN, 13), town()), (tile_at(TOWN, 14), town())], leaves);
        for (place, byte) in changes {
            let place = place.index(file.len());
            file[place] = byte;
        }
        used(folder.path(), &file);
        used(folder.path(), &file[..end.index(file.len())]);
    }
}
