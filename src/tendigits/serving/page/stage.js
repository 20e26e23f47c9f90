/** The stage: the sheet, or a picture in its place, with the boxes of what was read on it. */

import { showBoxes } from "./boxes.js";
import { byId } from "./elements.js";

/** @typedef {import("./picture.js").Picture} Picture */
/** @typedef {import("./service.js").Reading} Reading */
/** @typedef {import("./sheet.js").Size} Size */

/** How much of a window's height a picture takes at most, in per cent. */
const TALLEST = 65;

/** Below this width in pixels a picture is so small that its pixels are to be seen. */
const SMALL = 200;

export class Stage {
  #sheet = byId("sheet", HTMLElement);
  #image = byId("picture", HTMLImageElement);
  #boxes = byId("boxes", HTMLElement);
  #name = byId("picture-name", HTMLElement);
  #drawingTools = byId("drawing-tools", HTMLElement);
  #pictureTools = byId("picture-tools", HTMLElement);
  #samples = byId("samples", HTMLElement);

  get showsPicture() {
    return !this.#pictureTools.hidden;
  }

  /** @param {Picture} picture @param {string} name */
  showPicture(picture, name) {
    this.#put(picture);
    this.#name.textContent = picture.width ? name : `${name}, which this browser cannot show`;
    this.#image.alt = `The picture ${name}`;
    this.#turn(true, !picture.width);
  }

  showDrawing() {
    this.#turn(false, false);
    this.#sheet.style.width = "";
    URL.revokeObjectURL(this.#image.src);
    this.#image.removeAttribute("src");
  }

  /** @param {Reading} reading @param {Size} size */
  showBoxes(reading, size) {
    showBoxes(this.#boxes, reading, size);
  }

  hideBoxes() {
    this.#boxes.replaceChildren();
  }

  /** @param {Picture} picture */
  #put({ blob, width, height }) {
    URL.revokeObjectURL(this.#image.src);
    this.#image.src = URL.createObjectURL(blob);
    this.#sheet.style.width = `min(100%, ${(TALLEST * width) / height}vh)`; // the boxes lie on the sheet
    this.#image.classList.toggle("pixels", width < SMALL);
  }

  /** @param {boolean} isPicture @param {boolean} isUnseen */
  #turn(isPicture, isUnseen) {
    this.hideBoxes();
    this.#sheet.classList.toggle("showing", isPicture);
    this.#sheet.hidden = isUnseen;
    this.#image.hidden = !isPicture;
    this.#pictureTools.hidden = !isPicture;
    this.#drawingTools.hidden = this.#samples.hidden = isPicture;
  }
}
