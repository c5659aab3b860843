// One question with its answer: asked, coming in, whole, or gone wrong.

import { answerBody, arriving, asText, capital, Markers, summaryBody } from "./answer.js";
import { at, button, make } from "./elements.js";
import { addressOf, headingOf, leftOut, sent } from "./request.js";
import { fetched, key, Problem, streamed } from "./wire.js";
import { count, sourceLine } from "./words.js";

/** A turn on the page. `desk` has open(citation, id), say(text), unfiltered(turn), renamed(turn), changed().
 * `earlier` are the questions before it. */
export class Turn {
  constructor(number, asked, desk, earlier = []) {
    this.name = `t${number}`;
    this.asked = asked;
    this.desk = desk;
    this.earlier = earlier;
    this.typed = asked.q;
    this.alone = make("p", { class: "asked-as", dir: "auto", hidden: true });
    this.running = null;
    this.body = make("div", { class: "body" });
    this.actions = make("p", { class: "actions" });
    this.element = make(
      "article",
      { class: "turn", id: this.name, "aria-labelledby": `${this.name}-h` },
      make("h2", { id: `${this.name}-h`, tabindex: "-1", dir: "auto" }, headingOf(asked)),
      this.alone,
      leftOut(asked) && make("p", { class: "filtered", dir: "auto" }, leftOut(asked)),
      this.body,
      this.actions,
    );
  }

  /** Asks, or asks again. Returns when all is done, however it ends. */
  async start() {
    this.stop();
    const control = new AbortController();
    this.running = control;
    this.markers = new Markers(this.name, this.desk.open);
    this.#begin();
    this.desk.changed();
    try {
      for await (const [name, value] of streamed(...sent({ ...this.asked, q: this.typed }, this.earlier), control.signal)) {
        if (!control.signal.aborted) this.#take(name, value);
      }
    } catch (error) {
      if (control.signal.aborted || error.name === "AbortError") this.#stopped();
      else this.#failed(error instanceof Problem ? error : unexpected(error));
    } finally {
      if (this.running === control) this.running = null;
      this.element.removeAttribute("aria-busy");
      this.desk.changed();
    }
  }

  /** Gives up what is still coming in. */
  stop() {
    this.running?.abort();
  }

