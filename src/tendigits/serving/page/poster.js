/** The comparison as one picture to show to others: the drawing, and four answers to it. */

import { cellOf, FORMS, TITLE, WEIGHTS } from "./comparison.js";
import { element } from "./elements.js";
import { percent } from "./words.js";

/** @typedef {import("./service.js").Cell} Cell */

const WIDTH = 1200;
const HEIGHT = 800;
const MARGIN = 64;
const TOP = 216;
const DRAWING = 420;

/** Four cells: the first one's corner, how far apart they are, and the side of a 28 by 28 in them: each pixel is 6. */
const LEFT = 720;
const CELL = { width: 232, height: 236 };
const GLYPH = 6 * 28;

/** The same in light and dark: others see it on their own screens. */
const PAPER = "#fcfcfb";
const INK = "#1d1f23";
const QUIET = "#5d636c";
const RULE = "#d5d8dc";

/**
 * @param {Blob} drawing
 * @param {Cell[]} cells
 * @returns {Promise<Blob>} a PNG
 */
export async function poster(drawing, cells) {
  const canvas = new OffscreenCanvas(WIDTH, HEIGHT);
  const context = /** @type {OffscreenCanvasRenderingContext2D} */ (canvas.getContext("2d"));
  context.fillStyle = PAPER;
  context.fillRect(0, 0, WIDTH, HEIGHT);
  drawWords(context);
  drawPicture(context, await createImageBitmap(drawing));
  for (const [row, [form]] of FORMS.entries()) {
    for (const [column, [weights]] of WEIGHTS.entries()) {
      const cell = cellOf(cells, form, weights);
      if (cell) await drawCell(context, cell, LEFT + column * CELL.width, TOP + row * CELL.height);
    }
  }
  return canvas.convertToBlob({ type: "image/png" });
}

/** @param {OffscreenCanvasRenderingContext2D} context */
function drawWords(context) {
  write(context, TITLE, MARGIN, 96, { size: 46, weight: 650 });
  write(context, "The same network each time, 784-128-64-10, and the same ink", MARGIN, 136, { colour: QUIET });
  write(context, "As it was written", MARGIN, TOP - 18);
  WEIGHTS.forEach(([, name], i) => write(context, name, LEFT + i * CELL.width, TOP - 18));
  FORMS.forEach(([, name], i) => {
    name.split(/ (?=to|as)/).forEach((words, line) => {
      write(context, words, LEFT - 24, TOP + i * CELL.height + 76 + 28 * line, { align: "right" });
    });
  });
  const name = "tendigits ";
  write(context, name, MARGIN, HEIGHT - 44, { weight: 650 });
  const after = MARGIN + context.measureText(name).width;
  write(context, "handwritten digits, read by the classic MNIST network", after, HEIGHT - 44, { colour: QUIET });
}

/**
 * @param {OffscreenCanvasRenderingContext2D} context
 * @param {string} text
 * @param {number} x
 * @param {number} y
 * @param {{size?: number, weight?: number, colour?: string, align?: CanvasTextAlign}} [style]
 */
function write(context, text, x, y, { size = 21, weight = 400, colour = INK, align = "left" } = {}) {
  context.font = `${weight} ${size}px system-ui, sans-serif`;
  context.fillStyle = colour;
  context.textAlign = align;
  context.fillText(text, x, y);
}

/** @param {OffscreenCanvasRenderingContext2D} context @param {ImageBitmap} picture */
function drawPicture(context, picture) {
  const scale = Math.min(DRAWING / picture.width, DRAWING / picture.height);
  const [width, height] = [scale * picture.width, scale * picture.height];
  context.imageSmoothingQuality = "high";
  context.drawImage(picture, MARGIN, TOP, width, height);
  context.strokeStyle = RULE;
  context.strokeRect(MARGIN, TOP, width, height);
}

/** @param {OffscreenCanvasRenderingContext2D} context @param {Cell} cell @param {number} x @param {number} y */
async function drawCell(context, cell, x, y) {
  const glyph = element("img", { src: cell.glyph });
  await glyph.decode();
  context.imageSmoothingEnabled = false; // its pixels are to be seen
  context.drawImage(glyph, x, y, GLYPH, GLYPH);
  write(context, `${cell.digit}`, x, y + GLYPH + 38, { size: 36, weight: 650 });
  write(context, percent(cell.confidence), x + 32, y + GLYPH + 36, { colour: QUIET });
}
