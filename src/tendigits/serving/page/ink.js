/** Ink: strokes as smooth lines on any canvas. */

/** @typedef {import("./drawing.js").Point} Point */
/** @typedef {import("./drawing.js").Stroke} Stroke */

/**
 * @param {CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D} context whose unit is that of the strokes
 * @param {readonly Stroke[]} strokes
 * @param {string} colour
 */
export function drawInk(context, strokes, colour) {
  context.strokeStyle = context.fillStyle = colour;
  context.lineCap = context.lineJoin = "round";
  for (const { points, width } of strokes) {
    context.lineWidth = width;
    if (isDot(points)) context.fill(dot(points[0], width));
    else context.stroke(smooth(points));
  }
}

/**
 * Whether a pen stood still: a line of no length has round ends in some browsers, and is nothing in others.
 * @param {readonly Point[]} points
 */
function isDot([first, ...others]) {
  return others.every(({ x, y }) => x === first.x && y === first.y);
}

/** @param {Point} middle @param {number} width */
function dot({ x, y }, width) {
  const path = new Path2D();
  path.arc(x, y, width / 2, 0, 2 * Math.PI);
  return path;
}

/**
 * The way of a pen: curves from the middle between two points to the next middle, each bent towards its point.
 * @param {readonly Point[]} points
 */
function smooth(points) {
  const path = new Path2D();
  const first = points[0];
  const last = points[points.length - 1];
  path.moveTo(first.x, first.y);
  points.slice(1, -1).forEach((point, i) => {
    const next = points[i + 2];
    path.quadraticCurveTo(point.x, point.y, (point.x + next.x) / 2, (point.y + next.y) / 2);
  });
  path.lineTo(last.x, last.y);
  return path;
}
