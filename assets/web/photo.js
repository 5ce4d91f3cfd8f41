// Pictures from the camera or a file, made small enough to be sent from anywhere.
const LONGEST = 1600;
const QUALITY = 0.82;

// The picture chosen in a file input as base64 of a JPEG whose longer side is 1600 pixels at most; null if it is no picture.
export async function readPhoto(id) {
  const file = document.getElementById(id)?.files?.[0];
  if (!file) return null;
  try {
    const bitmap = await createImageBitmap(file, { imageOrientation: "from-image" });
    const scale = Math.min(1, LONGEST / Math.max(bitmap.width, bitmap.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.max(1, Math.round(bitmap.width * scale));
    canvas.height = Math.max(1, Math.round(bitmap.height * scale));
    const context = canvas.getContext("2d");
    // JPEG has no transparency: what shines through is white, as paper is.
    context.fillStyle = "#fff";
    context.fillRect(0, 0, canvas.width, canvas.height);
    context.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
    bitmap.close();
    const url = canvas.toDataURL("image/jpeg", QUALITY);
    return url.slice(url.indexOf(",") + 1);
  } catch {
    return null;
  }
}

// The first megabyte of what was chosen: its header says how many pixels there are before anything decodes them.
export async function photoHead(id) {
  const file = document.getElementById(id)?.files?.[0];
  return new Uint8Array(file ? await file.slice(0, 1 << 20).arrayBuffer() : 0);
}

// Opens a file input, as pressing it would.
export function choosePhoto(id) {
  document.getElementById(id)?.click();
}
