//! Puts configuration, capabilities and screens into the app.
#![allow(clippy::print_stdout, reason = "this is how a build script speaks to cargo")]

/// In Android's manifest: the system fetches its reader of codes when the app is installed, and not when a technician without a network first scans.
const READER: &str = r#"<meta-data android:name="com.google.mlkit.vision.DEPENDENCIES" android:value="barcode" />"#;

/// In Android's manifest: the map shows where its user stands; the system asks first.
const POSITION: &str = r#"<uses-permission android:name="android.permission.ACCESS_COARSE_LOCATION"/>
<uses-permission android:name="android.permission.ACCESS_FINE_LOCATION"/>"#;

fn main() {
    for path in ["ui/dist", "src-tauri/capabilities", "src-tauri/permissions"] {
        println!("cargo:rerun-if-changed={path}");
    }
    let permissions = tauri_build::AppManifest::new().permissions_path_pattern("./src-tauri/permissions/**/*");
    let attributes =
        tauri_build::Attributes::new().capabilities_path_pattern("./src-tauri/capabilities/**/*").app_manifest(permissions);
    // Nothing is written where no Android project is being built.
    for (block, parent, lines) in
        [("indowater-reader-of-codes", "application", READER), ("indowater-position", "manifest", POSITION)]
    {
        tauri_plugin::mobile::update_android_manifest(block, parent, lines.into()).expect("Android's manifest can be written");
    }
    tauri_build::try_build(attributes).expect("tauri.conf.json, capabilities and permissions are in order");
}
