/** A single piece of ink that the reader does not take for a digit, as a 1 without a flag: what it would be if it were. */

/** @typedef {import("./service.js").Reading} Reading */

/** @param {Reading[]} readings */
export function isDoubtful([reading, ...others]) {
  if (others.length || reading.error) return false;
  const { digits, marks } = reading;
  return digits.length + marks.length === 1 && digits.every((digit) => digit.digit === null);
}

/**
 * A reading that does not tell the digit, and names it as what may be there.
 * @param {Reading[]} asOne
 * @param {Reading[]} doubtful which stays where there is nothing else
 * @returns {Reading[]}
 */
export function supposed([reading], doubtful) {
  if (!reading.digits.length) return doubtful;
  const digits = reading.digits.map((digit) => ({ ...digit, digit: null, isSupposed: true }));
  return [{ ...reading, digits, text: "?", lines: ["?"], confidence: doubtful[0].confidence }];
}
