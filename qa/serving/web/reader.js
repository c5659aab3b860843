// The panel with a whole article, opened at the cited words.

import { at, button, make, outward } from "./elements.js";
import { inUnits, sourceLine } from "./words.js";
import { fetched } from "./wire.js";

const WIDE = matchMedia("(min-width: 64rem)");

/** The panel. Beside the answer where there is room, over it where there is none. */
export class Reader {
  constructor() {
    this.dialog = at("reader");
    this.from = null;
    this.loading = null;
    at("reader-close").addEventListener("click", () => this.close());
    // A phone's back gesture closes it, too. The event comes late: the panel may be open again by then.
    this.dialog.addEventListener("close", () => {
      if (!this.dialog.open) this.#left();
    });
    document.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && this.dialog.open && !event.defaultPrevented) {
        event.preventDefault();
        this.close();
      }
    });
    WIDE.addEventListener("change", () => this.#fit());
  }

  /** Opens an article: `cited` has article_id, start, end, quote, and what is known of the article. `from` is
   * the id of the button that was pressed, to which the focus returns. */
  async open(cited, from) {
    this.from = from;
    this.loading?.abort();
    this.loading = new AbortController();
    const { signal } = this.loading;
    this.#head({ title: cited.title, source: sourceLine(cited) });
    at("reader-text").replaceChildren();
    at("reader-told").textContent = "Loading the article…";
    this.#show();
    try {
      const article = await fetched(`/api/articles/${encodeURIComponent(cited.article_id)}`, signal);
      if (!signal.aborted) this.#article(article, cited);
    } catch (error) {
      if (!signal.aborted) this.#failed(error, cited);
    }
  }

  /** Closes the panel. */
  close() {
    this.dialog.close();
    this.#left();
  }

  #show() {
    if (!this.dialog.open) {
      if (WIDE.matches) this.dialog.show();
      else this.dialog.showModal();
    }
    document.body.classList.toggle("reading", true);
    at("reader-text").focus({ preventScroll: true });
  }

  /** A panel that was beside the answer is over it, or the other way round, after the window has changed. */
  #fit() {
    if (!this.dialog.open) return;
    this.dialog.close();
    this.#show();
  }

  #left() {
    if (!this.from) return;
    this.loading?.abort();
    document.body.classList.toggle("reading", false);
    // By its id: the answer may have been laid out again meanwhile.
    at(this.from)?.focus();
    this.from = null;
  }

  #head({ title, source, authors = [], url = "" }) {
    at("reader-title").textContent = title || "(no headline)";
    at("reader-source").textContent = source;
    at("reader-by").textContent = authors.length ? `By ${authors.join(", ")}` : "";
    const link = outward(url, "Read it where it was published");
    at("reader-link").replaceChildren(...(link ? [link] : url ? [`Address: ${url}`] : []));
  }

  #article(article, cited) {
    this.#head({ ...article, source: sourceLine(article) });
    const { place, told } = placeOf(article.text, cited);
    at("reader-told").textContent = told;
    const region = at("reader-text");
    region.lang = /^[a-z]{2,3}(-[a-z0-9]{2,8})*$/i.test(article.language) ? article.language : "";
    region.replaceChildren(...paragraphs(article.text, place));
    const mark = region.querySelector("mark");
    if (mark) mark.scrollIntoView({ block: "center" });
    else region.scrollTop = 0;
  }

  #failed(error, cited) {
    const told = [error.detail || "it cannot be shown", error.hint].filter(Boolean).join(". ");
    at("reader-told").textContent = `The article is not there to be read: ${told}`;
    at("reader-text").replaceChildren(
      cited.quote ? make("blockquote", { dir: "auto" }, cited.quote) : "",
      button("Try again", () => this.open(cited, this.from), { class: "quiet" }),
    );
  }
}

/** Where the cited words stand, in UTF-16 units, and what to say where they are no longer in their place. */
function placeOf(text, { start, end, quote }) {
  const [from, to] = inUnits(text, start, end);
  if (text.slice(from, to) === quote) return { place: [from, to], told: "" };
  const found = text.indexOf(quote);
  if (found >= 0) return { place: [found, found + quote.length], told: "The article has changed since." };
  return { place: null, told: `The article has changed since; the cited words were: “${quote}”` };
}

/** The paragraphs of an article, with what is between the two ends of `place` marked. */
function paragraphs(text, place) {
  const found = [];
  for (const piece of text.matchAll(/[^\n]+(?:\n[^\n]+)*/g)) {
    const begin = piece.index;
    const end = begin + piece[0].length;
    const [from, to] = place ?? [0, 0];
    const [first, last] = [Math.max(from, begin), Math.min(to, end)];
    const cut = first < last ? [first, last] : [end, end];
    found.push(
      make(
        "p",
        { dir: "auto" },
        text.slice(begin, cut[0]),
        cut[0] < cut[1] ? make("mark", {}, text.slice(...cut)) : "",
        text.slice(cut[1], end),
      ),
    );
  }
  return found;
}
