"use strict";

/**
 * What was typed, for each image: kept in the browser, where it allows that, until somebody clears it. That of other
 * images, which a page made before had, stays for a page that has them again, and two tabs add to the same.
 */
class Answers {
  #job;
  #keys;
  /** Labels by the numbers of their images. @type {Map<number, string>} */
  #labels = new Map();
  /** The images whose labels are not kept yet. @type {Set<number>} */
  #unkept = new Set();
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
    const { at, labels } = this.#stored();
    for (const [number, key] of keys.entries()) {
      const label = labels[key];
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
    this.#unkept.add(number);
    this.isUnsaved = true;
    this.#store();
  }

  /** What is kept in the browser: of all images that ever were on the page. */
  #stored() {
    try {
      const { at = 0, labels } = JSON.parse(localStorage.getItem(this.#job) ?? "{}") ?? {};
      return { at, labels: { ...labels } };
    } catch {
      return { at: 0, labels: {} }; // the browser keeps nothing, or not what this page has left
    }
  }

  /** Keep what was typed beside what is kept: another tab may have added to that, or corrected what stands here. */
  #store() {
    try {
      const { labels } = this.#stored();
      for (const number of this.#unkept) labels[this.#keys[number]] = this.#labels.get(number);
      localStorage.setItem(this.#job, JSON.stringify({ at: this.#at, labels }));
      this.#unkept.clear();
      this.isKept = true;
    } catch {
      this.isKept = false;
    }
  }
}
