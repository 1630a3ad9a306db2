"use strict";
// As people type: in small letters without marks, with the apostrophe that is on the keys.
const folded = (text) => text.toLowerCase().normalize("NFKD").replace(/\p{M}/gu, "").replaceAll("’", "'");
for (const tools of document.querySelectorAll(".tools")) {
  const table = document.getElementById(tools.dataset.for);
  const heads = [...table.tHead.rows[0].cells];
  const rows = [...table.tBodies[0].rows];
  const find = tools.querySelector("input");
  const choice = tools.querySelector("select");
  const said = tools.querySelector("[role=status]");
  const texts = rows.map((row) => folded(row.textContent));
  const words = new Intl.Collator("en", { numeric: true, sensitivity: "base" });
  let by = 0, down = false;

  const value = (row) => row.cells[by].dataset.v ?? row.cells[by].textContent.trim();
  const sort = (column, descending) => {
    by = column;
    down = descending;
    const numbers = heads[by].classList.contains("n");
    const keyed = rows.map((row) => [numbers ? parseFloat(value(row)) : value(row), row]);
    keyed.sort(([a], [b]) => {
      if (numbers && (isNaN(a) || isNaN(b))) return isNaN(a) - isNaN(b); // no number comes last either way
      if (!numbers && (!a || !b)) return !a - !b;
      return (numbers ? a - b : words.compare(a, b)) * (down ? -1 : 1);
    });
    table.tBodies[0].append(...keyed.map(([, row]) => row));
    heads.forEach((head, i) => head.setAttribute("aria-sort", i !== by ? "none" : down ? "descending" : "ascending"));
    choice.value = `${by} ${down}`;
  };
  const show = () => {
    const asked = folded(find.value).split(/\s+/).filter(Boolean);
    let shown = 0;
    rows.forEach((row, i) => {
      row.hidden = !asked.every((word) => texts[i].includes(word));
      shown += !row.hidden;
    });
    said.textContent = `${shown} of ${rows.length} ${said.dataset.what}`;
  };

  heads.forEach((head, i) => {
    const name = head.textContent;
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => sort(i, by === i && !down));
    for (const descending of [false, true]) {
      const number = head.classList.contains("n");
      const way = descending ? (number ? "most first" : "Z to A") : number ? "least first" : "A to Z";
      choice.append(new Option(`${name}, ${way}`, `${i} ${descending}`));
    }
  });
  choice.addEventListener("change", () => sort(+choice.value.split(" ")[0], choice.value.endsWith("true")));
  find.addEventListener("input", show);
  heads[0].setAttribute("aria-sort", "ascending");
  tools.hidden = false;
  show();
}
