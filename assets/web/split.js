// Fetches the parts of the program that are files of their own, once each, and joins them to it.
const fetched = new Map();

// Whether the part came.
export async function fetchPart(name) {
  if (!fetched.has(name)) fetched.set(name, join(name));
  try {
    await fetched.get(name);
    return true;
  } catch (error) {
    fetched.delete(name);
    console.error(`${name}.wasm did not come`, error);
    return false;
  }
}

async function join(name) {
  // The loader of the program imports this file, so it is imported here only when it has run.
  const { initSync } = await import("./ui.js");
  const response = await fetch(new URL(`${name}.wasm`, import.meta.url));
  if (!response.ok) throw new Error(`the host answered ${response.status}`);
  const program = initSync();
  await WebAssembly.instantiate(await response.arrayBuffer(), { env: { memory: program.memory }, __wasm_split: program });
}
