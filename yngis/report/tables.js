// Tables of a report sort by any column and are filtered by words; without this script they stand as written.
Y.FILTERED = 12; // rows from which a table has a box to filter by

Y.sortReportTable = function (table) {
  const body = table.tBodies[0];
  const heads = [...table.tHead.rows[0].cells];
  const rows = [...body.rows].filter((row) => !row.classList.contains("total"));
  const totals = [...body.rows].filter((row) => row.classList.contains("total"));
  const written = rows.map((row) => [...row.cells].map((cell) => cell.textContent.trim()));
  heads.forEach((head, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    head.append(button);
    head.setAttribute("aria-sort", "none");
    button.addEventListener("click", () => {
      const up = Y.turnOrder(heads, column);
      const texts = written.map((cells) => cells[column]);
      const places = Y.sortPlaces(texts, up, { numeric: head.classList.contains("n") });
      body.append(...places.map((place) => rows[place]), ...totals);
    });
  });
  return { rows, totals, written };
};

Y.filterReportTable = function (scroll, { rows, totals, written }) {
  const words = written.map((cells) => cells.join(" ").toLowerCase());
  const box = document.createElement("input");
  box.type = "search";
  box.placeholder = "筛选 / filter";
  box.setAttribute("aria-label", `筛选：${scroll.getAttribute("aria-label")}`);
  const count = document.createElement("span");
  count.setAttribute("role", "status");
  const line = document.createElement("p");
  line.className = "filter";
  line.append(box, count);
  scroll.before(line);
  box.addEventListener("input", () => {
    const wanted = box.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    rows.forEach((row, place) => {
      row.hidden = !wanted.every((word) => words[place].includes(word));
      shown += !row.hidden;
    });
    // The sum of all says nothing of some.
    totals.forEach((row) => { row.hidden = wanted.length > 0; });
    count.textContent = wanted.length ? `${shown} / ${rows.length} 行` : "";
  });
};

for (const scroll of document.querySelectorAll(".scroll")) {
  const table = scroll.querySelector("table");
  if (!table || !table.tHead || table.querySelector("td[colspan]") || table.tBodies[0].rows.length < 2) continue;
  const sorted = Y.sortReportTable(table);
  if (sorted.rows.length >= Y.FILTERED) Y.filterReportTable(scroll, sorted);
}
