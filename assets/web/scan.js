// The camera as a reader of bar codes and QR codes, where the browser has `BarcodeDetector`.
const FORMATS = ["qr_code", "code_128", "code_39", "data_matrix", "ean_13"];

// Milliseconds between two looks at the picture.
const PAUSE = 150;

// Shows the camera in a video element and looks for a code in it. Says `on`, then `found` with its text, after which it has ended; or why it cannot:
// `missing` (nothing here reads codes), `refused` (the camera is not allowed) or `none` (there is none, or another program has it). Returns how to end it.
export function scan(id, say) {
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
