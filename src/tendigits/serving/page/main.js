/** The page, put together: what is written or shown is read, and the answer is told. */

import { showAnswer } from "./answer.js";
import { awaitPictures } from "./arrivals.js";
import { ask } from "./asking.js";
import { showComparison } from "./comparison.js";
import { Drawing } from "./drawing.js";
import { byId, element } from "./elements.js";
import { Newest } from "./newest.js";
import { writeWith } from "./pen.js";
import { prepare } from "./picture.js";
import { poster } from "./poster.js";
import { offerSamples } from "./samples.js";
import { Sheet } from "./sheet.js";
import { Stage } from "./stage.js";
import { ofDrawing, ofPicture } from "./subject.js";
import { failure } from "./trouble.js";
import { spoken } from "./words.js";

/** @typedef {import("./service.js").Cell} Cell */
/** @typedef {import("./service.js").Reading} Reading */
/** @typedef {import("./subject.js").Subject} Subject */

/** Milliseconds without a stroke after which what is written is read. */
const PAUSE = 250;

const drawing = new Drawing();
const sheet = new Sheet(byId("canvas", HTMLCanvasElement), drawing);
const stage = new Stage();
const newest = new Newest();
const answer = byId("answer", HTMLElement);
const comparison = byId("comparison", HTMLElement);
const announcement = byId("announcement", HTMLElement);
const trouble = byId("trouble", HTMLElement);
const [undo, redo, clear] = ["undo", "redo", "clear"].map((id) => byId(id, HTMLButtonElement));
const pen = byId("pen", HTMLInputElement);

/** The file that is being prepared, unless something else was asked for since. @type {File | null} */
let arriving = null;

const listener = {
  /** @param {Reading[]} readings @param {Subject} subject */
  answered(readings, subject) {
    trouble.textContent = "";
    answer.ariaBusy = "false";
    showAnswer(answer, readings);
    announcement.textContent = readings.map(spoken).join(" ");
    if (readings[0].digits) stage.showBoxes(readings[0], subject.size);
  },

  /** @param {Cell[]} cells @param {Blob} digit */
  compared(cells, digit) {
    trouble.textContent = "";
    comparison.ariaBusy = "false";
    showComparison(comparison, cells, () => attempt(async () => download(await poster(digit, cells))));
  },

  delayed() {
    tell("The server takes long. This page goes on waiting.");
  },

  /** @param {import("./trouble.js").Trouble} met */
  troubled(met) {
    const isUnread = answer.ariaBusy === "true"; // or it is the comparison that there is none of
    if (isUnread) empty();
    else if (comparison.ariaBusy === "true") forgetComparison();
    answer.ariaBusy = String(isUnread && met.seconds !== null);
    tell(met.message);
  },
};

/** @param {string} sentence */
function tell(sentence) {
  if (trouble.textContent !== sentence) trouble.textContent = sentence; // once for ears, however often
}

/** @param {Subject} subject @param {number} pause */
function readSoon(subject, pause) {
  answer.ariaBusy = comparison.ariaBusy = "true";
  newest.ask((signal) => attempt(() => ask(subject, listener, signal), () => !signal.aborted), pause);
}

/**
 * Do this, and tell what goes wrong with it.
 * @param {() => Promise<void>} work
 * @param {() => boolean} isWanted whether anybody still waits for it
 */
async function attempt(work, isWanted = () => true) {
  try {
    await work();
  } catch (error) {
    if (isWanted()) listener.troubled(failure(error));
  }
}

/** Take away what was said, which is not so any more. */
function empty() {
  answer.ariaBusy = "false";
  answer.replaceChildren();
  announcement.textContent = "";
  stage.hideBoxes();
  forgetComparison();
}

function forgetComparison() {
  comparison.ariaBusy = "false";
  showComparison(comparison, [], () => {});
}

/** Wait for nothing any more, and say nothing. */
function startAfresh() {
  arriving = null;
  newest.drop();
  trouble.textContent = "";
  empty();
}

function readDrawing() {
  drawing.isBlank ? startAfresh() : readSoon(ofDrawing(drawing, sheet), PAUSE);
}

/** @param {File[]} files */
function showFile(files) {
  startAfresh();
  arriving = files[0];
  attempt(() => showPicture(files), () => arriving === files[0]);
}

/** @param {File[]} files */
async function showPicture([file, ...others]) {
  const picture = await prepare(file);
  if (arriving !== file) return;
  stage.showPicture(picture, others.length ? `${file.name}, the first of ${1 + others.length}` : file.name);
  readSoon(ofPicture(picture), 0);
}

function showDrawing() {
  startAfresh();
  stage.showDrawing();
  readDrawing();
}

function tellTheDrawing() {
  const strokes = drawing.strokes.length;
  const state = strokes === 1 ? "1 stroke" : `${strokes} strokes`;
  sheet.canvas.ariaLabel = `Sheet to write on: ${strokes ? state : "blank"}`;
  byId("invitation", HTMLElement).hidden = strokes > 0;
  undo.disabled = !drawing.canUndo;
  redo.disabled = !drawing.canRedo;
  clear.disabled = drawing.isBlank;
}

/** @param {Blob} picture */
function download(picture) {
  const address = URL.createObjectURL(picture);
  element("a", { href: address, download: "tendigits.png" }).click();
  setTimeout(() => URL.revokeObjectURL(address), 60_000); // the browser may still be asking where to put it
}

/** @param {KeyboardEvent} event */
function takeBackByKey(event) {
  if (stage.showsPicture || !(event.ctrlKey || event.metaKey)) return;
  const key = event.key.toLowerCase();
  if (key === "z" || key === "y") {
    event.preventDefault();
    key === "y" || event.shiftKey ? drawing.redo() : drawing.undo();
  }
}

drawing.addEventListener("change", tellTheDrawing);
drawing.addEventListener("change", readDrawing);
undo.addEventListener("click", () => drawing.undo());
redo.addEventListener("click", () => drawing.redo());
clear.addEventListener("click", () => drawing.clear());
byId("back", HTMLButtonElement).addEventListener("click", showDrawing);
document.addEventListener("keydown", takeBackByKey);
writeWith(sheet, drawing, () => pen.valueAsNumber);
offerSamples(sheet, drawing, () => pen.valueAsNumber, byId("samples", HTMLElement));
awaitPictures([byId("file", HTMLInputElement), byId("camera", HTMLInputElement)], showFile);
