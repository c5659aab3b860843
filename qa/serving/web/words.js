// How days, numbers and sources are written: in the words of the command line.

const MONTHS = [
  "January", "February", "March", "April", "May", "June",
  "July", "August", "September", "October", "November", "December",
];

/** A number with its noun: "1 article", "1,204 articles". */
export function count(number, noun) {
  return `${number.toLocaleString("en")} ${noun}${number === 1 ? "" : "s"}`;
}

/** "2026-01-13" or a moment of that day, by its own time zone, as {year, month, day}. */
function parts(iso) {
  const [year, month, day] = iso.slice(0, 10).split("-").map(Number);
  return { year, month, day };
}

/** A day: "13 January 2026". */
export function day(iso) {
  const at = parts(iso);
  return `${at.day} ${MONTHS[at.month - 1]} ${at.year}`;
}

/** Two days without repeating what they share: "12-15 January 2026". */
export function range(first, last) {
  const [a, b] = [parts(first), parts(last)];
  if (first.slice(0, 10) === last.slice(0, 10)) return day(last);
  if (a.year === b.year && a.month === b.month) return `${a.day}-${day(last)}`;
  if (a.year === b.year) return `${a.day} ${MONTHS[a.month - 1]} - ${day(last)}`;
  return `${day(first)} - ${day(last)}`;
}

/** What an answer rests on: "from 4 articles (2 independent), 3 outlets, 12-15 January 2026". */
export function coverageLine(coverage) {
  const copied = coverage.independent > 0 && coverage.independent < coverage.articles;
  const told = [count(coverage.articles, "article") + (copied ? ` (${coverage.independent} independent)` : "")];
  if (coverage.outlets.length) told.push(count(coverage.outlets.length, "outlet"));
  if (coverage.first && coverage.last) {
    told.push(range(coverage.first, coverage.last));
    if (coverage.undated) told.push(`${coverage.undated} without a known date`);
  } else told.push("date unknown");
  return `from ${told.join(", ")}`;
}

/** Outlet and day of an article or a citation: "The Courier, 13 January 2026". */
export function sourceLine(source) {
  let line = `${source.outlet || "outlet unknown"}, ${source.published ? day(source.published) : "date unknown"}`;
  const updated = source.updated && source.updated.slice(0, 10);
  if (updated && updated !== (source.published || "").slice(0, 10)) line += `, updated ${day(updated)}`;
  return line;
}

/** What a request leaves out, in a reader's words; "" for nothing. */
export function filtersLine({ as_of, since, until, outlets }) {
  const told = [];
  if (as_of) told.push(`as known on ${day(as_of)}`);
  if (since && until) told.push(`published ${range(since, until)}`);
  else if (since) told.push(`published since ${day(since)}`);
  else if (until) told.push(`published until ${day(until)}`);
  if (outlets.length) told.push(`from ${outlets.join(" or ")}`);
  return told.join(", ");
}

/** Offsets in JavaScript's UTF-16 units for offsets in Unicode code points, which are what the server counts:
 * an emoji is one there, and two here. */
export function inUnits(text, ...offsets) {
  const found = new Map();
  const wanted = new Set(offsets);
  let points = 0;
  let units = 0;
  for (const character of text) {
    if (wanted.has(points)) found.set(points, units);
    points += 1;
    units += character.length;
  }
  return offsets.map((offset) => found.get(offset) ?? text.length);
}
