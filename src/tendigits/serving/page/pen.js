/** The pen: what a mouse, a pen or a finger does on the sheet becomes strokes. */

/** @typedef {import("./drawing.js").Drawing} Drawing */
/** @typedef {import("./drawing.js").Point} Point */
/** @typedef {import("./sheet.js").Sheet} Sheet */

/**
 * @param {Sheet} sheet
 * @param {Drawing} drawing
 * @param {() => number} width of the pen, in per cent of the sheet's height
 */
export function writeWith(sheet, drawing, width) {
  /** @type {{pointer: number, points: Point[], width: number} | null} */
  let writing = null;

  /** @param {PointerEvent} event */
  const begin = (event) => {
    if (writing || event.button !== 0) return; // a second finger is no second pen
    sheet.canvas.setPointerCapture(event.pointerId);
    const wide = (width() / 100) * sheet.frame.height;
    writing = { pointer: event.pointerId, points: [sheet.place(event)], width: wide };
    sheet.showUnfinished(writing);
  };

  /** @param {PointerEvent} event */
  const go = (event) => {
    if (writing?.pointer !== event.pointerId) return;
    writing.points.push(...moments(event).map((moment) => sheet.place(moment)));
    sheet.showUnfinished(writing);
  };

  /** @param {PointerEvent} event @param {boolean} isWhole */
  const end = (event, isWhole) => {
    if (writing?.pointer !== event.pointerId) return;
    const stroke = { points: writing.points, width: writing.width };
    writing = null;
    sheet.showUnfinished(null);
    if (isWhole) drawing.add([stroke]);
  };

  sheet.canvas.addEventListener("pointerdown", begin);
  sheet.canvas.addEventListener("pointermove", go);
  sheet.canvas.addEventListener("pointerup", (event) => end(event, true));
  sheet.canvas.addEventListener("pointercancel", (event) => end(event, false)); // two fingers zoom the page
}

/**
 * All places since the last event: a browser tells of several at once.
 * @param {PointerEvent} event
 * @returns {PointerEvent[]}
 */
function moments(event) {
  const all = event.getCoalescedEvents?.() ?? [];
  return all.length ? all : [event];
}
