// Title, search, the legend that is also the filter, notes, and the table twin of the parcels in view.
P.Panel = class {
  words = { inView: "视野内宗地", unit: "宗", most: "列最严重的" };

  constructor(data, actions) {
    this.data = data;
    this.actions = actions;
    this.boxes = [];
    document.body.prepend(this.build());
    document.body.append(this.buildTable());
    if (window.innerWidth < Y.NARROW) this.fold();
  }

  build() {
    const { data } = this;
    this.status = Y.el("p", { id: "status", role: "status" });
    this.chosen = Y.el("section", { id: "chosen", "aria-hidden": "true" });
    this.body = Y.el("div", { id: "panel-body" },
      Y.searchBox({
        placeholder: "编号、用地单位、开发区", label: "检索宗地和开发区", wait: 200, most: 24,
        search: (text) => this.actions.search(text), choose: (hit) => this.actions.fly(hit),
      }),
      this.legend(data.classes),
      data.zones.length > 0 && Y.el("p", { class: "hint far" }, data.marked),
      Y.el("p", { class: "buttons" },
        Y.el("button", { id: "table-open", type: "button", on: { click: () => this.showTable(true) } }, "视野内宗地列表"),
        Y.el("button", { id: "home", type: "button", on: { click: () => this.actions.home() } }, "全省")),
      Y.el("p", { class: "hint keys" }, "键盘：Tab 到地图，方向键移动，+ − 缩放，回车看十字处的宗地。"),
      ...data.notes.map((note) => Y.el("p", { class: "note" }, note)));
    this.foldButton = Y.el("button", {
      id: "fold", type: "button", "aria-controls": "panel-body", "aria-expanded": "true", title: "收起图例", on: { click: () => this.fold() },
    }, "图例");
    const panel = Y.el("aside", { id: "panel", "aria-label": "图例与检索" },
      Y.el("header", {}, Y.el("h1", {}, data.title), this.foldButton),
      Y.el("p", { class: "subtitle" }, data.subtitle), this.status, this.body, this.chosen);
    L.DomEvent.disableClickPropagation(panel);
    L.DomEvent.disableScrollPropagation(panel);
    return panel;
  }

  fold() {
    const open = this.foldButton.getAttribute("aria-expanded") !== "true";
    this.foldButton.setAttribute("aria-expanded", String(open));
    this.body.hidden = !open;
  }

  tell(text, failed) {
    this.status.textContent = text;
    this.status.classList.toggle("failed", Boolean(failed));
    if (failed) this.status.setAttribute("role", "alert");
  }

  legend(classes) {
    const rows = classes.map((each, k) => {
      const box = Y.el("input", { type: "checkbox", checked: true, "data-class": each.key });
      box.addEventListener("change", () => this.actions.show([[k, box.checked]]));
      this.boxes.push(box);
      return Y.el("label", { class: "entry" }, box, P.swatch(each), Y.el("span", { class: "told" }, each.label),
        Y.el("span", { class: "count" }, each.number), Y.el("span", { class: "area" }, each.area));
    });
    const all = Y.el("button", { type: "button", class: "all", on: { click: () => this.setAll(this.boxes.some((box) => !box.checked)) } }, "全选／全不选");
    return Y.el("fieldset", { "data-kind": "parcels" }, Y.el("legend", {}, "判定", all),
      Y.el("div", { class: "entry heads", "aria-hidden": "true" }, Y.el("span", { class: "told" }), Y.el("span", { class: "count" }, "宗"), Y.el("span", { class: "area" }, "公顷")),
      ...rows);
  }

  setAll(on) {
    for (const box of this.boxes) box.checked = on;
    this.actions.show(this.boxes.map((_, k) => [k, on]));
  }

  buildTable() {
    this.rows = Y.el("tbody", {});
    this.count = Y.el("span", { role: "status" });
    const listed = this.data.columns.filter((spec) => spec.listed);
    this.table = Y.el("section", { id: "table", hidden: true, role: "dialog", "aria-modal": "false", "aria-labelledby": "table-title", tabindex: "-1" },
      Y.el("header", {}, Y.el("h2", { id: "table-title" }, `${this.words.inView} `, this.count),
        Y.el("button", { type: "button", on: { click: () => this.showTable(false) } }, "关闭")),
      Y.el("div", { class: "scroll" }, Y.el("table", {}, Y.el("thead", {}, Y.el("tr", {}, ...listed.map((spec) => Y.el("th", { scope: "col" }, spec.label)))), this.rows)));
    this.table.addEventListener("keydown", (event) => { if (event.key === "Escape") this.showTable(false); });
    L.DomEvent.disableScrollPropagation(this.table);
    return this.table;
  }

  async showTable(open) {
    this.table.hidden = !open;
    if (!open) {
      document.getElementById("table-open").focus({ preventScroll: true });
      return;
    }
    this.table.focus();
    const { total, rows } = await this.actions.list();
    const { unit, most } = this.words;
    this.count.textContent = rows.length < total ? `（共 ${total.toLocaleString("zh-CN")} ${unit}，${most} ${rows.length} ${unit}）` : `（${total} ${unit}）`;
    this.rows.replaceChildren(...rows.map(({ i, parcelClass, cells }) => Y.el("tr", {}, ...cells.map((cell, k) => (k === 0
      ? Y.el("th", { scope: "row" }, P.swatch(parcelClass), Y.el("button", { type: "button", on: { click: () => { this.showTable(false); this.actions.fly({ i }); } } }, cell))
      : Y.el("td", {}, cell || "—"))))));
  }
};

P.swatch = function (parcelClass) {
  const swatch = Y.el("span", { class: "swatch parcel" + (parcelClass.hatched ? " hatched" : ""), "aria-hidden": "true" }, Y.el("b", {}, parcelClass.character));
  swatch.style.setProperty("--colour", parcelClass.colour);
  swatch.style.setProperty("--on", parcelClass.hatched ? "#111111" : parcelClass.ink);
  return swatch;
};
