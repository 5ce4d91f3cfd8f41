// The camera as a reader of bar codes and QR codes: in the app of a phone by the scanner plugin, which draws the picture behind the page, elsewhere where
// the browser has `BarcodeDetector`.
const FORMATS = ["qr_code", "code_128", "code_39", "data_matrix", "ean_13"];

// Milliseconds between two looks at the picture.
const PAUSE = 150;

// Milliseconds after which a camera is closed once more: Android's plugin (2.5.3) leaves one on that was still being opened when it was closed.
const OPENED = 2000;

// Scans by the plugin so far. It has one camera for all of them.
let begun = 0;

const ask = (command, options) => window.__TAURI__.core.invoke(`plugin:barcode-scanner|${command}`, options);

// Whether the picture is drawn behind the page: where the plugin is, its own script is as well.
export function isBehind() {
  return window.__TAURI__?.barcodeScanner !== undefined;
}

// Opens the settings of the phone where the camera can be allowed.
export function openSettings() {
  ask("open_app_settings").catch(() => {});
}

// Looks for a code: says `on`, then `found` with its text, after which it has ended; or why it cannot: `missing` (nothing here reads codes), `refused`
// (the camera is not allowed) or `none` (there is none, or another program has it). `id` is the video element that shows the picture, where it is not
// behind the page. Returns how to end it.
export function scan(id, say) {
  return isBehind() ? scanBehind(say) : scanHere(id, say);
}

async function isAllowed() {
  const { camera } = await ask("check_permissions");
  return camera === "granted" || (await ask("request_permissions")).camera === "granted";
}

// While the picture is behind the page, styles hide what would cover it.
function scanBehind(say) {
  const number = ++begun;
  let ended = false;
  let isOn = false;
  const off = () => {
    if (isOn) document.documentElement.removeAttribute("data-behind");
    isOn = false;
  };
  const stop = () => ask("cancel").catch(() => {});
  const run = async () => {
    try {
      const allowed = await isAllowed();
      if (ended) return;
      if (!allowed) return say("refused", "");
      isOn = true;
      document.documentElement.setAttribute("data-behind", "camera");
      say("on", "");
      const options = { formats: FORMATS.map((format) => format.toUpperCase()), cameraDirection: "back", windowed: true };
      const { content } = await ask("scan", options);
      off();
      if (!ended) say("found", content ?? "");
    } catch {
      off();
      if (!ended) say("none", "");
    }
  };
  run();
  return () => {
    ended = true;
    if (!isOn) return;
    off();
    stop();
    setTimeout(() => number === begun && stop(), OPENED);
  };
}

function scanHere(id, say) {
  let stream = null;
  let ended = false;
  const end = () => {
    ended = true;
    stream?.getTracks().forEach((track) => track.stop());
    const video = document.getElementById(id);
    if (video) video.srcObject = null;
  };
  const run = async () => {
    const formats = "BarcodeDetector" in window ? await BarcodeDetector.getSupportedFormats().catch(() => []) : [];
    const known = FORMATS.filter((format) => formats.includes(format));
    if (ended) return;
    if (!known.length || !navigator.mediaDevices?.getUserMedia) return say("missing", "");
    try {
      stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" }, audio: false });
    } catch (error) {
      const isRefused = error.name === "NotAllowedError" || error.name === "SecurityError";
      if (!ended) say(isRefused ? "refused" : "none", "");
      return;
    }
    const video = document.getElementById(id);
    if (ended || !video) return end();
    video.srcObject = stream;
    // A picture that comes late is looked at then.
    video.play().catch(() => {});
    say("on", "");
    const detector = new BarcodeDetector({ formats: known });
    while (!ended) {
      const found = await detector.detect(video).catch(() => []);
      if (ended) return;
      const text = found[0]?.rawValue;
      if (text) {
        end();
        return say("found", text);
      }
      await new Promise((go) => setTimeout(go, PAUSE));
    }
  };
  run();
  return end;
}
