/** The answer: the number in large, how sure it is, and each digit with what the network saw and made of it. */

import { element } from "./elements.js";
import { glyphImage, saliencyImage } from "./glyph.js";
import { doubt, howSure, leftOut, percent } from "./words.js";

/** @typedef {import("./service.js").Digit} Digit */
/** @typedef {import("./service.js").Reading} Reading */

/** Digits that are shown as bars: the answer and its runners-up. */
const BARS = 3;

/** Doubts that are told beside the number; all of them stand at their digits. */
const DOUBTS = 2;

/** More digits than this are shown in the text alone. */
const MOST_CARDS = 40;

/**
 * @param {HTMLElement} place
 * @param {Reading[]} readings one for each page
 */
export function showAnswer(place, readings) {
  place.replaceChildren(...readings.flatMap(page));
}

/** @param {Reading} reading @returns {Node[]} */
function page(reading) {
  const name = reading.page ? [element("h3", {}, `Page ${reading.page}`)] : [];
  if (reading.error) return [...name, element("p", { className: "remark" }, reading.error)];
  const cards = reading.digits.slice(0, MOST_CARDS).map(card);
  const shown = cards.length ? [legend(), element("ol", { className: "cards" }, ...cards)] : [];
  return [...name, headline(reading), ...shown, source(reading)];
}

/** @param {Reading} reading */
function headline(reading) {
  const remarks = reading.marks.length ? [element("p", { className: "remark" }, leftOut(reading.marks.length))] : [];
  if (!reading.digits.length) {
    return element("div", { className: "headline" }, element("p", { className: "none" }, "No digits seen"), ...remarks);
  }
  const lines = reading.lines.map((line) => element("span", {}, line));
  const doubts = reading.digits.filter((digit) => digit.digit === null);
  return element(
    "div",
    { className: "headline" },
    element("p", { className: "number" }, ...lines),
    element(
      "div",
      {},
      ...sureness(reading),
      ...doubts.slice(0, DOUBTS).map((digit) => element("p", { className: "remark doubt" }, sentence(doubt(digit)))),
      ...remarks,
    ),
  );
}

/** How sure all of it is; where a digit is only supposed, its own doubt says all. @param {Reading} reading */
function sureness({ confidence, digits }) {
  if (digits.some((digit) => digit.isSupposed)) return [];
  return [element("p", { className: "sure" }, howSure(confidence), " ", quiet(percent(confidence)))];
}

/** @param {string} text */
function quiet(text) {
  return element("span", { className: "quiet" }, text);
}

/** @param {string} text */
function sentence(text) {
  return text[0].toUpperCase() + text.slice(1);
}

/** @param {Digit} digit */
function card(digit) {
  const told = `${digit.digit ?? "?"}`;
  const best = digit.alternatives[0].digit;
  return element(
    "li",
    { className: digit.digit === null ? "card unsure" : "card" },
    element("p", { className: "told" }, element("b", {}, told), " ", quiet(verdict(digit))),
    element(
      "div",
      { className: "pair" },
      glyphImage(digit.glyph, `The ${told} as the network saw it`),
      saliencyImage(digit.glyph, digit.saliency, `Its strokes, coloured by what they say about a ${best}`),
    ),
    ...(digit.isSupposed ? [element("p", { className: "remark" }, "If it is a digit:")] : []),
    element("ol", { className: "bars" }, ...digit.alternatives.slice(0, BARS).map(bar)),
  );
}

/** @param {Digit} digit */
function verdict(digit) {
  return digit.isSupposed ? "perhaps no digit" : digit.digit === null ? doubt(digit) : percent(digit.confidence);
}

/** @param {import("./service.js").Alternative} alternative */
function bar({ digit, confidence }) {
  const filled = element("span", { className: "filled" });
  filled.style.width = `${100 * confidence}%`;
  const track = element("span", { className: "track", ariaHidden: "true" }, filled);
  return element("li", {}, `${digit} `, track, ` ${percent(confidence)}`);
}

function legend() {
  return element(
    "p",
    { className: "legend" },
    "What the network saw, and which strokes spoke ",
    element("span", { className: "key for" }, "for"),
    " or ",
    element("span", { className: "key against" }, "against"),
    " the answer",
  );
}

/** @param {Reading} reading */
function source({ model, seconds }) {
  const milliseconds = Math.max(1, Math.round(1000 * seconds)).toLocaleString("en");
  return element("p", { className: "source" }, `Read in ${milliseconds} ms by ${model}`);
}
