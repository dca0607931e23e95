"use strict";
// Sorts the table by a header and filters its rows; without it the table is complete and in its given order.
(() => {
  const table = document.getElementById("comparison");
  const body = table.tBodies[0];
  const rows = [...body.rows];
  const heads = [...table.tHead.rows[0].cells];
  const key = (row, column) => row.cells[column].dataset.key;
  const compare = (a, b, numeric) => numeric ? Number(a) - Number(b) : a.localeCompare(b, "en", { numeric: true });
  const sort = (column) => {
    const head = heads[column];
    const turn = head.getAttribute("aria-sort") === "ascending" ? -1 : 1;
    heads.forEach((other) => other.setAttribute("aria-sort", "none"));
    head.setAttribute("aria-sort", turn === 1 ? "ascending" : "descending");
    const sorted = [...rows].sort((one, two) => {
      const [a, b] = [key(one, column), key(two, column)];
      if (a === "" || b === "") return (a === "") - (b === "");
      return turn * compare(a, b, head.dataset.sort === "number");
    });
    body.append(...sorted);
  };
  heads.forEach((head, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = head.textContent;
    button.addEventListener("click", () => sort(column));
    head.replaceChildren(button);
    head.setAttribute("aria-sort", "none");
  });
  const form = document.getElementById("filters");
  const search = document.getElementById("search");
  const outcome = document.getElementById("outcome");
  const shown = document.getElementById("shown");
  const filter = () => {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    const gates = [...form.querySelectorAll(".gate:checked")].map((box) => ` ${box.value} `);
    const any = form.querySelector(".any:checked") !== null;
    for (const row of rows) {
      const text = row.textContent.toLowerCase();
      row.hidden = !words.every((word) => text.includes(word))
        || (outcome.value !== "" && row.dataset.outcome !== outcome.value)
        || (any && row.dataset.failed !== "")
        || gates.some((gate) => row.dataset.failed.includes(gate));
    }
    const count = rows.filter((row) => !row.hidden).length;
    shown.textContent = `${count} of ${rows.length} shown`;
  };
  form.addEventListener("input", filter);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.hidden = false;
  filter();
})();
