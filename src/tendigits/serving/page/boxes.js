/** Boxes on the sheet or the picture: where each digit is, and dashed what was left out. */

import { element } from "./elements.js";

/** @typedef {import("./service.js").Reading} Reading */
/** @typedef {import("./sheet.js").Size} Size */

/**
 * @param {HTMLElement} layer over what was read, from edge to edge
 * @param {Reading} reading
 * @param {Size} size of what was read, in the boxes' unit
 */
export function showBoxes(layer, reading, size) {
  const digits = reading.digits.map(({ digit, box }) => {
    const unsure = digit === null ? " unsure" : "";
    return placed(element("div", { className: `box${unsure}` }, element("b", {}, `${digit ?? "?"}`)), box, size);
  });
  const marks = reading.marks.map(({ box }) => placed(element("div", { className: "box mark" }), box, size));
  layer.replaceChildren(...marks, ...digits);
}

/** @param {HTMLElement} box @param {[number, number, number, number]} place @param {Size} size */
function placed(box, [x, y, width, height], size) {
  Object.assign(box.style, {
    left: `${(100 * x) / size.width}%`,
    top: `${(100 * y) / size.height}%`,
    width: `${(100 * width) / size.width}%`,
    height: `${(100 * height) / size.height}%`,
  });
  return box;
}
