// What is asked: in the form, in the address of the page, in what is sent.

import { at } from "./elements.js";
import { capital } from "./answer.js";
import { filtersLine } from "./words.js";

const DAYS = ["as_of", "since", "until"];
const STYLES = ["brief", "bullets", "headline", "timeline", "digest"];
const NAMES = { brief: "Summary", bullets: "Summary", headline: "Headline", timeline: "Timeline", digest: "Digest" };

/** What the form holds. */
export function fromForm(outlets) {
  const mode = document.querySelector("input[name=mode]:checked").value;
  const asked = { mode, q: oneLine(at("q").value), outlets: [...outlets] };
  for (const name of DAYS) asked[name] = at(name).value;
  asked.style = at("style").value;
  asked.words = at("words").value;
  return asked;
}

/** Puts a request into the form, all but its outlets. */
export function intoForm(asked) {
  document.querySelector(`input[name=mode][value=${asked.mode}]`).checked = true;
  at("q").value = asked.q;
  for (const name of DAYS) at(name).value = asked[name];
  at("style").value = asked.style;
  at("words").value = asked.words;
}

/** The request that an address of this page holds; what makes no sense there is left out. */
export function fromAddress(search) {
  const given = new URLSearchParams(search);
  const asked = {
    mode: given.get("mode") === "summarize" ? "summarize" : "ask",
    q: oneLine(given.get("q") ?? ""),
    outlets: given.getAll("outlet").filter((name) => name),
    style: STYLES.includes(given.get("style")) ? given.get("style") : "brief",
    words: /^[1-9]\d{0,3}$/.test(given.get("words") ?? "") ? given.get("words") : "",
  };
  for (const name of DAYS) asked[name] = isDay(given.get(name)) ? given.get(name) : "";
  return asked;
}

const oneLine = (text) => text.trim().replace(/\s+/g, " ");

/** Whether it is a day, in the calendar and in the form that the server takes. */
function isDay(text) {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text ?? "")) return false;
  const time = Date.parse(text);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text);
}

/** The address of this page that asks the same again. */
export function addressOf(asked) {
  const given = new URLSearchParams();
  if (asked.mode === "summarize") given.set("mode", "summarize");
  if (asked.q) given.set("q", asked.q);
  if (asked.mode === "summarize") {
    given.set("style", asked.style);
    if (asked.words) given.set("words", asked.words);
  }
  for (const name of DAYS) if (asked[name]) given.set(name, asked[name]);
  for (const outlet of asked.outlets) given.append("outlet", outlet);
  return `/?${given}`;
}

/** The path and the body that ask it of the server, after the questions before it. */
export function sent(asked, earlier = []) {
  const body = Object.fromEntries(DAYS.filter((name) => asked[name]).map((name) => [name, asked[name]]));
  if (asked.outlets.length) body.outlets = asked.outlets;
  if (asked.mode === "ask") {
    if (earlier.length) body.earlier = earlier;
    return ["/api/ask/stream", { ...body, question: asked.q }];
  }
  body.style = asked.style;
  if (asked.q) body.query = asked.q;
  if (asked.words) body.words = Number(asked.words);
  return ["/api/summarize/stream", body];
}

/** Why it cannot be asked; "" where it can. */
export function missing(asked) {
  if (asked.since && asked.until && asked.since > asked.until)
    return "Nothing is published both since the first and until the second day: turn them around.";
  if (asked.q) return "";
  if (asked.mode === "ask") return "Write a question first.";
  const chosen = asked.since || asked.until || asked.outlets.length;
  if (chosen || asked.style === "digest" || asked.style === "timeline") return "";
  return "Say what the summary is about, or choose days or outlets under Filters.";
}

/** The request as a heading. */
export function headingOf(asked) {
  if (asked.mode === "ask") return asked.q;
  return `${NAMES[asked.style]}: ${asked.q || "all that was published"}`;
}

/** What the request leaves out, as a sentence; "" for nothing. */
export function leftOut(asked) {
  const line = filtersLine(asked);
  return line && `${capital(line)}.`;
}
