/** Digits written for whoever cannot or does not want to: by buttons, and by keys while the sheet is in focus. */

import { extent } from "./drawing.js";
import { element } from "./elements.js";
import { handwritten } from "./handwriting.js";

/** @typedef {import("./drawing.js").Drawing} Drawing */
/** @typedef {import("./drawing.js").Stroke} Stroke */
/** @typedef {import("./sheet.js").Sheet} Sheet */

/** Heights in parts of the sheet's; gaps and margins in parts of the digit's. */
const TALLEST = 0.42;
const GAP = 0.22;
const MARGIN = 0.35;

/** At least so many digits go beside each other, also on a narrow sheet. */
const BESIDE = 4;

/**
 * @param {Sheet} sheet
 * @param {Drawing} drawing
 * @param {() => number} width of the pen, in per cent of the sheet's height
 * @param {HTMLElement} buttons where they go
 */
export function offerSamples(sheet, drawing, width, buttons) {
  let form = 0;

  /** @param {number} digit */
  const write = (digit) => {
    const wide = (width() / 100) * sheet.frame.height;
    const next = placed(digit, form++, sheet, extent(drawing.strokes).right + wide, wide);
    next ? drawing.add(next) : drawing.replace(placed(digit, form, sheet, -Infinity, wide) ?? []);
  };

  for (let digit = 0; digit < 10; digit++) {
    const label = `Write a ${digit}`;
    buttons.append(element("button", { type: "button", ariaLabel: label, onclick: () => write(digit) }, `${digit}`));
  }
  sheet.canvas.addEventListener("keydown", (event) => {
    if (/^\d$/.test(event.key) && !event.ctrlKey && !event.metaKey && !event.altKey) write(Number(event.key));
  });
}

/**
 * A digit to the right of what is there, or null where there is no room.
 * @param {number} digit
 * @param {number} form
 * @param {Sheet} sheet
 * @param {number} right where the ink ends
 * @param {number} width of the pen
 * @returns {Stroke[] | null}
 */
function placed(digit, form, sheet, right, width) {
  const { width: wide, height: high } = sheet.frame;
  const height = Math.min(TALLEST * high, wide / BESIDE);
  const left = Math.max(MARGIN * height, right + GAP * height);
  const strokes = handwritten(digit, form).map((points) => ({
    width,
    points: points.map(({ x, y }) => ({ x: left + x * height, y: (high - height) / 2 + y * height })),
  }));
  return extent(strokes).right + width > wide ? null : strokes;
}
