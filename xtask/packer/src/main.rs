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
        std::fs::write(folder.join(format!("{}.wasm", part.module_name)), without_data(&part.bytes)?)?;
    }
    Ok(std::fs::write(main, with_data_of(&bound, &split.main.bytes)?)?)
}

/// The main part with all data: the splitter also clears what it wrongly takes for a part's own.
#[cfg(feature = "split")]
fn with_data_of(bound: &[u8], main: &[u8]) -> Result<Vec<u8>, Box<dyn Error>> {
    let (bound, mut main) = (walrus::Module::from_buffer(bound)?, walrus::Module::from_buffer(main)?);
    if bound.data.iter().map(|data| data.value.len()).ne(main.data.iter().map(|data| data.value.len())) {
        return Err("the splitter has changed how the data are laid out".into());
    }
    let ids: Vec<_> = main.data.iter().map(|data| data.id()).collect();
    for (id, whole) in ids.into_iter().zip(bound.data.iter()) {
        main.data.get_mut(id).value.clone_from(&whole.value);
    }
    Ok(main.emit_wasm())
}

/// A part without data, which are in the main part already and may have changed there since.
#[cfg(feature = "split")]
fn without_data(part: &[u8]) -> Result<Vec<u8>, Box<dyn Error>> {
    let mut part = walrus::Module::from_buffer(part)?;
    for memory in part.memories.iter_mut() {
        memory.data_segments.clear();
    }
    for data in part.data.iter().map(|data| data.id()).collect::<Vec<_>>() {
        part.data.delete(data);
    }
    Ok(part.emit_wasm())
}

#[cfg(not(feature = "split"))]
fn split(_: &Path, _: &Path) -> Result<(), Box<dyn Error>> {
    Err("this packer was built without its feature `split`".into())
}
