/** How pictures come to the page: chosen, photographed, pasted or dropped. */

/** @typedef {(files: File[]) => void} Take */

/**
 * @param {HTMLInputElement[]} inputs
 * @param {Take} take
 */
export function awaitPictures(inputs, take) {
  for (const input of inputs) {
    input.addEventListener("change", () => {
      pass(input.files, take);
      input.value = ""; // the same file may be chosen again
    });
  }
  document.addEventListener("paste", (event) => pass(event.clipboardData?.files, take));
  awaitDrops(take);
}

/** @param {Take} take */
function awaitDrops(take) {
  const { classList } = document.body;

  /** @param {DragEvent} event */
  const isOfFiles = (event) => event.dataTransfer?.types.includes("Files") ?? false;

  document.addEventListener("dragover", (event) => {
    if (!isOfFiles(event)) return;
    event.preventDefault(); // or the browser leaves the page to show the file
    classList.add("expecting");
  });
  document.addEventListener("dragleave", (event) => {
    if (!event.relatedTarget) classList.remove("expecting");
  });
  document.addEventListener("drop", (event) => {
    classList.remove("expecting");
    if (!isOfFiles(event)) return;
    event.preventDefault();
    pass(event.dataTransfer?.files, take);
  });
}

/** @param {FileList | null | undefined} files @param {Take} take */
function pass(files, take) {
  if (files?.length) take([...files]);
}
