"use strict";

/**
 * What was typed, for each image: kept in the browser, where it allows that, until somebody clears it. On a page that is
 * made anew with some other images, it is still that of the ones that were there.
 */
class Answers {
  #job;
  #keys;
  /** Labels by the numbers of their images. @type {Map<number, string>} */
  #labels = new Map();
  /** The image in hand. */
  #at = 0;
  /** Whether the browser keeps what is typed. */
  isKept = true;
  /** Whether there is anything that was not saved as a file. */
  isUnsaved = false;

  /** @param {string} job @param {string[]} keys what tells images from one another, in their order */
  constructor(job, keys) {
    this.#job = `tendigits review ${job}`;
    this.#keys = keys;
    const { at = 0, labels = {} } = this.#stored();
    for (const [number, key] of keys.entries()) {
      const label = labels?.[key];
      if (typeof label === "string" && /^([0-9]+(\n[0-9]+)*)?$/.test(label)) this.#labels.set(number, label);
    }
    this.#at = Number.isInteger(at) && at >= 0 && at < keys.length ? at : 0;
    this.#store();
  }

  get at() {
    return this.#at;
  }

  set at(number) {
    this.#at = number;
    this.#store();
  }

  get count() {
    return this.#labels.size;
  }

  /** What is written in an image: lines joined by newlines, nothing where no digit is. @param {number} number */
  of(number) {
    return this.#labels.get(number);
  }

  /** @param {number} number @param {string} label */
  set(number, label) {
    this.#labels.set(number, label);
    this.isUnsaved = true;
    this.#store();
  }

  #stored() {
    try {
      return JSON.parse(localStorage.getItem(this.#job) ?? "{}") ?? {};
    } catch {
      return {}; // the browser keeps nothing, or not what this page has left
    }
  }

  #store() {
    try {
      const labels = Array.from(this.#labels, ([number, label]) => [this.#keys[number], label]);
      localStorage.setItem(this.#job, JSON.stringify({ at: this.#at, labels: Object.fromEntries(labels) }));
      this.isKept = true;
    } catch {
      this.isKept = false;
    }
  }
}
