// What goes to the server and comes back: JSON, server-sent events, problems (RFC 9457).

const KEY = "qa-key";

/** Something went wrong; `status` is HTTP's, 0 where the server was not reached. */
export class Problem extends Error {
  constructor({ status = 0, title = "", detail = "", hint = "", wait = null }) {
    super(detail || title);
    Object.assign(this, { status, title, detail, hint, wait });
  }
}

/** The server's key while this tab is open; null when there is none. */
export const key = {
  get: () => sessionStorage.getItem(KEY),
  set: (text) => sessionStorage.setItem(KEY, text),
  forget: () => sessionStorage.removeItem(KEY),
};

async function reached(path, options) {
  const headers = { ...options.headers };
  if (key.get()) headers.Authorization = `Bearer ${key.get()}`;
  let response;
  try {
    response = await fetch(path, { ...options, headers, credentials: "omit", redirect: "error" });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw unreachable();
  }
  if (!response.ok) throw await problemOf(response);
  return response;
}

function unreachable() {
  return new Problem({
    title: "The server cannot be reached",
    detail: "nothing answers at its address",
    hint: "See that qa serve is running and that you are connected, then try again.",
  });
}

async function problemOf(response) {
  const wait = Number.parseInt(response.headers.get("Retry-After") ?? "", 10);
  let told = {};
  try {
    told = await response.json();
  } catch {
    // Not ours: a proxy's page, say. Its status has to do.
  }
  return new Problem({
    title: text(told.title) || response.statusText,
    detail: text(told.detail),
    hint: text(told.hint),
    status: response.status,
    wait: Number.isNaN(wait) ? null : wait,
  });
}

const text = (value) => (typeof value === "string" ? value : "");

/** The JSON at a path. Throws Problem. */
export async function fetched(path, signal) {
  const response = await reached(path, { signal, headers: { Accept: "application/json" } });
  try {
    return await response.json();
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw unreachable();
  }
}

/** The events that the server sends for `body`, as [name, value]. Throws Problem, also for an event "error",
 * and where the stream ends before its last event. */
export async function* streamed(path, body, signal) {
  const response = await reached(path, {
    method: "POST",
    signal,
    headers: { "Content-Type": "application/json", Accept: "text/event-stream" },
    body: JSON.stringify(body),
  });
  let last = "";
  for await (const [name, data] of events(response.body)) {
    const value = JSON.parse(data);
    if (name === "error") throw new Problem(value);
    last = name;
    yield [name, value];
  }
  if (last !== "answer" && last !== "summary") throw broken();
}

function broken() {
  return new Problem({
    title: "The answer broke off",
    detail: "the connection ended before the answer did",
    hint: "Try again.",
  });
}

// https://html.spec.whatwg.org/multipage/server-sent-events.html; EventSource can only GET.
async function* events(body) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let waiting = "";
  try {
    for (;;) {
      const { value, done } = await read(reader);
      if (done) return;
      waiting += value;
      const blocks = waiting.split(/\r?\n\r?\n/);
      waiting = blocks.pop();
      for (const block of blocks) {
        const event = parsed(block);
        if (event) yield event;
      }
    }
  } finally {
    reader.cancel().catch(() => {});
  }
}

async function read(reader) {
  try {
    return await reader.read();
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw broken();
  }
}

function parsed(block) {
  let name = "message";
  const data = [];
  for (const line of block.split(/\r?\n/)) {
    const [, field, value] = /^([^:]*):? ?(.*)$/.exec(line);
    if (field === "event") name = value;
    else if (field === "data") data.push(value);
  }
  return data.length ? [name, data.join("\n")] : null; // a comment says that the server is still there
}
