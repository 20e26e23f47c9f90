/** How sure a reading is, in words that are as honest as its numbers. */

/** @typedef {import("./service.js").Digit} Digit */
/** @typedef {import("./service.js").Reading} Reading */

/** From which confidence the words hold. @type {[number, string][]} */
const SURE = [
  [0.99, "Very sure"],
  [0.9, "Sure"],
  [0.7, "Fairly sure"],
  [0.4, "Not very sure"],
  [0, "Not sure"],
];

/** Digits that a doubtful one may be are named from this probability on, and no more than so many. */
const WORTH_NAMING = 0.1;
const MOST_ALTERNATIVES = 3;

/** @param {number} confidence */
export function howSure(confidence) {
  return SURE.find(([least]) => confidence >= least)?.[1] ?? "Not sure";
}

/** Rounded down: 99.6 % is not 100 %. @param {number} probability */
export function percent(probability) {
  const whole = Math.floor(100 * probability);
  return whole === 0 && probability > 0 ? "<1%" : `${whole}%`;
}

/** What a digit that is not told may be. @param {Digit} digit */
export function doubt(digit) {
  if (digit.isSupposed) return `not sure that it is a digit: perhaps ${digit.alternatives[0].digit}`;
  const likely = digit.alternatives.filter(({ confidence }) => confidence >= WORTH_NAMING).slice(0, MOST_ALTERNATIVES);
  if (!likely.length) return "not sure: perhaps no digit";
  return likely.length === 1
    ? `not sure: perhaps ${likely[0].digit}`
    : `not sure: ${likely.map((each) => each.digit).join(" or ")}?`;
}

/** Strokes that are no digits. @param {number} count */
export function leftOut(count) {
  return count === 1 ? "1 stroke left out, dashed" : `${count} strokes left out, dashed`;
}

/** All of a reading in one sentence, for ears. @param {Reading} reading */
export function spoken(reading) {
  if (reading.error) return reading.error;
  if (!reading.digits.length) return "No digits seen.";
  const unsure = reading.digits.filter((digit) => digit.digit === null).map(doubt);
  const marks = reading.marks.length ? [leftOut(reading.marks.length)] : [];
  const isSupposed = reading.digits.some((digit) => digit.isSupposed);
  const sure = isSupposed ? [] : [`${howSure(reading.confidence)}, ${percent(reading.confidence)}`];
  return `Read: ${[reading.lines.join(", "), ...sure, ...unsure, ...marks].join("; ")}.`;
}
