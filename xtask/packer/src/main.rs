//! `packer WASM FOLDER with-names|without-names`: what wasm-bindgen makes of the screens. As a library, so that its version cannot
//! drift; in a program of its own, so that the tasks start without waiting for it.

use std::error::Error;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [wasm, folder, names] = arguments.as_slice() else {
        return Err("packer WASM FOLDER with-names|without-names".into());
    };
    let mut bindgen = wasm_bindgen_cli_support::Bindgen::new();
    bindgen.input_path(wasm).out_name("ui").typescript(false);
    bindgen.remove_name_section(names == "without-names").remove_producers_section(true);
    Ok(bindgen.web(true)?.generate(folder)?)
}
