/** What is to be read: a drawing as it is now, or a picture. */

import { snapshot, squareAround } from "./snapshot.js";

/** @typedef {import("./service.js").Digit} Digit */
/** @typedef {import("./sheet.js").Size} Size */
/**
 * @typedef {object} Subject
 * @property {Size} size in the unit of its boxes
 * @property {() => Promise<Blob>} whole
 * @property {(digit: Digit) => Promise<Blob>} alone one digit on a sheet for one, where there is no other
 */

/**
 * @param {import("./drawing.js").Drawing} drawing
 * @param {import("./sheet.js").Sheet} sheet
 * @returns {Subject}
 */
export function ofDrawing({ strokes }, { frame }) {
  return {
    size: frame,
    whole: () => snapshot(strokes, { left: 0, top: 0, ...frame }),
    alone: (digit) => snapshot(strokes, squareAround(digit, frame)),
  };
}

/** @param {import("./picture.js").Picture} picture @returns {Subject} */
export function ofPicture({ blob, width, height }) {
  return { size: { width, height }, whole: async () => blob, alone: async () => blob };
}