  #begin() {
    this.element.setAttribute("aria-busy", "true");
    this.came = 0;
    this.wait = make("p", { class: "wait" }, "Reading the articles…");
    this.bar = make("progress", { hidden: true, "aria-label": "How far the summary is" });
    this.list = make("ul", { class: "statements", "aria-live": "polite", "aria-relevant": "additions" });
    this.body.replaceChildren(this.wait, this.bar, this.list);
    this.actions.replaceChildren();
    this.desk.say("Reading the articles");
  }

  #take(name, value) {
    if (name === "statement") this.#arrived(value);
    else if (name === "progress") this.#progressed(value);
    else if (name === "answer" || name === "summary") this.#whole(value, name);
  }

  #arrived(statement) {
    this.list.append(arriving(statement, this.came, this.markers));
    this.came += 1;
    this.wait.textContent = `${count(this.came, "statement")} checked, more may come…`;
  }

  #progressed({ done, of }) {
    this.bar.hidden = false;
    this.bar.max = of;
    this.bar.value = done;
    this.wait.textContent = `${done} of ${of} done…`;
  }

  #whole(told, name) {
    this.told = told;
    if (name === "answer" && this.earlier.length) this.#named(told.question);
    if (told.abstained) {
      this.body.replaceChildren(...this.#abstention(told));
      this.desk.say(`No answer: ${told.reason}`);
    } else {
      const focused = this.body.contains(document.activeElement) ? document.activeElement.id : "";
      const made = name === "answer" ? answerBody(told, this.markers) : summaryBody(told, this.markers);
      this.list.removeAttribute("aria-live"); // it was read out as it came in
      this.body.replaceChildren(...made);
      if (focused) at(focused)?.focus();
      const differ = told.conflicts.length ? " The sources differ." : "";
      const statements = told.statements ?? told.points;
      this.desk.say(`The answer is complete: ${count(statements.length, "statement")}.${differ}`);
    }
    this.#act();
  }

  /** Shows how a follow-up was read; its address asks that. */
  #named(question) {
    this.alone.hidden = question === this.typed;
    this.alone.textContent = `Asked as: ${question}`;
    if (question === this.asked.q) return;
    this.asked = { ...this.asked, q: question };
    this.desk.renamed(this);
  }

  #act() {
    const link = make("a", { href: addressOf(this.asked) }, "Link to this");
    this.actions.replaceChildren(link);
    if (this.told.abstained || !navigator.clipboard) return;
    const copy = button("Copy with sources", async () => {
      try {
        await navigator.clipboard.writeText(asText(this.told, headingOf(this.asked)));
        this.desk.say("Copied");
        copy.textContent = "Copied";
      } catch {
        this.desk.say("The browser did not let the page copy");
      }
    }, { class: "link" });
    this.actions.append(copy);
  }

  #abstention(told) {
    const box = make(
      "section",
      { class: "abstained" },
      make("h3", {}, "No answer"),
      make("p", { dir: "auto" }, `${capital(told.reason)}.`),
      make("p", {}, nextStep(told, this.asked)),
    );
    const step = make("p", { class: "steps" });
    if (leftOut(this.asked)) step.append(button("Ask without filters", () => this.desk.unfiltered(this), { class: "quiet" }));
    if (this.asked.q && !/library is empty/.test(told.reason)) step.append(this.#nearest(box, told));
    box.append(step);
    const notices = told.warnings.map((notice) => make("p", { class: "hint", dir: "auto" }, `${capital(notice.message)}.`));
    return [box, ...notices];
  }

  #nearest(box, told) {
    const show = button("Show the nearest passages", async () => {
      show.disabled = true;
      const wanted = new URLSearchParams({ question: this.asked.q, k: "5" });
      for (const name of ["since", "until"]) if (told.filters[name]) wanted.set(name, told.filters[name]);
      for (const outlet of told.filters.outlets) wanted.append("outlet", outlet);
      try {
        const { passages } = await fetched(`/api/search?${wanted}`);
        const list = passageList(passages, this.name, this.desk.open);
        show.replaceWith("");
        box.append(list);
        list.querySelector("button")?.focus();
      } catch (error) {
        show.disabled = false;
        box.append(make("p", { role: "alert" }, [error.detail, error.hint].filter(Boolean).join(". ")));
      }
    }, { class: "quiet" });
    return show;
  }

  #stopped() {
    this.#unfinished();
    this.body.append(make("p", { class: "notices" }, "Stopped. ", this.#again("Ask again")));
    this.desk.say("Stopped");
  }

  #failed(problem) {
    this.#unfinished();
    const [title, detail, hint] = wordsFor(problem);
    this.body.append(
      make(
        "section",
        { class: "problem", role: "alert" },
        make("h3", {}, title),
        detail && make("p", { dir: "auto" }, detail),
        hint && make("p", { dir: "auto" }, hint),
        problem.status === 401 ? this.#keyForm() : make("p", { class: "steps" }, this.#again("Try again")),
      ),
    );
    this.desk.say("");
    if (problem.status === 401) this.body.querySelector("input").focus();
  }

  /** What has come in stays, and is said to be not all. */
  #unfinished() {
    this.list.removeAttribute("aria-live");
    this.bar.hidden = true;
    if (this.came) this.wait.textContent = `Not the whole answer: ${count(this.came, "statement")} had come.`;
    else this.wait.remove();
  }

  #again(label) {
    return button(label, () => {
      this.element.querySelector("h2").focus();
      this.start();
    }, { class: "quiet" });
  }

  #keyForm() {
    const id = `${this.name}-key`;
    const field = make("input", { id, type: "password", autocomplete: "off", spellcheck: "false", required: true });
    const told = make("p", { class: "missing", role: "alert", hidden: true });
    const submit = (event) => {
      event.preventDefault();
      const given = field.value.trim();
      if (!/^[\x21-\x7e]+$/.test(given)) {
        told.textContent = "A key has letters, digits and signs, without spaces.";
        told.hidden = false;
        return;
      }
      key.set(given);
      this.element.querySelector("h2").focus();
      this.start();
    };
    return make(
      "form",
      { class: "key", submit },
      make("label", { for: id }, "Key"),
      field,
      make("button", { type: "submit" }, "Use this key"),
      told,
      make("p", { class: "hint" }, "It is kept until this tab is closed."),
    );
  }
}

function passageList(passages, turn, open) {
  if (!passages.length) return make("p", {}, "There are none.");
  return make(
    "ul",
    { class: "passages" },
    passages.map((passage, number) => {
      const { id: article_id, title, outlet, published, updated } = passage.article;
      const cited = { article_id, title, outlet, published, updated, quote: passage.text, start: passage.start, end: passage.end };
      const id = `${turn}-near${number}`;
      return make(
        "li",
        { dir: "auto" },
        button(title || "(no headline)", () => open(cited, id), { id, class: "link", "aria-haspopup": "dialog" }),
        make("p", { class: "who" }, sourceLine(passage.article)),
      );
    }),
  );
}

/** What to do about an answer that there is none of. */
function nextStep(told, asked) {
  if (/library is empty/.test(told.reason)) return "Add articles on the server: qa ingest PATH. They are found at once.";
  if (leftOut(asked)) return "The filters may leave out what would answer it.";
  return "Ask in the words an article would use, with the names of people and places in full.";
}

/** A problem in a reader's words: title, what is wrong, what to do. */
function wordsFor(problem) {
  const detail = problem.detail && `${capital(problem.detail)}.`;
  const seconds = problem.wait && `Try again in ${count(problem.wait, "second")}.`;
  switch (problem.status) {
    case 0:
      return [problem.title || "The server cannot be reached", detail, problem.hint];
    case 401:
      return key.get()
        ? ["The key is wrong", "", "Ask whoever runs this server for the right one."]
        : ["This server asks for a key", "", "Whoever runs it can tell you."];
    case 429:
      return ["Too many questions at once", detail, seconds || problem.hint];
    case 503:
      return ["The server is busy", detail, seconds || problem.hint || "Try again in a moment."];
    default:
      return [problem.status < 500 ? "That cannot be answered" : "Something went wrong", detail, problem.hint];
  }
}

function unexpected(error) {
  console.error(error);
  return new Problem({
    title: "Something went wrong on this page",
    detail: String(error.message ?? error),
    hint: "Load the page again. This is a bug of it.",
  });
}
