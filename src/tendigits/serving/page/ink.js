/** Ink: strokes as smooth lines on any canvas. */

/** @typedef {import("./drawing.js").Point} Point */
/** @typedef {import("./drawing.js").Stroke} Stroke */

/**
 * @param {CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D} context whose unit is that of the strokes
 * @param {readonly Stroke[]} strokes
 * @param {string} colour
 */
export function drawInk(context, strokes, colour) {
  context.strokeStyle = colour;
  context.lineCap = context.lineJoin = "round";
  for (const { points, width } of strokes) {
    context.lineWidth = width;
    context.stroke(smooth(points));
  }
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
  path.lineTo(last.x, last.y); // a dot's only point is its last: a line of no length, with round ends
  return path;
}
