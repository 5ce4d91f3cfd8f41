// The program is fetched while its loader is.
const program = fetch("./ui_bg.wasm");
const { default: init } = await import("./ui.js");

init({ module_or_path: program });
