/** The page: one image after another, what is typed, and only then what was read. */

/** @param {string} id @returns {any} the element of the page that has this id */
const byId = (id) => document.getElementById(id);

/** @type {Review} */
const review = JSON.parse(byId("data").textContent);
const count = review.items.length;
const answers = new Answers(
  review.job,
  review.items.map(({ key }) => key),
);
const field = byId("field");
const verdict = byId("verdict");
const view = new View();

/** What stands in the field for an image in which no digit is written. */
const NONE = "-";

/** Where the accepted images begin. */
const firstAccepted = review.items.findIndex(({ drawn }) => drawn === "accepted");

/** Whether what was read may be what is written: ? stands for any one digit. @param {string} text @param {string} label */
function mayBe(text, label) {
  return new RegExp(`^${text.replaceAll("?", "[0-9]")}$`).test(label);
}

/** Whether the result is shown, and no image. */
let isResult = answers.count === count;

/** Go to an image; behind the last is the result. @param {number} number */
function go(number) {
  isResult = number >= count;
  answers.at = Math.min(Math.max(number, 0), Math.max(count - 1, 0));
  tell("");
  show();
}

function showResult() {
  isResult = true;
  show();
}

function show() {
  byId("title").textContent = isResult ? "What you have found" : "What is written here?";
  byId("task").hidden = isResult;
  byId("summary").hidden = !isResult;
  byId("result").hidden = isResult;
  if (isResult) tellResult();
  else showItem();
  byId("notice").textContent = answers.isKept ? "" : "This browser keeps nothing for this page: save labels.csv before you close it.";
}

function tellResult() {
  byId("found").replaceChildren(...foundSoFar(review, answers, go));
  byId("on").disabled = byId("other").disabled = !count;
  byId("other-name").textContent = "To the first image";
  byId("title").focus();
}

function showItem() {
  const item = review.items[answers.at];
  const { drawn, path, row, page } = item;
  const isAccepted = drawn === "accepted";
  byId("place").textContent = `${thousands(answers.at + 1)} of ${thousands(count)}`;
  byId("lot").textContent = isAccepted ? "accepted, drawn at random" : "the least sure";
  view.show(item, `Image ${thousands(answers.at + 1)}`);
  const parts = [path, row && `row ${thousands(row)}`, page && `page ${thousands(page)}`];
  byId("source").textContent = parts.filter(Boolean).join(" · ");
  byId("other-name").textContent = isAccepted ? "To the least sure" : "To the accepted ones";
  byId("other").disabled = firstAccepted <= 0;
  showCount();
  showLabel();
  field.focus();
  field.select();
}

/** How many images of a kind are here, and of how many; nothing where there are none. @param {string} kind */
function drawnOf(kind) {
  const some = review.items.filter(({ drawn }) => drawn === kind).length;
  return some ? [[thousands(some), thousands(review.of[kind])]] : [];
}

function showCount() {
  byId("progress").max = count;
  byId("progress").value = answers.count;
  byId("labelled").textContent = `${thousands(answers.count)} labelled`;
}

/** Show what was typed before, and what was read: who has not answered yet is not told. */
function showLabel() {
  const label = answers.of(answers.at);
  field.value = label === "" ? NONE : onOneLine(label ?? "");
  if (label !== undefined) tell(`You typed ${shown(label)}; ${shown(review.items[answers.at].text)} was read.`);
}

/** @param {string} sentence @param {string} kind */
function tell(sentence, kind = "") {
  verdict.textContent = sentence;
  verdict.className = `verdict ${kind}`;
}

/** What is typed: lines joined by newlines; undefined where it is no answer. */
function typed() {
  const lines = field.value.trim().split(/\s+/);
  if (field.value.trim() === NONE) return "";
  return lines.every((/** @type {string} */ line) => /^[0-9]+$/.test(line)) ? lines.join("\n") : undefined;
}

