// Pictures from the camera or a file, made small enough to be sent from anywhere.
const LONGEST = 1600;
const QUALITY = 0.82;

// The longer side of a logo, in pixels: two centimetres of paper at 600 dots an inch.
const LOGO = 480;

// The picture chosen in a file input, drawn anew, so that nothing but its pixels is in it, as base64 of a JPEG or a PNG whose longer side is
// so many pixels at most; null if it is no picture.
async function drawn(id, longest, type) {
  const file = document.getElementById(id)?.files?.[0];
  if (!file) return null;
  try {
    const bitmap = await createImageBitmap(file, { imageOrientation: "from-image" });
    const scale = Math.min(1, longest / Math.max(bitmap.width, bitmap.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.max(1, Math.round(bitmap.width * scale));
    canvas.height = Math.max(1, Math.round(bitmap.height * scale));
    const context = canvas.getContext("2d");
    if (type === "image/jpeg") {
      // JPEG has no transparency: what shines through is white, as paper is.
      context.fillStyle = "#fff";
      context.fillRect(0, 0, canvas.width, canvas.height);
    }
    context.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
    bitmap.close();
    const url = canvas.toDataURL(type, QUALITY);
    return url.slice(url.indexOf(",") + 1);
  } catch {
    return null;
  }
}

// A photo, as a JPEG of 1600 pixels.
export async function readPhoto(id) {
  return await drawn(id, LONGEST, "image/jpeg");
}

// A logo, as a PNG of 480 pixels.
export async function readLogo(id) {
  return await drawn(id, LOGO, "image/png");
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
