//! What the server keeps is its own user's alone, also what an older release has left.
#![cfg(unix)]

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use tests::field::{attached, picture, put};
use tests::world::{Running, World, program};

fn mode(place: &Path) -> u32 {
    std::fs::metadata(place).expect("it is there").permissions().mode() & 0o777
}

fn all(folder: &Path) -> Vec<PathBuf> {
    let mut found = vec![folder.to_owned()];
    for entry in std::fs::read_dir(folder).expect("a folder").filter_map(Result::ok) {
        if entry.path().is_dir() { found.extend(all(&entry.path())) } else { found.push(entry.path()) }
    }
    found
}

fn assert_private(folder: &Path) {
    for place in all(folder) {
        let expected = if place.is_dir() { 0o700 } else { 0o600 };
        assert_eq!(mode(&place), expected, "{} is {:o}", place.display(), mode(&place));
    }
}

async fn bring(running: &Running, length: usize) {
    let (bytes, token) = (picture(length, 9), running.tokens("technician").await.access_token);
    put(running, &token, attached(&bytes), &format!("bytes 0-{}/{length}", length - 1), bytes).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn folders_are_0700_and_files_0600_also_those_of_an_older_release() {
    let world = World::new();
    let folder = world.folder.path().to_owned();
    let old = folder.join("blobs/ab");
    std::fs::create_dir_all(&old).expect("a folder");
    std::fs::write(old.join("abcd"), "old").expect("a file");
    for (place, mode) in [("blobs/ab/abcd", 0o644), ("blobs/ab", 0o755), ("blobs", 0o755), ("indowater.db", 0o644), ("", 0o755)] {
        std::fs::set_permissions(folder.join(place), std::fs::Permissions::from_mode(mode)).expect("opened to others");
    }
    let running = world.start().await;
    bring(&running, 1_000).await;
    // A part that is not whole yet.
    let (bytes, token) = (picture(2_000, 8), running.tokens("technician").await.access_token);
    put(&running, &token, attached(&bytes), "bytes 0-999/2000", bytes[..1_000].to_vec()).await;
    assert!(folder.join("indowater.db-wal").exists() && folder.join("token.key").exists());
    assert_private(&folder);
    let copy = folder.join("copy.db");
    let backup = Command::new(program("sync-server")).arg("--data").arg(&folder).arg("backup").arg(&copy).output().expect("runs");
    assert!(backup.status.success(), "{}", String::from_utf8_lossy(&backup.stderr));
    assert_eq!(mode(&copy), 0o600);
    running.server.stop().await;
    assert_private(&folder);
}

#[test]
fn what_an_operator_sets_up_is_private_from_the_first_file_on_whatever_the_system_gives() {
    let outside = tempfile::tempdir().expect("a folder");
    std::fs::set_permissions(outside.path(), std::fs::Permissions::from_mode(0o755)).expect("as a system's folder is");
    let folder = outside.path().join("var/indowater");
    let sets_up = format!("umask 000; exec {} --data {} init --name Uji", program("sync-server").display(), folder.display());
    let said = Command::new("sh").args(["-c", &sets_up]).output().expect("runs");
    assert!(said.status.success(), "{}", String::from_utf8_lossy(&said.stderr));
    assert_private(&folder);
    assert_eq!(mode(outside.path()), 0o755, "what was there before is as it was");
}
