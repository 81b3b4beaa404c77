// Title, search, legend and notes of a map of any frame.
E.Panel = class extends P.Panel {
  words = { inView: "视野内 / in view", unit: "项", most: "列前" };

  build() {
    const { data } = this;
    this.status = Y.el("p", { id: "status", role: "status" });
    this.chosen = Y.el("section", { id: "chosen", "aria-hidden": "true" });
    this.picked = Y.el("p", { id: "picked", role: "status" });
    const listed = data.columns.length > 0;
    this.body = Y.el("div", { id: "panel-body" },
      data.columns.some((spec) => spec.search) && Y.searchBox({
        placeholder: "检索 / search", label: "检索各列文字 / search the texts of all columns", wait: 200, most: 24,
        search: (text) => this.actions.search(text), choose: (hit) => this.actions.fly(hit),
      }),
      data.legend !== null && (data.ends ? this.ramp() : this.legend(data.classes)),
      Y.el("p", { class: "buttons" },
        listed && Y.el("button", { id: "table-open", type: "button", on: { click: () => this.showTable(true) } }, "列表 / list"),
        Y.el("button", { id: "home", type: "button", on: { click: () => this.actions.home() } }, "全图 / all"),
        data.selectable && Y.el("button", { id: "boxing", type: "button", "aria-pressed": "false" }, "框选 / box"),
        data.selectable && Y.el("button", { id: "clear", type: "button" }, "清除 / clear")),
      data.selectable && this.picked,
      ...data.notes.map((note) => Y.el("p", { class: "note" }, note)));
    this.foldButton = Y.el("button", {
      id: "fold", type: "button", "aria-controls": "panel-body", "aria-expanded": "true", title: "图例 / legend", on: { click: () => this.fold() },
    }, "图例");
    const panel = Y.el("aside", { id: "panel", class: "explore", "aria-label": "图例与检索 / legend and search" },
      Y.el("header", {}, Y.el("h1", {}, data.title), this.foldButton), this.status, this.body, this.chosen);
    L.DomEvent.disableClickPropagation(panel);
    L.DomEvent.disableScrollPropagation(panel);
    return panel;
  }

  legend(classes) {
    const rows = [];
    classes.forEach((each, k) => {
      const box = Y.el("input", { type: "checkbox", checked: true, "data-class": each.key });
      box.addEventListener("change", () => this.actions.show([[k, box.checked]]));
      this.boxes.push(box);
      rows.push(Y.el("label", { class: "entry", hidden: each.number === "0" }, box, P.swatch(each), Y.el("span", { class: "told" }, each.label), Y.el("span", { class: "count" }, each.number)));
    });
    const all = Y.el("button", { type: "button", class: "all", on: { click: () => this.setAll(this.boxes.some((box) => !box.checked)) } }, "全选／全不选");
    return Y.el("fieldset", { "data-kind": "classes" }, Y.el("legend", {}, this.data.legend, classes.length > 2 && all), Y.el("div", { class: "entries" }, ...rows));
  }

  // Colours that run on from the least to the largest value.
  ramp() {
    const { classes, ends, legend, missing } = this.data;
    const run = missing ? classes.slice(0, -1) : classes;
    const bar = Y.el("div", { class: "bar" });
    bar.style.background = `linear-gradient(to right, ${run.map((each) => each.colour).join(", ")})`;
    const gone = missing && classes[classes.length - 1];
    return Y.el("fieldset", { "data-kind": "ramp" }, Y.el("legend", {}, legend), bar,
      Y.el("div", { class: "ends" }, Y.el("span", {}, ends[0]), Y.el("span", {}, ends[1])),
      gone && gone.number !== "0" && Y.el("div", { class: "entry" }, P.swatch(gone), Y.el("span", { class: "told" }, gone.label), Y.el("span", { class: "count" }, gone.number)));
  }
};
