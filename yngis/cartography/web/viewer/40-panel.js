Y.LINK_WIDTHS = [1.2, 2.2, 3.5, 5]; // px, by class
Y.group = (data, kind) => data.groups.find((group) => group.kind === kind) || { kind, title: "", entries: [] };

Y.chip = function (entry) {
  const chip = Y.el("span", { class: "chip" }, entry.character);
  chip.style.background = entry.colour;
  chip.style.color = entry.ink;
  return chip;
};

Y.download = function (name, content, type) {
  const blob = content instanceof Blob ? content : new Blob([content], { type });
  const link = Y.el("a", { href: URL.createObjectURL(blob), download: name.replace(/[\\/:*?"<>|]/g, "_") });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
};

// Title, search, the legend that is also the filter, notes and the table twin of the map.
Y.Panel = class {
  constructor(data, state, actions) {
    this.data = data;
    this.state = state;
    this.actions = actions;
    this.entries = new Map();
    for (const entry of Y.group(data, "sector").entries) this.entries.set(entry.key, entry);
    document.body.prepend(this.build()); // first in reading order, before 62 markers
    document.body.append(this.buildTable());
  }

  build() {
    const data = this.data;
    const nav = data.nav && Y.el("nav", { "aria-label": "图册" },
      data.nav.previous && Y.el("a", { href: Y.inLanguage(data.nav.previous.file), title: data.nav.previous.title }, "‹ 上一图"),
      Y.el("a", { href: Y.lang === "en" ? `${data.nav.index}#en` : data.nav.index }, "目录"),
      data.nav.next && Y.el("a", { href: Y.inLanguage(data.nav.next.file), title: data.nav.next.title }, "下一图 ›"));
    this.body = Y.el("div", { id: "panel-body" },
      this.buildSearch(),
      ...data.groups.filter((group) => group.entries.length).map((group) => this.buildGroup(group)),
      data.ports.length > 0 && Y.el("p", { class: "key" }, Y.portGlyph(), Y.say("口岸（{0}）", data.ports.length)),
      Y.amountKeys(data.amounts),
      Y.underKeys(data),
      data.has_focus && Y.el("p", { class: "hint" }, "州（市）名下的字为专栏所列重点产业，点击可看全部。"),
      data.prefectures.some((item) => item.named) && Y.el("p", { class: "key" },
        Y.el("b", { class: "named-key" }, "州市名"), "下划线：本图文字点名布局的州（市）"),
      Y.el("div", { class: "tools" },
        data.marks.length > 0 && Y.el("button", { id: "table-open", type: "button", on: { click: () => this.showTable(true) } }, "数据表（读屏可用）"),
        Y.el("button", { id: "picture", type: "button", on: { click: () => this.actions.picture() } }, "存图 PNG"),
        Object.keys(data.english).length > 0 && Y.el("button", { id: "language", type: "button", lang: Y.lang === "en" ? "zh-CN" : "en", on: { click: () => this.actions.language() } }, Y.lang === "en" ? "中文" : "English")),
      ...(Y.lang === "en" ? data.not_english : []).map((note) => Y.el("p", { class: "note" }, note)),
      ...data.notes.map((note) => Y.el("p", { class: "note" }, note)),
      ...data.credits.map((credit) => Y.el("p", { class: "credit" }, credit)));
    const fold = Y.el("button", {
      id: "fold", type: "button", "aria-controls": "panel-body", "aria-expanded": "true", title: "收起图例",
      on: { click: () => this.fold() },
    }, "图例");
    this.foldButton = fold;
    const panel = Y.el("aside", { id: "panel", "aria-label": "图例与检索" },
      Y.el("header", {}, Y.el("h1", {}, Y.el("span", { class: "number" }, data.number ? Y.say("图{0}", data.number) : ""), " ", data.title), fold), nav, this.body);
    L.DomEvent.disableClickPropagation(panel);
    L.DomEvent.disableScrollPropagation(panel);
    if (data.folded || window.innerWidth < Y.NARROW) this.fold();
    if (data.folded) panel.classList.add("foldable");
    return panel;
  }

  fold(open = this.foldButton.getAttribute("aria-expanded") !== "true") {
    this.foldButton.setAttribute("aria-expanded", String(open));
    this.body.hidden = !open;
  }

  buildGroup(group) {
    const off = this.state.off[group.kind];
    const boxes = [];
    const line = (key, swatch, label, count) => {
      const box = Y.el("input", { type: "checkbox", checked: true, "data-kind": group.kind, "data-key": key });
      box.addEventListener("change", () => {
        if (box.checked) off.delete(key); else off.add(key);
        this.actions.filter();
      });
      boxes.push(box);
      return Y.el("label", { class: "entry" }, box, swatch, Y.el("span", {}, label), count >= 0 && Y.el("span", { class: "count" }, Y.say("（{0}）", count)));
    };
    if (group.kind === "focus") {
      return Y.el("fieldset", { "data-kind": group.kind }, Y.el("legend", {}, group.title),
        ...group.entries.map((entry) => Y.el("span", { class: "entry" }, Y.chip(entry), Y.el("span", {}, entry.label), Y.el("span", { class: "count" }, Y.say("（{0}）", entry.count)))));
    }
    const lines = group.entries.map((entry) => line(entry.key, this.swatch(group.kind, entry), entry.label, entry.count));
    if (group.kind === "sector" && this.data.others) {
      lines.push(line("", Y.el("span", { class: "swatch" }, Y.glyph([], Y.OTHER_RADIUS, false)), Y.say("{0}（{1}）", ...this.data.others_told.map((text) => Y.say(text))), this.data.others));
    }
    const cells = group.axes ? group.axes[0].labels.length * group.axes[1].labels.length : 0;
    const grid = cells > 0 && this.buildGrid(group, lines.splice(0, cells));
    const all = group.kind === "sector" && group.entries.length > 1 && Y.el("button", {
      type: "button", class: "all",
      on: {
        click: () => {
          const show = boxes.some((box) => !box.checked);
          for (const box of boxes) {
            box.checked = show;
            if (show) off.delete(box.dataset.key); else off.add(box.dataset.key);
          }
          this.actions.filter();
        },
      },
    }, "全选／全不选");
    return Y.el("fieldset", { "data-kind": group.kind }, Y.el("legend", {}, group.title, all), grid, ...lines);
  }

  // Two values: a cell for each pair of classes, the lowest row at the bottom; each cell is a filter.
  buildGrid(group, lines) {
    const [across, up] = group.axes;
    const wide = across.labels.length;
    const rows = [];
    for (let row = up.labels.length - 1; row >= 0; row -= 1) {
      rows.push(Y.el("span", { class: "rank" }, up.labels[row].slice(0, 1)));
      for (let column = 0; column < wide; column += 1) {
        const entry = group.entries[row * wide + column];
        const line = lines[row * wide + column];
        const cell = Y.el("label", { class: "cell", title: entry.label }, line.querySelector("input"), Y.el("span", { class: "count" }, String(entry.count)));
        cell.querySelector("input").setAttribute("aria-label", `${entry.label}（${entry.count}）`);
        cell.style.background = entry.colour;
        cell.style.color = entry.ink;
        rows.push(cell);
      }
    }
    rows.push(Y.el("span", {}), ...across.labels.map((label) => Y.el("span", { class: "rank" }, label.slice(0, 1))));
    const grid = Y.el("div", { class: "grid" }, ...rows);
    grid.style.gridTemplateColumns = `16px repeat(${wide}, 58px)`;
    return Y.el("div", { class: "both" }, grid,
      ...[["横", across], ["纵", up]].map(([way, axis]) => Y.el("p", { class: "axis" }, `${way}：${axis.title}　${axis.labels.join("，")}`)));
  }

  swatch(kind, entry) {
    if (kind === "sector") return Y.el("span", { class: "swatch" }, Y.glyph([entry], 10, false));
    if (kind === "level") return Y.el("span", { class: "swatch" }, Y.glyph([{ colour: "#C9C6BF", ink: "#111", character: "" }], 7.5, entry.key === "国家级"));
    if (kind === "link") {
      const place = Y.group(this.data, "link").entries.indexOf(entry);
      const line = Y.el("span", { class: "swatch line" });
      line.style.borderTop = `${Y.LINK_WIDTHS[place]}px solid ${this.data.style.link}`;
      return line;
    }
    const box = Y.el("span", { class: this.data.dotted ? "swatch dot" : "swatch area" });
    box.style.background = entry.colour;
    return box;
  }

  buildSearch() {
    return Y.searchBox({
      placeholder: "检索：名称、别名或拼音首字母", label: "检索开发区、州市、县、产业、口岸",
      search: (text) => this.actions.search(text),
      choose: (hit) => { if (window.innerWidth < Y.NARROW) this.fold(false); this.actions.fly(hit); },
    });
  }

  buildTable() {
    const data = this.data;
    const sectors = Y.group(data, "sector");
    const noted = data.marks.some((mark) => mark.note); // of a user's own polygons
    const titles = ["开发区", "级别", "类型", "布局", "州（市）", "县（市、区）", sectors.title, ...(noted ? ["提示"] : [])];
    this.rows = new Map();
    this.cells = new Map(data.marks.map((mark) => [mark.name, [mark.name, mark.level, mark.category, mark.region, mark.prefecture, mark.county,
      mark.sectors.map((sector) => this.words(sector)).join(Y.say("；")), ...(noted ? [mark.note] : [])].map((text) => Y.say(text))]));
    this.tableBody = Y.el("tbody", {}, ...data.marks.map((mark) => {
      const [name, ...more] = this.cells.get(mark.name);
      const go = Y.el("button", { type: "button", on: { click: () => { this.showTable(false); this.actions.fly({ kind: "zone", name: mark.name }); } } }, name);
      const row = Y.el("tr", {}, Y.el("th", { scope: "row" }, go), ...more.map((text, k) => Y.el("td", { class: k > 5 && "told" }, text || "—")));
      this.rows.set(mark.name, row);
      return row;
    }));
    this.heads = titles.map((title, k) => Y.el("th", { scope: "col", "aria-sort": "none" },
      Y.el("button", { type: "button", on: { click: () => this.sortRows(k) } }, title)));
    this.count = Y.el("span", { role: "status" });
    const title = `${data.number ? `${Y.say("图{0}", data.number)} ` : ""}${Y.say(data.title)}`;
    this.table = Y.el("section", { id: "table", hidden: true, role: "dialog", "aria-modal": "false", "aria-labelledby": "table-title", tabindex: "-1" },
      Y.el("header", {}, Y.el("h2", { id: "table-title" }, Y.say("{0}：数据表 ", title), this.count),
        Y.el("span", { class: "tools" }, Y.el("button", { id: "csv", type: "button", on: { click: () => Y.download(`${title}.csv`, this.csv(), "text/csv") } }, "下载 CSV"),
          Y.el("button", { type: "button", on: { click: () => this.showTable(false) } }, "关闭"))),
      Y.el("div", { class: "scroll" }, Y.el("table", {}, Y.el("thead", {}, Y.el("tr", {}, ...this.heads)), this.tableBody)));
    this.table.addEventListener("keydown", (event) => { if (event.key === "Escape") this.showTable(false); });
    return this.table;
  }

  // By one column, up and then down; rows alike stay as they were.
  sortRows(column) {
    const up = Y.turnOrder(this.heads, column);
    const names = Array.from(this.rows.keys());
    const texts = names.map((name) => this.cells.get(name)[column] || "");
    const places = Y.sortPlaces(texts, up, { lang: Y.lang });
    this.rows = new Map(places.map((place) => [names[place], this.rows.get(names[place])]));
    this.tableBody.append(...this.rows.values());
  }

  // The rows as they stand, for Excel; a text that a spreadsheet would take for a formula is made one no more.
  csv() {
    const cell = (text) => `"${(/^[=+\-@\t\r]/.test(text) ? `'${text}` : text).replace(/"/g, '""')}"`;
    const shown = Array.from(this.rows).filter(([, row]) => !row.hidden).map(([name]) => this.cells.get(name));
    const heads = this.heads.map((head) => head.textContent);
    return `\ufeff${[heads, ...shown].map((row) => row.map(cell).join(",")).join("\r\n")}\r\n`;
  }

  // "绿色硅（上游硅材料）", with the plan's words where it gives any.
  words(sector) {
    const entry = this.entries.get(sector.key);
    const roles = sector.roles.map(([role]) => role).filter(Boolean);
    if (!roles.length) return Y.say(entry.label);
    return Y.say("{0}（{1}）", Y.say(entry.label), Array.from(new Set(roles)).map((role) => Y.say(role)).join(Y.say("；")));
  }

  showTable(open) {
    this.table.hidden = !open;
    if (open) this.table.focus();
    else document.getElementById("table-open").focus({ preventScroll: true });
  }

  // Show the rows of the zones that the map shows.
  filterRows(shown) {
    for (const [name, row] of this.rows) row.hidden = !shown.has(name);
    this.count.textContent = Y.say("（{0} 个开发区）", shown.size);
  }
};
