/** How something is read: the server is asked, again where its trouble passes, and what it says is told. */

import { compare, read, readAsOneDigit } from "./service.js";
import { isDoubtful, supposed } from "./supposing.js";
import { Trouble } from "./trouble.js";

/** @typedef {import("./service.js").Cell} Cell */
/** @typedef {import("./service.js").Reading} Reading */
/** @typedef {import("./subject.js").Subject} Subject */
/**
 * @typedef {object} Listener
 * @property {(readings: Reading[], subject: Subject) => void} answered
 * @property {(cells: Cell[], digit: Blob) => void} compared with no cells where it is not one digit
 * @property {() => void} delayed the server takes long, and is waited for
 * @property {(trouble: Trouble) => void} troubled
 */

/** Milliseconds after which it is said that an answer takes long, and it is given up for something newer. */
const LONG = 5000;

/**
 * Read a subject, and compare ways of reading where it is one digit.
 * @param {Subject} subject
 * @param {Listener} listener hears nothing once the signal is aborted
 * @param {AbortSignal} signal
 */
export async function ask(subject, listener, signal) {
  const image = await subject.whole();
  const readings = await insist((givenUp) => readOrSuppose(image, givenUp), listener, signal);
  if (!readings) return;
  listener.answered(readings, subject);
  const digit = theOnlyDigit(readings);
  if (!digit) return listener.compared([], image);
  const alone = await subject.alone(digit);
  const cells = await insist((givenUp) => compare(alone, givenUp), listener, signal);
  if (cells) listener.compared(cells, alone);
}

/** @param {Blob} image @param {AbortSignal} givenUp */
async function readOrSuppose(image, givenUp) {
  const readings = await read(image, givenUp);
  return isDoubtful(readings) ? supposed(await readAsOneDigit(image, givenUp), readings) : readings;
}

/** @param {Reading[]} readings */
function theOnlyDigit(readings) {
  const digits = readings.flatMap((reading) => reading.digits ?? []);
  return readings.length === 1 && digits.length === 1 ? digits[0] : null;
}

/**
 * What the server answers; null where it refuses, or where nobody waits for it any more.
 * @template Answer
 * @param {(givenUp: AbortSignal) => Promise<Answer>} request
 * @param {Listener} listener
 * @param {AbortSignal} signal
 */
async function insist(request, listener, signal) {
  while (!signal.aborted) {
    try {
      const answer = await waitFor(request, listener, signal);
      return signal.aborted ? null : answer;
    } catch (trouble) {
      if (!(trouble instanceof Trouble)) throw trouble;
      if (!signal.aborted) listener.troubled(trouble);
      if (trouble.seconds === null) return null;
      await pause(1000 * trouble.seconds, signal);
    }
  }
  return null;
}

/**
 * What a request brings. One that takes long is told of, and is given up when nobody waits for it any more.
 * @template Answer
 * @param {(givenUp: AbortSignal) => Promise<Answer>} request
 * @param {Listener} listener
 * @param {AbortSignal} signal
 */
async function waitFor(request, listener, signal) {
  const effort = new AbortController();
  const giveUp = () => effort.abort();
  const timer = setTimeout(() => {
    if (signal.aborted) return giveUp();
    signal.addEventListener("abort", giveUp);
    listener.delayed();
  }, LONG);
  try {
    return await request(effort.signal);
  } finally {
    clearTimeout(timer);
  }
}

/** @param {number} milliseconds @param {AbortSignal} signal ends it @returns {Promise<void>} */
function pause(milliseconds, signal) {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      resolve();
    });
    if (signal.aborted) resolve();
  });
}
