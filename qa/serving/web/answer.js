// An answer or a summary as the reader sees it.

import { button, make } from "./elements.js";
import { markersOf, modalityLabel, partsOf, piecesOf } from "./layout.js";
import { count, coverageLine, range, sourceLine } from "./words.js";

const TONES = [
  [/^not |^did not |^denied/i, "denied"],
  [/^expected|^alleged|^opinion/i, "open"],
  [/^attend|^confirmed/i, "firm"],
];

/** What makes the buttons of citations; `open(citation, id)` is called when one is pressed. `turn` keeps their
 * ids apart from those of other answers. */
export class Markers {
  constructor(turn, open) {
    this.turn = turn;
    this.open = open;
    this.known = new Map();
    this.made = new Map();
  }

  /** Forgets the buttons that were made, before all of them are made again in the same order. */
  restart() {
    this.made.clear();
  }

  /** Takes note of a statement's citations. */
  learn(statement) {
    for (const citation of statement.citations) this.known.set(citation.marker, citation);
  }

  /** A button for the citation with a number, in the `place` where it stands ("s3"). */
  button(number, place) {
    const citation = this.known.get(number);
    const name = `${this.turn}-${place}-m${number}`;
    const times = (this.made.get(name) ?? 0) + 1;
    this.made.set(name, times);
    const id = times > 1 ? `${name}-${times}` : name;
    return button(`[${number}]`, () => this.open(citation, id), {
      id,
      class: "marker",
      "aria-haspopup": "dialog",
      "aria-label": `[${number}] ${sourceLine(citation)}: open the article at the cited words`,
    });
  }

  /** A line's pieces as nodes. */
  line(text, place) {
    return piecesOf(text, this.known).map((piece) => {
      if (piece.marker) return this.button(piece.marker, place);
      if (piece.added) return make("span", { class: "added" }, piece.added);
      return piece.words;
    });
  }
}

/** A statement while the answer is still coming in. */
export function arriving(statement, index, markers) {
  markers.learn(statement);
  const text = `${statement.text} ${markersOf(statement).map((number) => `[${number}]`).join("")}`;
  return statementItem(text, statement, index, markers, true);
}

/** All of an answer that is no abstention. */
export function answerBody(answer, markers) {
  return whole(answer, answer.statements, markers, false);
}

/** All of a summary that is no abstention. */
export function summaryBody(summary, markers) {
  return whole(summary, summary.points, markers, true);
}

function whole(told, statements, markers, running) {
  markers.restart();
  statements.forEach((statement) => markers.learn(statement));
  const parts = partsOf(told.text, statements, told.conflicts);
  return [
    ...parts.map((part) => section(part, statements, markers, running)),
    conflictBox(told.conflicts, statements, markers),
    noticeBox(told.warnings),
    sources(markers),
    make("p", { class: "coverage" }, `${coverageLine(told.coverage)}. ${madeBy(told)}`),
  ].filter((node) => node);
}

function section({ heading, lines }, statements, markers, running) {
  const tone = TONES.find(([words]) => words.test(heading))?.[1];
  const labelled = !heading || /^expected or conditional$/i.test(heading);
  const listed = lines.every((line) => line.listed);
  return make(
    "section",
    { class: "group", "data-tone": heading ? (tone ?? "plain") : null },
    heading && make("h3", {}, heading),
    running && !listed
      ? lines.map((line, at) => make("p", { class: "running", dir: "auto" }, markers.line(line.text, `p${at}`)))
      : make("ul", { class: "statements" }, lines.map((line, at) => item(line, at))),
  );

  function item(line, at) {
    const statement = statements[line.statement];
    if (!statement) return make("li", { dir: "auto" }, markers.line(line.text, `l${at}`));
    return statementItem(line.text, statement, line.statement, markers, labelled);
  }
}

function statementItem(text, statement, index, markers, labelled) {
  const label = labelled ? modalityLabel(statement) : "";
  return make(
    "li",
    { class: "statement", "data-modality": statement.modality },
    make("p", { class: "said", dir: "auto" }, markers.line(text, `s${index + 1}`)),
    make(
      "p",
      { class: "who", dir: "auto" },
      label && make("span", { class: "label" }, label),
      label && " ",
      whoSays(statement),
    ),
  );
}

