/** The sheet: a drawing shown on the page, as sharp as the screen is, whatever its size becomes. */

import { extent } from "./drawing.js";
import { drawInk } from "./ink.js";

/** @typedef {import("./drawing.js").Drawing} Drawing */
/** @typedef {import("./drawing.js").Point} Point */
/** @typedef {import("./drawing.js").Stroke} Stroke */
/** @typedef {{width: number, height: number}} Size */

/** The unit of a drawing is a thousandth of the sheet's width. */
const UNITS = 1000;

export class Sheet {
  #canvas;
  #drawing;
  /** @type {readonly Stroke[]} */
  #unfinished = [];
  #asked = false;

  /**
   * @param {HTMLCanvasElement} canvas
   * @param {Drawing} drawing
   */
  constructor(canvas, drawing) {
    this.#canvas = canvas;
    this.#drawing = drawing;
    drawing.addEventListener("change", () => this.#redraw());
    new ResizeObserver(() => this.#redraw()).observe(canvas);
    window.addEventListener("resize", () => this.#redraw()); // also where the page is zoomed
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.#redraw());
  }

  get canvas() {
    return this.#canvas;
  }

  /** What can be seen of the drawing's plane, from its origin. @returns {Size} */
  get frame() {
    const scale = this.#scale();
    return { width: this.#canvas.clientWidth / scale, height: this.#canvas.clientHeight / scale };
  }

  /** Where on the sheet an event is; of one beside it, the nearest place. @param {PointerEvent} event @returns {Point} */
  place(event) {
    const { left, top, width, height } = this.#canvas.getBoundingClientRect();
    const scale = this.#scale();
    return { x: within(event.clientX - left, width) / scale, y: within(event.clientY - top, height) / scale };
  }

  /** Show the stroke that is being written. @param {Stroke | null} stroke */
  showUnfinished(stroke) {
    this.#unfinished = stroke ? [stroke] : [];
    this.#redraw();
  }

  /** Pixels of the page to a unit: the ink stays in sight also where a phone was turned. */
  #scale() {
    const { clientWidth, clientHeight } = this.#canvas;
    const { bottom } = extent(this.#drawing.strokes);
    return Math.min(clientWidth / UNITS, bottom > 0 ? clientHeight / bottom : Infinity);
  }

  #redraw() {
    if (this.#asked) return;
    this.#asked = true;
    requestAnimationFrame(() => {
      this.#asked = false;
      this.#draw();
    });
  }

  #draw() {
    const canvas = this.#canvas;
    const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
    canvas.width = Math.round(canvas.clientWidth * devicePixelRatio);
    canvas.height = Math.round(canvas.clientHeight * devicePixelRatio);
    const scale = this.#scale() * devicePixelRatio;
    context.scale(scale, scale);
    drawInk(context, [...this.#drawing.strokes, ...this.#unfinished], getComputedStyle(canvas).color);
  }
}

/** @param {number} place @param {number} length */
function within(place, length) {
  return Math.min(Math.max(place, 0), length);
}
