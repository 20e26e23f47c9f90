/** A drawing as a picture to be read: dark on white, whatever the page's colours are. */

import { drawInk } from "./ink.js";

/** @typedef {import("./service.js").Digit} Digit */
/** @typedef {import("./sheet.js").Size} Size */

const PAPER = "#fff";
const INK = "#1d1f23";

/**
 * @param {readonly import("./drawing.js").Stroke[]} strokes
 * @param {{left: number, top: number} & Size} part of the drawing's plane: its unit is a pixel
 * @returns {Promise<Blob>} a PNG
 */
export function snapshot(strokes, { left, top, width, height }) {
  const canvas = new OffscreenCanvas(Math.round(width), Math.round(height));
  const context = /** @type {OffscreenCanvasRenderingContext2D} */ (canvas.getContext("2d"));
  context.fillStyle = PAPER;
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.translate(-left, -top);
  drawInk(context, strokes, INK);
  return canvas.convertToBlob({ type: "image/png" });
}

/**
 * The square around a digit that is as high as the sheet: a sheet for one digit, as beginners have it.
 * @param {Digit} digit
 * @param {Size} sheet
 */
export function squareAround({ box: [x, , width] }, sheet) {
  const side = Math.min(sheet.width, sheet.height);
  const left = Math.min(Math.max(x + width / 2 - side / 2, 0), sheet.width - side);
  return { left, top: 0, width: side, height: side };
}
