//! Puts configuration, capabilities and screens into the app.
#![allow(clippy::print_stdout, reason = "this is how a build script speaks to cargo")]

fn main() {
    for path in ["ui/dist", "src-tauri/capabilities", "src-tauri/permissions"] {
        println!("cargo:rerun-if-changed={path}");
    }
    let permissions = tauri_build::AppManifest::new().permissions_path_pattern("./src-tauri/permissions/**/*");
    let attributes =
        tauri_build::Attributes::new().capabilities_path_pattern("./src-tauri/capabilities/**/*").app_manifest(permissions);
    tauri_build::try_build(attributes).expect("tauri.conf.json, capabilities and permissions are in order");
}
