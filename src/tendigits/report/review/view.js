/** How an image is seen: with room for what is typed, larger, or the whole that it is a part of. */
class View {
  /** @type {"fitted" | "larger" | "whole"} */
  #is = "fitted";
  /** @type {Item} */
  #item;
  #name = "";

  constructor() {
    byId("picture").addEventListener("load", () => {
      const sheet = byId("sheet");
      sheet.scrollLeft = (sheet.scrollWidth - sheet.clientWidth) / 2; // what was found is in the middle
    });
  }

  /** Show another image: larger if the one before was, but its picture again. @param {Item} item @param {string} name */
  show(item, name) {
    this.#item = item;
    this.#name = name;
    if (this.#is === "whole") this.#is = "fitted";
    this.#show();
  }

  /** Show it larger; then the whole, if this is a part; then as before. */
  change() {
    if (!this.#item.picture) return;
    this.#is = this.#next;
    this.#show();
  }

  get #next() {
    if (this.#is === "fitted") return "larger";
    return this.#is === "larger" && this.#item.whole ? "whole" : "fitted";
  }

  #show() {
    const { picture, whole, note } = this.#item;
    const isWhole = this.#is === "whole";
    const seen = isWhole ? "The whole image, with a frame around that part." : note;
    document.body.dataset.view = this.#is;
    byId("sheet").tabIndex = this.#is === "larger" ? 0 : -1; // it is scrolled where it is wider than the screen
    byId("picture").hidden = byId("view").hidden = !picture;
    byId("picture").src = (isWhole ? whole : picture) || "data:,";
    byId("picture").alt = isWhole ? `${this.#name}, the whole of it` : `${this.#name}, for you to read`;
    byId("note").textContent = picture && seen ? ` · ${seen}` : "";
    byId("view-name").textContent = { fitted: "Smaller", larger: "Larger", whole: "Whole image" }[this.#next];
    byId("missing").textContent = picture ? "" : `The picture cannot be shown any more: ${note}`;
  }
}
