/** A drawing: strokes, each of which can be taken back and put again. */

/** @typedef {{x: number, y: number}} Point in thousandths of the sheet's width */
/** @typedef {{points: readonly Point[], width: number}} Stroke as wide as this, in the same unit */
/** @typedef {{left: number, top: number, right: number, bottom: number}} Extent */

/** Sends `change` whenever its strokes are others. */
export class Drawing extends EventTarget {
  /** @type {(readonly Stroke[])[]} */
  #states = [[]];
  #now = 0;

  get strokes() {
    return this.#states[this.#now];
  }

  get isBlank() {
    return this.strokes.length === 0;
  }

  get canUndo() {
    return this.#now > 0;
  }

  get canRedo() {
    return this.#now < this.#states.length - 1;
  }

  /** @param {readonly Stroke[]} strokes */
  add(strokes) {
    this.replace([...this.strokes, ...strokes]);
  }

  /** @param {readonly Stroke[]} strokes that stand instead of all others */
  replace(strokes) {
    this.#states = [...this.#states.slice(0, this.#now + 1), strokes];
    this.#go(this.#now + 1);
  }

  clear() {
    if (!this.isBlank) this.replace([]);
  }

  undo() {
    if (this.canUndo) this.#go(this.#now - 1);
  }

  redo() {
    if (this.canRedo) this.#go(this.#now + 1);
  }

  /** @param {number} state */
  #go(state) {
    this.#now = state;
    this.dispatchEvent(new Event("change"));
  }
}

/**
 * The points that reach furthest; of no strokes, none does: left is right of right.
 * @param {readonly Stroke[]} strokes
 * @returns {Extent}
 */
export function extent(strokes) {
  const whole = { left: Infinity, top: Infinity, right: -Infinity, bottom: -Infinity };
  for (const { x, y } of strokes.flatMap((stroke) => stroke.points)) {
    whole.left = Math.min(whole.left, x);
    whole.top = Math.min(whole.top, y);
    whole.right = Math.max(whole.right, x);
    whole.bottom = Math.max(whole.bottom, y);
  }
  return whole;
}
