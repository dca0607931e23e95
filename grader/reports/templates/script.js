"use strict";
// Ties each criterion to its passages: pointing or moving the focus marks both, a click keeps them marked.
(() => {
  const numbers = (target) => {
    const found = new Set();
    for (let at = target.closest("[data-c]"); at; at = at.parentElement.closest("[data-c]")) found.add(at.dataset.c);
    return found;
  };
  const paint = (section, found, name) => {
    for (const part of section.querySelectorAll("mark, tr.line"))
      part.classList.toggle(name, found.has(part.dataset.c));
  };
  for (const section of document.querySelectorAll(".submission")) {
    const show = (event) => paint(section, numbers(event.target), "on");
    const clear = () => paint(section, new Set(), "on");
    section.addEventListener("mouseover", show);
    section.addEventListener("focusin", show);
    section.addEventListener("mouseleave", clear);
    section.addEventListener("focusout", clear);
    section.addEventListener("click", (event) => paint(section, numbers(event.target), "kept"));
  }
})();
