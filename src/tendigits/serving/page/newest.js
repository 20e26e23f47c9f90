/** One thing at a time, and the newest: what is older is not begun any more, or its answer no longer counts. */

/** @typedef {(signal: AbortSignal) => Promise<void>} Work that shows nothing once the signal is aborted */

export class Newest {
  #turn = new AbortController();
  #running = false;
  #timer = 0;
  /** @type {Work | null} */
  #due = null;

  /**
   * Do this after a pause, and when what runs has ended, unless something newer is asked for until then.
   * @param {Work} work
   * @param {number} pause in milliseconds
   */
  ask(work, pause) {
    this.drop();
    this.#timer = window.setTimeout(() => {
      this.#due = work;
      this.#next();
    }, pause);
  }

  /** Let nothing that was asked for count any more. */
  drop() {
    clearTimeout(this.#timer);
    this.#due = null;
    this.#turn.abort();
    this.#turn = new AbortController();
  }

  async #next() {
    if (this.#running || !this.#due) return; // what runs comes back to this when it ends
    const work = this.#due;
    this.#due = null;
    this.#running = true;
    try {
      await work(this.#turn.signal);
    } finally {
      this.#running = false;
      this.#next();
    }
  }
}
