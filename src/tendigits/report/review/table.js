/** labels.csv: a row for each image that has a label, and above them the names of the columns. */

/**
 * @typedef {{path: string, row: number | null, page: number | null, drawn: string, text: string, confidence: number,
 *   marks: number, picture: string, note: string, whole: string, key: string}} Item
 * @typedef {{job: string, target: string, model: string, of: Record<string, number>, failed: number, items: Item[]}} Review
 */

/** @param {Review} review @param {Answers} answers */
function labelsTable({ items, of, model }, answers) {
  const rows = items.flatMap(({ path, row, page, drawn, text, confidence, marks }, number) => {
    const label = answers.of(number);
    if (label === undefined) return [];
    const digits = `${label}${text}`.replaceAll("\n", "").length;
    return [[path, row ?? "", page ?? "", drawn, of[drawn], onOneLine(label), onOneLine(text), digits, confidence, marks, model]];
  });
  const names = ["path", "row", "page", "drawn", "of", "label", "text", "digits", "confidence", "marks", "model"];
  return [names, ...rows].map((fields) => `${fields.map(csvField).join(",")}\n`).join("");
}

/** @param {string} lines */
function onOneLine(lines) {
  return lines.replaceAll("\n", " ");
}

/** @param {string | number} value */
function csvField(value) {
  const text = String(value);
  return /[",\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** Hand a file over to the browser's downloads. @param {string} name @param {string} content */
function download(name, content) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([content], { type: "text/csv" }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