function confirm() {
  const label = typed();
  if (label === undefined) {
    tell(field.value.trim() ? "Only digits, spaces between lines, or - alone." : "Type the digits; where there is none, type -; or skip with ↓.", "doubt");
    return;
  }
  const { text } = review.items[answers.at];
  const isConfirmed = answers.of(answers.at) === label;
  answers.set(answers.at, label);
  if (isConfirmed || mayBe(text, label)) {
    goOn(label, text);
  } else {
    showCount();
    tell(`You typed ${shown(label)}, but ${shown(text)} was read. If yours is right, press Enter again.`, "differs");
    field.focus();
  }
}

/** Go to the next image, and say how the one before was read. @param {string} label @param {string} text */
function goOn(label, text) {
  go(answers.at + 1);
  if (isResult || answers.of(answers.at) !== undefined) return;
  tell(`Before: ${shown(label)}, ${label === text ? "as read" : `read as ${shown(text)}`}.`, mayBe(text, label) ? "fine" : "doubt");
}

function save() {
  download("labels.csv", labelsTable(review, answers));
  answers.isUnsaved = false;
  byId("saved").textContent = `labels.csv is in your downloads, with ${thousands(answers.count)} of ${thousands(count)} images.`;
}

/** Go to the image before; from the result to the image in hand. */
function back() {
  go(isResult ? answers.at : answers.at - 1);
}

function skip() {
  go(answers.at + 1);
}

function enlarge() {
  view.change();
  field.focus();
}

/** Go from the one kind of images to the other. */
function change() {
  go(!isResult && answers.at < firstAccepted ? firstAccepted : 0);
}

/** @param {string} sign */
function put(sign) {
  field.setRangeText(sign, field.selectionStart, field.selectionEnd, "end");
  field.focus();
}

/** What the keys do in the field. @type {Record<string, () => void>} */
const keysInField = { ArrowUp: back, ArrowDown: skip, "Shift Enter": back, a: change, r: showResult, s: save, z: enlarge };

/** What they do while the result is shown, which has no field. @type {Record<string, () => void>} */
const keysInResult = { ArrowUp: back, a: change, r: back, s: save };

/** @param {KeyboardEvent} event */
function actionOf(event) {
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  if (event.ctrlKey || event.metaKey) return key === "s" && !event.altKey ? save : undefined;
  if (event.altKey) return undefined;
  if (isResult) return keysInResult[key];
  return event.target === field ? keysInField[event.shiftKey && key === "Enter" ? "Shift Enter" : key] : undefined;
}

document.addEventListener("keydown", (event) => {
  const action = actionOf(event);
  if (!action) return;
  event.preventDefault();
  action();
});
field.addEventListener("beforeinput", (/** @type {InputEvent} */ event) => {
  if (/[^0-9\s-]/.test(event.data ?? "")) event.preventDefault();
});
byId("form").addEventListener("submit", (/** @type {SubmitEvent} */ event) => {
  event.preventDefault();
  confirm();
});
window.addEventListener("beforeunload", (event) => {
  if (!answers.isKept && answers.isUnsaved) event.preventDefault();
});
byId("line").addEventListener("click", () => put(" "));
byId("none").addEventListener("click", () => {
  field.value = NONE;
  field.focus();
});
byId("view").addEventListener("click", enlarge);
byId("picture").addEventListener("click", enlarge);
byId("back").addEventListener("click", back);
byId("skip").addEventListener("click", skip);
byId("on").addEventListener("click", back);
byId("save").addEventListener("click", save);
byId("other").addEventListener("click", change);
byId("result").addEventListener("click", showResult);

byId("target").textContent = review.target;
byId("drawn").textContent = [
  ...drawnOf("least sure").map(([some, all]) => `Here are the ${some} least sure of ${all} that were not accepted.`),
  ...drawnOf("accepted").map(([some, all]) => `Of ${all} accepted ones, ${some} are here, drawn at random: their error rate is an estimate of that of all.`),
  review.failed ? `${thousands(review.failed)} that could not be read ${are(review.failed)} not here.` : "",
  answers.isKept ? "What you type is kept in this browser." : "",
].filter(Boolean).join(" ");
byId("about").textContent = `Read with ${review.model}.`;
show();
