// Files to import: one that was chosen or dropped is held here and read slice by slice, so that a large one is never in memory as a whole.

// The file of each import that is being brought: its page may be left meanwhile.
const held = new Map();
// The file that was dropped last, until it is taken.
let dropped = null;

// Takes the file that was dropped, else the one chosen in a file input, for an import. Returns its name and size as JSON; empty if there is none.
export function takeFile(input, id) {
  const field = document.getElementById(input);
  const file = dropped ?? field?.files?.[0];
  dropped = null;
  // The input is emptied, so that the same file can be chosen again.
  if (field) field.value = "";
  if (!file) return "";
  held.set(id, file);
  return JSON.stringify({ name: file.name, size: file.size });
}

// A part of an import's file as base64; null if it cannot be read any more, as when it was changed or deleted meanwhile.
export async function readSlice(id, offset, length) {
  const part = held.get(id)?.slice(offset, offset + length);
  if (!part) return null;
  if (part.size === 0) return "";
  return await new Promise((resolve) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result.slice(reader.result.indexOf(",") + 1));
    reader.onerror = () => resolve(null);
    reader.readAsDataURL(part);
  });
}

// The file of an import is not needed any more.
export function releaseFile(id) {
  held.delete(id);
}

const hasFiles = (event) => event.dataTransfer?.types?.includes("Files") ?? false;

// Reports "over" while a file is dragged over an element, "out" when it leaves, and "dropped" when it is dropped there: `takeFile` gives it.
// Returns how to stop.
export function watchDrop(id, onchange) {
  const box = document.getElementById(id);
  if (!box) return () => {};
  let depth = 0;
  const listeners = {
    dragenter: (event) => hasFiles(event) && depth++ === 0 && onchange("over"),
    dragleave: (event) => hasFiles(event) && --depth === 0 && onchange("out"),
    drop: (event) => {
      if (!hasFiles(event)) return;
      depth = 0;
      dropped = event.dataTransfer.files[0] ?? null;
      onchange(dropped ? "dropped" : "out");
    },
  };
  // A file that is dropped beside the box would be opened in the app's place.
  const stay = (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = box.contains(event.target) ? "copy" : "none";
  };
  for (const [name, listener] of Object.entries(listeners)) box.addEventListener(name, listener);
  for (const name of ["dragover", "drop"]) window.addEventListener(name, stay);
  return () => {
    for (const [name, listener] of Object.entries(listeners)) box.removeEventListener(name, listener);
    for (const name of ["dragover", "drop"]) window.removeEventListener(name, stay);
  };
}
