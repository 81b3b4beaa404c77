// Tables that sort by a column: the figures' data table and every table of a report.
Y.NOTHING = new Set(["", "—"]);

// The number that a cell begins with: "1,234.5", "−3", "12.3%", "2–5" (by its first); NaN where there is none.
Y.numberOf = function (text) {
  const found = /[-−]?\d[\d,]*(?:\.\d+)?(?:e[+-]?\d+)?/i.exec(text);
  return found ? Number(found[0].replace("−", "-").replaceAll(",", "")) : NaN;
};

// Turn a header's order, up at first and then down, and take the mark from the others.
Y.turnOrder = function (heads, column) {
  const up = heads[column].getAttribute("aria-sort") !== "ascending";
  heads.forEach((head, k) => head.setAttribute("aria-sort", k !== column ? "none" : up ? "ascending" : "descending"));
  return up;
};

// Places of texts in order. What has no value stands last both ways; what is alike stays as it was.
Y.sortPlaces = function (texts, up, { numeric = false, lang = "zh" } = {}) {
  const words = new Intl.Collator(lang === "en" ? "en" : "zh-CN-u-co-pinyin", { numeric: true });
  const numbers = numeric && texts.map(Y.numberOf);
  const empty = texts.map((text, k) => (numbers ? Number.isNaN(numbers[k]) : Y.NOTHING.has(text)));
  const compare = (a, b) => (numbers ? numbers[a] - numbers[b] : words.compare(texts[a], texts[b]));
  return texts.map((_, k) => k).sort((a, b) => empty[a] - empty[b] || (empty[a] ? 0 : (up ? 1 : -1) * compare(a, b)));
};
