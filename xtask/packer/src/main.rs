//! `packer WASM FOLDER whole|split`: what wasm-bindgen makes of the screens; split, the pages that are fetched later are a file of their own. As a
//! library, so that its version cannot drift; in a program of its own, so that the tasks start without waiting for it.

use std::error::Error;
use std::path::Path;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        [wasm, folder, "whole"] => bind(wasm, folder, true),
        [wasm, folder, "split"] => {
            bind(wasm, folder, false)?;
            split(Path::new(wasm), Path::new(folder))
        }
        _ => Err("packer WASM FOLDER whole|split".into()),
    }
}

/// Writes `ui_bg.wasm` and `ui.js`. The splitter finds functions by their full names, people read short ones.
fn bind(wasm: &str, folder: &str, has_short_names: bool) -> Result<(), Box<dyn Error>> {
    let mut bindgen = wasm_bindgen_cli_support::Bindgen::new();
    bindgen.input_path(wasm).out_name("ui").typescript(false).demangle(has_short_names).remove_producers_section(true);
    Ok(bindgen.web(true)?.generate(folder)?)
}

/// Takes the parts out of `ui_bg.wasm`, each into a file by its name.
#[cfg(feature = "split")]
fn split(wasm: &Path, folder: &Path) -> Result<(), Box<dyn Error>> {
    let main = folder.join("ui_bg.wasm");
    let (original, bound) = (std::fs::read(wasm)?, std::fs::read(&main)?);
    let split = wasm_split_cli::Splitter::new(&original, &bound)?.emit()?;
    for part in &split.modules {
        if !part.relies_on_chunks.is_empty() {
            return Err(format!("the part {} needs a chunk, which split.js does not fetch", part.module_name).into());
        }
        std::fs::write(folder.join(format!("{}.wasm", part.module_name)), &part.bytes)?;
    }
    Ok(std::fs::write(main, split.main.bytes)?)
}

#[cfg(not(feature = "split"))]
fn split(_: &Path, _: &Path) -> Result<(), Box<dyn Error>> {
    Err("this packer was built without its feature `split`".into())
}
