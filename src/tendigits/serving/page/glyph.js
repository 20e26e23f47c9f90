/** The 28 by 28 that the network saw, and which of its strokes spoke for the answer. */

import { element } from "./elements.js";

const SIDE = 28;

/** For and against, told apart with any colour vision (Okabe and Ito 2008); the legend in style.css has the same. */
const FOR = [86, 180, 233];
const AGAINST = [230, 159, 0];

/** How bright ink is that spoke neither for nor against. */
const NEUTRAL = 0.3;

/** @param {string} glyph a data URL @param {string} alt */
export function glyphImage(glyph, alt) {
  return element("img", { className: "glyph", src: glyph, alt, width: SIDE, height: SIDE });
}

/**
 * The glyph coloured by what spoke for the answer.
 * @param {string} glyph a data URL
 * @param {number[][]} saliency from -1 to 1
 * @param {string} label
 */
export function saliencyImage(glyph, saliency, label) {
  const canvas = element("canvas", { className: "glyph", width: SIDE, height: SIDE, role: "img", ariaLabel: label });
  paint(canvas, glyph, saliency);
  return canvas;
}

/** @param {HTMLCanvasElement} canvas @param {string} glyph @param {number[][]} saliency */
async function paint(canvas, glyph, saliency) {
  const image = element("img", { src: glyph });
  await image.decode();
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  context.drawImage(image, 0, 0);
  const picture = context.getImageData(0, 0, SIDE, SIDE);
  saliency.flat().forEach((value, i) => colour(picture.data.subarray(4 * i, 4 * i + 3), value));
  context.putImageData(picture, 0, 0);
}

/** @param {Uint8ClampedArray} pixel its red, green and blue, all of them the ink's brightness @param {number} value */
function colour(pixel, value) {
  const strength = Math.sqrt(Math.abs(value)); // or all but the strongest could not be seen
  const full = value > 0 ? FOR : AGAINST;
  pixel.forEach((ink, i) => {
    pixel[i] = (1 - strength) * NEUTRAL * ink + strength * full[i];
  });
}
