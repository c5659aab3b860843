// The page: the form, the turns, the address.

import { at, make } from "./elements.js";
import { Reader } from "./reader.js";
import { addressOf, fromAddress, fromForm, headingOf, intoForm, missing } from "./request.js";
import { Turn } from "./turn.js";
import { fetched, key } from "./wire.js";
import { filtersLine } from "./words.js";

const MANY_OUTLETS = 12;
const MOST_EARLIER = 6;
const LOADED = performance.timeOrigin; // tells this page's history from what an earlier loading left there

const reader = new Reader();
const turns = new Map();
const outlets = new Set();
let lastNumber = 0;
let outletsLoaded = false;
let shown = null; // the query of the address that the page shows

const desk = {
  open: (cited, from) => reader.open(cited, from),
  say: (text) => {
    at("status").textContent = text;
  },
  unfiltered: (turn) => ask({ ...turn.asked, as_of: "", since: "", until: "", outlets: [] }),
  /** The turn's question was made to stand alone: the address is to ask that. */
  renamed: (turn) => {
    if (turns.get(history.state?.turn) !== turn) return;
    history.replaceState(history.state, "", addressOf(turn.asked));
    shown = location.search;
  },
  changed: () => {
    if (!running() && document.activeElement === at("stop")) at("q").focus();
    at("stop").hidden = !running();
    at("forget").hidden = !key.get();
  },
};

const running = () => [...turns.values()].find((turn) => turn.running);

/** The questions that were answered, as they were asked, oldest first. */
const earlier = () =>
  [...turns.values()]
    .filter((turn) => turn.told?.question)
    .map((turn) => turn.told.question)
    .slice(-MOST_EARLIER);

/** Asks, in a new turn above the others; `kept` where the address says so already. */
function ask(asked, { kept = false } = {}) {
  running()?.stop();
  lastNumber += 1;
  show(asked);
  // What an address asks stands by itself; what is typed here may lean on the questions before it.
  const turn = new Turn(lastNumber, asked, desk, kept ? [] : earlier());
  turns.set(lastNumber, turn);
  at("turns").prepend(turn.element);
  const state = { turn: lastNumber, loaded: LOADED };
  if (kept) history.replaceState(state, "");
  else history.pushState(state, "", addressOf(asked));
  shown = location.search;
  document.title = `${headingOf(asked)} - qa`;
  turn.start();
}

/** Puts a request into the form. */
function show(asked) {
  intoForm(asked);
  outlets.clear();
  asked.outlets.forEach((name) => outlets.add(name));
  for (const box of at("outlets-list").querySelectorAll("input")) box.checked = outlets.has(box.value);
  told("");
  fit();
}

/** Fits the form to what is chosen in it. */
function fit() {
  const asked = fromForm(outlets);
  const summary = asked.mode === "summarize";
  at("layout").hidden = !summary;
  at("send").textContent = summary ? "Summarize" : "Ask";
  at("q-label").textContent = summary ? "What it is about" : "Your question";
  at("q").placeholder = summary ? "the port strike (empty: all that the filters let in)" : "Who is attending Davos?";
  at("q-hint").textContent =
    lastNumber && !summary
      ? "A follow-up is read in the light of the questions before it."
      : "Enter sends it; Shift and Enter begin a new line.";
  const line = filtersLine(asked);
  at("filters-set").textContent = line || "none";
  at("clear").hidden = !line;
}

function told(text) {
  at("q-missing").textContent = text;
  at("q-missing").hidden = !text;
}

async function loadOutlets() {
  if (outletsLoaded) return;
  outletsLoaded = true;
  try {
    const { outlets: names } = await fetched("/api/outlets");
    at("outlets-told").textContent = names.length ? "None ticked means all." : "The articles name no outlets.";
    at("outlets-list").replaceChildren(...names.map(outletBox));
    at("outlets-find").hidden = names.length <= MANY_OUTLETS;
  } catch (error) {
    outletsLoaded = false; // the next opening tries again
    at("outlets-told").textContent =
      error.status === 401
        ? "The list needs the server's key: ask a question to be asked for it."
        : `The list could not be loaded: ${[error.detail, error.hint].filter(Boolean).join(". ")}`;
  }
}

function outletBox(name) {
  const box = make("input", { type: "checkbox", value: name });
  box.checked = outlets.has(name);
  box.addEventListener("change", () => {
    if (box.checked) outlets.add(name);
    else outlets.delete(name);
    fit();
  });
  return make("label", { dir: "auto" }, box, " ", name);
}

function findOutlet() {
  const wanted = at("outlets-find").value.trim().toLowerCase();
  for (const label of at("outlets-list").children) {
    label.hidden = !label.textContent.toLowerCase().includes(wanted);
  }
}

function submit(event) {
  event?.preventDefault();
  const asked = fromForm(outlets);
  const wrong = missing(asked);
  told(wrong);
  if (wrong) {
    at("q").focus();
    return;
  }
  ask(asked);
  if (document.activeElement === at("q")) at("q").select(); // what is typed next takes its place
}

/** What the address says: a turn that is still on the page, or a question that is asked again. */
function restore({ state } = {}) {
  const turn = state?.loaded === LOADED ? turns.get(state.turn) : null;
  if (!turn && shown === location.search) return; // only what comes after # has changed
  shown = location.search;
  const asked = fromAddress(location.search);
  if (turn) {
    show(turn.asked);
    document.title = `${headingOf(turn.asked)} - qa`;
    turn.element.scrollIntoView({ block: "start" });
    turn.element.querySelector("h2").focus({ preventScroll: true });
  } else if (location.search && !missing(asked)) {
    ask(asked, { kept: true });
  } else {
    show(asked);
    document.title = "qa";
    at("q").focus();
  }
}

function clear() {
  show({ ...fromForm(outlets), as_of: "", since: "", until: "", outlets: [] });
  at("filters").querySelector("summary").focus();
}

at("form").addEventListener("submit", submit);
at("form").addEventListener("input", fit);
at("q").addEventListener("keydown", (event) => {
  // While a word is being composed (Japanese, Chinese), Enter takes it.
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) submit(event);
});
at("q").addEventListener("input", () => told(""));
at("stop").addEventListener("click", () => {
  running()?.stop();
  at("q").focus();
});
at("clear").addEventListener("click", clear);
at("skip").addEventListener("click", (event) => {
  event.preventDefault(); // the address is what is shared
  at("turns").focus();
});
at("filters").addEventListener("toggle", loadOutlets);
at("outlets-find").addEventListener("input", findOutlet);
at("outlets-find").addEventListener("keydown", (event) => {
  if (event.key === "Enter") event.preventDefault(); // it looks for an outlet, and asks nothing
});
at("forget").addEventListener("click", () => {
  key.forget();
  desk.changed();
  at("q").focus();
});
window.addEventListener("popstate", restore);

desk.changed();
restore();