/** Who says it, where, and when: "Ann Roe, finance minister, in The Courier, 13 January 2026". */
function whoSays(statement) {
  const where = [...new Set(statement.citations.map(sourceLine))].join("; ");
  const speaker = statement.speaker;
  const name = speaker?.name || statement.attributed_to;
  const worded = statement.support === "paraphrase" ? " (in a model's words, checked against the cited ones)" : "";
  if (!name) return [make("span", { class: "unseen" }, "Reported by "), `${where}${worded}`];
  const told = [capital(name), speaker?.role, speaker?.outlet && `quoted from ${speaker.outlet}`];
  const anonymous = speaker && !speaker.named ? " (not named)" : "";
  const who = `${told.filter(Boolean).join(", ")}${anonymous}, in ${where}${worded}`;
  return [make("span", { class: "unseen" }, "Said by "), who];
}

function conflictBox(conflicts, statements, markers) {
  if (!conflicts.length) return null;
  return make(
    "section",
    { class: "conflicts" },
    make("h3", {}, "Where the sources differ"),
    conflicts.map((conflict, at) => [
      make("h4", {}, `${conflict.about}: `, make("span", {}, KINDS[conflict.kind] ?? conflict.kind)),
      make("ul", {}, sidesOf(conflict).map((side) => sideItem(side, statements, markers, `c${at + 1}`))),
    ]),
  );
}

const KINDS = { superseded: "a later report says otherwise", disagreement: "they do not agree" };

/** The sides; the newest report first, where one has overtaken the others. */
function sidesOf(conflict) {
  return conflict.kind === "superseded" ? [...conflict.sides].reverse() : conflict.sides;
}

function sideItem(side, statements, markers, place) {
  const numbers = new Set(side.statements.map((number) => cited(side.value, statements[number - 1])));
  const who = [...side.speakers, ...side.outlets].join(", ");
  const when = side.last ? range(side.first ?? side.last, side.last) : "date unknown";
  return make(
    "li",
    { dir: "auto" },
    make("strong", {}, side.value),
    ` ${who ? `${who}, ` : ""}${when} `,
    [...numbers].map((number) => markers.button(number, place)),
  );
}

/** The citation whose words have the value, else the first. */
function cited(value, statement) {
  const held = statement.citations.find((citation) => citation.quote.includes(value));
  return (value === statement.modality ? statement.citations[0] : (held ?? statement.citations[0])).marker;
}

function noticeBox(warnings) {
  if (!warnings.length) return null;
  return make(
    "section",
    { class: "notices" },
    make("h3", {}, "Note"),
    make("ul", {}, warnings.map((notice) => make("li", { dir: "auto" }, `${capital(notice.message)}.`))),
  );
}

/** Each article that is cited once, with its numbers. */
function sources(markers) {
  const articles = Map.groupBy(
    [...markers.known.values()].sort((a, b) => a.marker - b.marker),
    (citation) => citation.article_id,
  );
  const items = [...articles.values()].map((citations) =>
    make(
      "li",
      { dir: "auto" },
      make("cite", {}, citations[0].title || "(no headline)"),
      ` ${sourceLine(citations[0])} `,
      citations.map((citation) => markers.button(citation.marker, "src")),
    ),
  );
  return make(
    "details",
    { class: "sources" },
    make("summary", {}, `Sources: ${count(items.length, "article")}`),
    make("ul", {}, items),
  );
}

function madeBy(told) {
  if (told.engine === "extractive") return "In the articles' own words; no language model was used.";
  return `Written by ${told.model || "a language model"}, each statement checked against its source.`;
}

/** An answer as text for a document, with its sources under it. */
export function asText(told, title) {
  const statements = told.statements ?? told.points;
  const citations = new Map(statements.flatMap((s) => s.citations).map((citation) => [citation.marker, citation]));
  const lines = [...citations.values()]
    .sort((a, b) => a.marker - b.marker)
    .map((c) => `[${c.marker}] ${sourceLine(c)}: “${c.quote}” ${[c.title, c.url].filter(Boolean).join(", ")}`);
  return [title, "", told.text, "", ...lines, "", coverageLine(told.coverage)].join("\n");
}

/** The text with a capital at its beginning. */
export function capital(text) {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
