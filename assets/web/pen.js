// A pen on a canvas: what is drawn is kept as strokes of whole points within 1,000 by 1,000, however large the canvas is.
const SIDE = 1000;

// Points of one signature at most; more is no signature.
const MOST = 20000;

const pads = new Map();

// Draws the strokes anew, in the colour of the text and as sharp as the screen is.
function paint(canvas, strokes) {
  const sharp = window.devicePixelRatio || 1;
  const box = canvas.getBoundingClientRect();
  canvas.width = Math.max(1, Math.round(box.width * sharp));
  canvas.height = Math.max(1, Math.round(box.height * sharp));
  const context = canvas.getContext("2d");
  context.lineWidth = 2.5 * sharp;
  context.lineCap = context.lineJoin = "round";
  context.strokeStyle = getComputedStyle(canvas).color;
  for (const stroke of strokes) {
    context.beginPath();
    for (const [x, y] of stroke) context.lineTo((x / SIDE) * canvas.width, (y / SIDE) * canvas.height);
    // A dot is a line to itself.
    if (stroke.length === 1) context.lineTo((stroke[0][0] / SIDE) * canvas.width + 0.1, (stroke[0][1] / SIDE) * canvas.height);
    context.stroke();
  }
}

// Lets a pen, a finger or a mouse draw on a canvas; `onchange` is called with all strokes as JSON whenever one ends. Returns what ends it.
export function openPen(id, onchange) {
  const canvas = document.getElementById(id);
  if (!canvas) return () => {};
  const strokes = [];
  let pen = null;
  const place = (event) => {
    const box = canvas.getBoundingClientRect();
    const of = (at, from, length) => Math.min(SIDE, Math.max(0, Math.round(((at - from) / Math.max(1, length)) * SIDE)));
    return [of(event.clientX, box.left, box.width), of(event.clientY, box.top, box.height)];
  };
  const down = (event) => {
    if (pen !== null || event.button > 0) return;
    pen = event.pointerId;
    // A pointer that is gone already is not followed out of the canvas, and draws all the same.
    try { canvas.setPointerCapture(pen); } catch { /* it is not there any more */ }
    strokes.push([place(event)]);
    paint(canvas, strokes);
    event.preventDefault();
  };
  const move = (event) => {
    if (event.pointerId !== pen || strokes.reduce((sum, stroke) => sum + stroke.length, 0) >= MOST) return;
    strokes.at(-1).push(place(event));
    paint(canvas, strokes);
  };
  const up = (event) => {
    if (event.pointerId !== pen) return;
    pen = null;
    onchange(JSON.stringify(strokes));
  };
  canvas.addEventListener("pointerdown", down);
  canvas.addEventListener("pointermove", move);
  canvas.addEventListener("pointerup", up);
  canvas.addEventListener("pointercancel", up);
  const watched = new ResizeObserver(() => paint(canvas, strokes));
  watched.observe(canvas);
  pads.set(id, () => {
    strokes.length = 0;
    paint(canvas, strokes);
    onchange("[]");
  });
  return () => {
    watched.disconnect();
    pads.delete(id);
  };
}

// Takes away what is drawn on a canvas.
export function clearPen(id) {
  pads.get(id)?.();
}
