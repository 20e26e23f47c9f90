/** Digits that the project itself writes: the strokes of tendigits.training.hands, of each digit three forms. */

/** @typedef {import("./drawing.js").Point} Point */

/**
 * The strokes of each form, between bars: points x,y in hundredths of a digit's height, from the left and from the top.
 * A stroke is smooth but where a point is marked with `!`.
 */
const FORMS = [
  [
    "36,0 13,15 4,50 13,85 36,100 59,85 68,50 59,15 39.5,0.5",
    "28,0 12,15 6,50 12,85 28,100 44,85 50,50 44,15 31,0.5",
    "25,6 10,22 4,52 13,85 36,100 59,85 68,50 61,18 45,1",
  ],
  [
    "27,30 50,0! 50,100",
    "38.5,14 50,0! 50,100",
    "32,23 50,0! 50,100 | 30,100 70,100",
  ],
  [
    "6,18 30,0 56,16 44,54 18,94 4,92 8,80 26,84 46,97 70,91",
    "6,22 28,0 56,12 54,40 4,100! 66,99.5",
    "6,26 12,6 34,0 54,14 46,44 24,74 6,98! 24,90 46,98 68,91",
  ],
  [
    "8,14 32,0 54,14 48,38 27,45! 52,51 62,74 40,100 4,88",
    "8,3.5 58,0! 26,40! 52,50 62,74 40,100 5,90",
    "14,10 32,0 48,10 42,28 26,36! 52,44 62,72 38,100 2,86",
  ],
  [
    "16,3 7,59! 68,56 | 51,8 49,100",
    "50,100 50,0! 2,67! 70,65.5",
    "12,3 10,40 22,55 61,48 | 58,3 52,100",
  ],
  [
    "59,1.5 18,0! 14,44! 38,36 60,52 60,80 36,100 5,91",
    "18,12 14,44! 38,36 60,52 60,80 36,100 5,91 | 26,0 68,-3",
    "62,1.5 22,0! 16,56! 38,50 56,66 52,90 32,100 8,94",
  ],
  [
    "50,5 24,24 8,58 12,90 34,100 56,84 52,60 28,56 9,72",
    "50,0 25,36 6,72 22,98 46,97 57,76 44,58 22,62 7,78",
    "23,0 8,48 8,80 28,100 52,92 58,72 40,58 9,76",
  ],
  [
    "10,2 60,0! 33,100",
    "11,3.5 60,0! 34,100 | 25,51 67,47",
    "10.5,20 12,2! 60,0! 34,100",
  ],
  [
    "52,10 32,0 12,14 20,38 48,58 60,80 34,100 8,82 20,58 48,38 55,16 48,6",
    "33,0 14,10 14,32 32,45 50,34 52,12 35,0 | 32,46 8,60 8,88 32,100 58,88 58,60 35,46",
    "46,8 32,0 18,10 22,28 50,52 62,78 34,100 4,80 18,50 42,28 46,12 42,4.5",
  ],
  [
    "60,18 40,0 14,7 7,28 22,48 44,42 61.5,18.5! 59.5,100",
    "60,18 40,0 14,7 7,28 22,48 44,42 61.5,18.5! 60,44 50,76 31,100",
    "60,18 40,0 14,7 7,28 22,48 44,42 61.5,18.5! 63,60 54,92 34,100 14,89",
  ],
];

/** How many points a curve has from one point of a form to the next. */
const STEPS = 12;

/**
 * The strokes of a digit whose height is 1, from x = 0 on.
 * @param {number} digit
 * @param {number} form from 0 on; after the last, the first
 * @returns {Point[][]}
 */
export function handwritten(digit, form) {
  const forms = FORMS[digit];
  const strokes = forms[form % forms.length].split(" | ").map(stroke);
  const left = Math.min(...strokes.flat().map((point) => point.x));
  return strokes.map((points) => points.map(({ x, y }) => ({ x: (x - left) / 100, y: y / 100 })));
}

/** @param {string} text @returns {Point[]} */
function stroke(text) {
  const tokens = text.split(" ");
  const points = tokens.map((token) => {
    const [x, y] = token.replace("!", "").split(",").map(Number);
    return { x, y };
  });
  const corners = tokens.flatMap((token, i) => (token.endsWith("!") ? [i] : []));
  const ends = [0, ...corners, tokens.length - 1];
  return ends.slice(1).flatMap((end, i) => curve(points.slice(ends[i], end + 1)));
}

/** Lay a smooth curve through points (Catmull and Rom 1974). @param {Point[]} points */
function curve(points) {
  const n = points.length;
  const padded = [beyond(points[1], points[0]), ...points, beyond(points[n - 2], points[n - 1])];
  return points.slice(1).flatMap((_, i) => {
    const [before, here, there, after] = padded.slice(i, i + 4);
    return Array.from({ length: STEPS + 1 }, (_, step) => ({
      x: between(step / STEPS, before.x, here.x, there.x, after.x),
      y: between(step / STEPS, before.y, here.y, there.y, after.y),
    }));
  });
}

/** @param {Point} from @param {Point} through */
function beyond(from, through) {
  return { x: 2 * through.x - from.x, y: 2 * through.y - from.y };
}

/** @param {number} t @param {number} before @param {number} here @param {number} there @param {number} after */
function between(t, before, here, there, after) {
  const cubic = 2 * before - 5 * here + 4 * there - after + t * (3 * (here - there) + after - before);
  return here + (t / 2) * (there - before + t * cubic);
}
