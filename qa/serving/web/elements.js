// Elements of the page. Text comes in as text nodes and nowhere as markup: articles and models are not trusted.

/** An element: `attributes` are set as such ("class", "id", "hidden": true), functions as listeners ("click");
 * `children` are nodes or strings, null and "" left out. */
export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") element.addEventListener(name, value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) element.setAttribute(name, value);
  }
  element.append(...children.flat(Infinity).filter((child) => child !== null && child !== ""));
  return element;
}

/** A button that sends no form. */
export function button(label, pressed, attributes = {}) {
  return make("button", { type: "button", click: pressed, ...attributes }, label);
}

/** The element with an id; the page has it. */
export function at(id) {
  return document.getElementById(id);
}

/** A link to an article's own address, or null where that is no web address: "javascript:" is one too. */
export function outward(address, label) {
  let url;
  try {
    url = new URL(address);
  } catch {
    return null;
  }
  if (url.protocol !== "https:" && url.protocol !== "http:") return null;
  return make("a", { href: url.href, target: "_blank", rel: "noopener noreferrer" }, label);
}
