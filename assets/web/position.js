// Where this device is, as the platform says: only while a page asks, and nothing of it is kept or sent.

// Milliseconds for which an older place will do, and after which the page learns that there is none yet.
const OLDEST = 10_000;
const LONGEST = 30_000;

const FAULTS = { 1: "refused", 2: "unavailable", 3: "late" };

// Reports places in millionths of a degree with how exact they are in metres, or why there is none, as JSON. Returns how to stop.
export function watchPosition(onchange) {
  const report = (what) => onchange(JSON.stringify(what));
  if (!navigator.geolocation) {
    queueMicrotask(() => report({ what: "missing" }));
    return () => {};
  }
  const micro = (degrees) => Math.round(degrees * 1e6);
  const found = ({ coords }) => report({ what: "at", place: [micro(coords.latitude), micro(coords.longitude)], within: Math.round(coords.accuracy) });
  const failed = ({ code }) => report({ what: FAULTS[code] ?? "unavailable" });
  const id = navigator.geolocation.watchPosition(found, failed, { enableHighAccuracy: true, maximumAge: OLDEST, timeout: LONGEST });
  return () => navigator.geolocation.clearWatch(id);
}
