/** One digit in four ways: shrunk plainly or normalised, read with the tutorial's weights or the robust ones. */

import { element } from "./elements.js";
import { glyphImage } from "./glyph.js";
import { percent } from "./words.js";

/** @typedef {import("./service.js").Cell} Cell */

export const TITLE = "One digit, four answers";

/** Rows and columns, as the server names them and as people do. @type {[string, string][]} */
export const FORMS = [
  ["shrunk", "Shrunk to 28\u00a0×\u00a028"],
  ["normalised", "Normalised as MNIST is"],
];
/** @type {[string, string][]} */
export const WEIGHTS = [
  ["tutorial", "Tutorial’s weights"],
  ["robust", "Robust weights"],
];

/**
 * @param {HTMLElement} place
 * @param {Cell[]} cells none where there is nothing to compare
 * @param {() => void} save
 */
export function showComparison(place, cells, save) {
  place.hidden = !cells.length;
  if (!cells.length) return place.replaceChildren();
  place.replaceChildren(
    element("h2", { id: "comparison-name" }, TITLE),
    element("p", {}, "The same network each time: what differs is how the ink is brought to it, and how it was trained."),
    table(cells),
    element("button", { type: "button", onclick: save }, "Save as a picture"),
  );
}

/** @param {Cell[]} cells @param {string} form @param {string} weights @returns {Cell | undefined} */
export function cellOf(cells, form, weights) {
  return cells.find((cell) => cell.form === form && cell.weights === weights);
}

/** @param {Cell[]} cells */
function table(cells) {
  const heads = WEIGHTS.map(([, name]) => element("th", { scope: "col" }, name));
  const rows = FORMS.map(([form, name]) => {
    const answers = WEIGHTS.map(([weights]) => element("td", {}, ...answer(cellOf(cells, form, weights))));
    return element("tr", {}, element("th", { scope: "row" }, name), ...answers);
  });
  return element(
    "table",
    {},
    element("thead", {}, element("tr", {}, element("td", {}), ...heads)),
    element("tbody", {}, ...rows),
  );
}

/** @param {Cell | undefined} cell */
function answer(cell) {
  if (!cell) return [];
  const said = element("p", {}, element("b", {}, `${cell.digit}`), " ", percent(cell.confidence));
  return [glyphImage(cell.glyph, "What the network saw"), said];
}
