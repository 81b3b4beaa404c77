// Title, legend with filters and areas, search, notes.
P.Panel = class {
  constructor(data, act) {
    this.act = act;
    const panel = Y.el("section", { id: "panel", "aria-label": "图例与查询" });
    const fold = Y.el("button", { id: "fold", type: "button", "aria-expanded": "true" }, "收起");
    this.body = Y.el("div", { id: "panel-body" }, this.search(), this.legend(data.classes), this.notes(data.notes));
    fold.addEventListener("click", () => {
      this.body.hidden = !this.body.hidden;
      fold.textContent = this.body.hidden ? "展开" : "收起";
      fold.setAttribute("aria-expanded", String(!this.body.hidden));
    });
    panel.append(Y.el("header", {}, Y.el("h1", {}, data.title), fold), Y.el("p", { class: "subtitle" }, data.subtitle), this.body);
    L.DomEvent.disableClickPropagation(panel);
    L.DomEvent.disableScrollPropagation(panel);
    document.body.append(panel);
  }

  legend(classes) {
    const rows = classes.map((each, k) => {
      const box = Y.el("input", { type: "checkbox", checked: true, "data-class": each.key });
      box.addEventListener("change", () => this.act.show(k, box.checked));
      const swatch = Y.el("span", { class: "swatch" });
      swatch.style.background = each.colour;
      return Y.el("label", { class: "entry" }, box, swatch, Y.el("span", {}, each.label),
        Y.el("span", { class: "count" }, each.told));
    });
    return Y.el("fieldset", {}, Y.el("legend", {}, "判定（勾选显示）"), ...rows);
  }

  search() {
    const input = Y.el("input", { id: "search", type: "search", placeholder: "合同编号、宗地编号、用地单位、开发区", "aria-label": "查找宗地", autocomplete: "off" });
    const list = Y.el("ul", { id: "found", hidden: true });
    let waiting = 0;
    input.addEventListener("input", () => {
      clearTimeout(waiting);
      waiting = setTimeout(async () => {
        const text = input.value.trim();
        list.replaceChildren();
        list.hidden = text === "";
        if (text === "") return;
        const found = await this.act.search(text);
        if (input.value.trim() !== text) return;
        const items = found.map(([i, told]) => {
          const button = Y.el("button", { type: "button" }, told);
          button.addEventListener("click", () => { list.hidden = true; this.act.fly(i); });
          return Y.el("li", {}, button);
        });
        list.replaceChildren(...(items.length ? items : [Y.el("li", { class: "none" }, "没有找到")]));
      }, 250);
    });
    return Y.el("div", { id: "search-box" }, input, list);
  }

  notes(notes) {
    return Y.el("div", { class: "notes" }, ...notes.map((note) => Y.el("p", {}, note)));
  }
};
