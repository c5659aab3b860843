"use strict";
const form = document.querySelector("form");
const cases = [...document.querySelectorAll("details.case")];
const { status: byStatus, fault: byFault, text: byText } = form.elements;
const total = form.querySelector("output");

function filter() {
  const words = byText.value.toLowerCase().split(/\s+/).filter(Boolean);
  let shown = 0;
  for (const item of cases) {
    const fits = (!byStatus.value || item.dataset.status.split(" ").includes(byStatus.value))
      && (!byFault.value || item.dataset.faults.split(" ").includes(byFault.value))
      && words.every((word) => item.textContent.toLowerCase().includes(word));
    item.hidden = !fits;
    shown += fits;
  }
  total.value = `${shown} of ${cases.length} shown`;
}

function reveal() {
  const item = cases.find((one) => one.id === decodeURIComponent(location.hash.slice(1)));
  if (item) { item.hidden = false; item.open = true; item.scrollIntoView(); }
}

form.hidden = false;
form.addEventListener("input", filter);
form.addEventListener("submit", (event) => event.preventDefault());
form.elements.unfold.addEventListener("click", () => {
  const some = cases.some((item) => !item.hidden && !item.open);
  for (const item of cases) if (!item.hidden) item.open = some;
});
addEventListener("hashchange", reveal);
addEventListener("beforeprint", () => { for (const item of cases) item.open = true; });
filter();
reveal();
