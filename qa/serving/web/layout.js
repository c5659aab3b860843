// Takes the text of an answer or a summary apart again: headings, lists, running text. The text is the
// server's own composition; what it says and in which order is not for the page to decide.

const MODALITY = {
  expected: "Expected",
  conditional: "Conditional",
  alleged: "Alleged",
  denied: "Denied or not so",
  opinion: "Opinion",
};

/** The label of a statement that its source does not plainly state; "" for what is confirmed. */
export function modalityLabel(statement) {
  return MODALITY[statement.modality] ?? "";
}

/** The text in parts, [{heading, lines}]: each line {text, listed, statement}; `statement` is the index of the
 * statement that it holds, -1 where it is none or holds several. The lines about disagreements, which end the
 * text, are left out: they have a box of their own. */
export function partsOf(text, statements, conflicts) {
  const lines = withoutClosing(text.split("\n"), conflicts.length);
  const free = new Set(statements.keys());
  const parts = [{ heading: "", lines: [] }];
  lines.forEach((line, number) => {
    if (!line.trim()) return;
    if (line.endsWith(":") && lines[number + 1]?.startsWith("- ")) {
      parts.push({ heading: line.slice(0, -1), lines: [] });
      return;
    }
    const listed = line.startsWith("- ");
    const told = listed ? line.slice(2) : line;
    const index = [...free].find((each) => holds(told, statements[each])) ?? -1;
    free.delete(index);
    parts.at(-1).lines.push({ text: told, listed, statement: index });
  });
  return parts.filter((part) => part.lines.length);
}

function withoutClosing(lines, conflicts) {
  const end = lines.length - conflicts;
  const closing = lines.slice(end);
  const known = closing.every((line) => /^(Later report|Sources disagree)\b/.test(line));
  return conflicts && known ? lines.slice(0, end) : lines;
}

/** The numbers of a statement's citations, each once. */
export function markersOf(statement) {
  return [...new Set(statement.citations.map((citation) => citation.marker))];
}

/** Whether a line is a statement: its words, with days put in brackets, and its markers. */
function holds(line, statement) {
  const markers = markersOf(statement).map((marker) => `[${marker}]`).join("");
  if (!line.endsWith(markers)) return false;
  const body = line.slice(0, -markers.length).trimEnd();
  const words = statement.text.trimEnd();
  let at = 0;
  let read = 0;
  while (read < body.length) {
    const added = /^ ?\[[^\]]*\]/.exec(body.slice(read))?.[0];
    if (added && !words.startsWith(added, at)) read += added.length;
    else if (body[read] === words[at]) {
      at += 1;
      read += 1;
    } else return false;
  }
  return at === words.length;
}

/** A line in pieces: {words}, {added} (words in brackets that the source does not have there), or {marker}. */
export function piecesOf(line, markers) {
  return line
    .split(/(\[[^[\]]*\])/)
    .filter((piece) => piece)
    .map((piece) => {
      const number = /^\[(\d+)\]$/.exec(piece);
      if (number && markers.has(Number(number[1]))) return { marker: Number(number[1]) };
      return piece.startsWith("[") && piece.endsWith("]") && !number ? { added: piece } : { words: piece };
    });
}
