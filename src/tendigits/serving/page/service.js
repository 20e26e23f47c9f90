/** What the server is asked, and what it answers. */

import { refusal, silence } from "./trouble.js";

/** @typedef {{digit: number, confidence: number}} Alternative */
/**
 * @typedef {object} Digit
 * @property {number | null} digit null where the reader is not sure
 * @property {number} confidence
 * @property {[number, number, number, number]} box x, y, width and height, in the picture's pixels
 * @property {number} line
 * @property {Alternative[]} alternatives the most probable first
 * @property {string} glyph what the network saw, 28 by 28, as a data URL
 * @property {number[][]} saliency 28 by 28, from -1, against the answer, to 1, for it
 * @property {boolean} [isSupposed] it was only taken for granted that this is a digit
 */
/**
 * @typedef {object} Reading
 * @property {number} [page]
 * @property {string} [error] instead of all else
 * @property {string} model
 * @property {string} text
 * @property {string[]} lines
 * @property {number} confidence
 * @property {Digit[]} digits
 * @property {{box: [number, number, number, number]}[]} marks
 * @property {number} seconds
 */
/** @typedef {{form: string, weights: string, digit: number, confidence: number, glyph: string}} Cell */

/**
 * Milliseconds after which an answer is no longer waited for: the server gives a request's head 10 s, its body 60 s, and
 * itself 30 s to answer.
 */
const PATIENCE = 105_000;

const READ = "v1/read?include=alternatives,glyphs,saliency";

/**
 * What an image says, a reading for each page.
 * @param {Blob} image
 * @param {AbortSignal} signal gives the request up
 * @returns {Promise<Reading[]>}
 */
export async function read(image, signal) {
  return (await post(READ, image, signal)).readings;
}

/**
 * What it says if all its ink is one digit.
 * @param {Blob} image
 * @param {AbortSignal} signal gives the request up
 * @returns {Promise<Reading[]>}
 */
export async function readAsOneDigit(image, signal) {
  return (await post(`${READ}&single=true`, image, signal)).readings;
}

/**
 * One digit, brought to the network in two forms and read with two sets of weights.
 * @param {Blob} image
 * @param {AbortSignal} signal gives the request up
 */
export async function compare(image, signal) {
  return /** @type {Cell[]} */ ((await post("v1/compare", image, signal)).cells);
}

/**
 * @param {string} address
 * @param {Blob} body
 * @param {AbortSignal} signal
 * @throws {import("./trouble.js").Trouble} where there is no answer, or a refusal
 */
async function post(address, body, signal) {
  const { answer, text } = await sent(address, body, signal);
  const content = parsed(text);
  if (!answer.ok || !content) throw refusal(answer, content?.error);
  return content;
}

/** @param {string} address @param {Blob} body @param {AbortSignal} signal */
async function sent(address, body, signal) {
  const headers = { "Content-Type": body.type || "application/octet-stream" };
  try {
    const either = AbortSignal.any([signal, AbortSignal.timeout(PATIENCE)]);
    const answer = await fetch(address, { method: "POST", body, headers, signal: either });
    return { answer, text: await answer.text() };
  } catch (error) {
    throw silence(/** @type {Error} */ (error));
  }
}

/** An object from JSON; null for what is none, as a proxy's own page. @param {string} text */
function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
