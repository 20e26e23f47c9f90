/** What has been found so far, in words: of those accepted, and of the least sure. */

/**
 * @param {Review} review
 * @param {Answers} answers
 * @param {(number: number) => void} go goes to an image
 */
function foundSoFar(review, answers, go) {
  const accepted = reviewed(review, answers, "accepted");
  const unsure = reviewed(review, answers, "least sure");
  const wrong = accepted.filter(({ label, text }) => label !== text);
  const right = unsure.filter(({ label, text }) => label === text).length;
  const untold = unsure.filter(({ text }) => text.includes("?")).length;
  const left = review.items.length - answers.count;
  const share = accepted.length ? `: ${((100 * wrong.length) / accepted.length).toFixed(2)}%` : "";
  return [
    made("p", { className: "headline" }, made("b", {}, `${thousands(wrong.length)} of ${thousands(accepted.length)}`), ` accepted ${are(wrong.length)} wrong${share}`),
    made("p", {}, `Of ${thousands(unsure.length)} of the least sure, ${thousands(right)} ${are(right)} right, ${thousands(unsure.length - right - untold)} wrong, and ${thousands(untold)} had a ? in the text.`),
    ...(left ? [made("p", {}, `${thousands(left)} ${left === 1 ? "has" : "have"} no label yet. The error rate is that of all accepted ones only if none that was drawn is left out.`)] : []),
    ...(wrong.length ? [made("p", {}, "Accepted, and wrong:"), made("ul", { className: "wrong" }, ...wrong.map((each) => wrongOne(each, go)))] : []),
  ];
}

/** @param {{number: number, label: string, text: string}} each @param {(number: number) => void} go */
function wrongOne({ number, label, text }, go) {
  const button = made("button", { type: "button", onclick: () => go(number) }, `${thousands(number + 1)}: you typed ${shown(label)}, read as ${shown(text)}`);
  return made("li", {}, button);
}

/** The images of a kind that have a label. @param {Review} review @param {Answers} answers @param {string} kind */
function reviewed({ items }, answers, kind) {
  return items.flatMap(({ drawn, text }, number) => {
    const label = answers.of(number);
    return drawn === kind && label !== undefined ? [{ number, label, text }] : [];
  });
}

/** @param {string} label */
function shown(label) {
  return label.replaceAll("\n", " / ") || "no digit";
}

/** @param {number} count */
function are(count) {
  return count === 1 ? "is" : "are";
}

/** @param {number} count */
function thousands(count) {
  return count.toLocaleString("en");
}

/**
 * @template {keyof HTMLElementTagNameMap} Name
 * @param {Name} name
 * @param {Partial<HTMLElementTagNameMap[Name]>} properties
 * @param {...(Node | string)} children
 */
function made(name, properties, ...children) {
  const element = Object.assign(document.createElement(name), properties);
  element.append(...children);
  return element;
}
