// Title, layers that are also the legend, the network's thresholds, and the table twin of the network.
Y.ClusterPanel = class {
  constructor(data, state, actions) {
    this.data = data;
    this.state = state;
    this.actions = actions;
    document.body.prepend(this.build());
    document.body.append(this.buildTable());
    if (window.innerWidth < Y.NARROW) this.fold();
  }

  build() {
    const { data } = this;
    this.body = Y.el("div", { id: "panel-body" },
      data.networks.length > 0 && this.buildNetwork(),
      data.hulls && this.layer("hulls", `企业集群（${data.hulls.length}）`,
        Y.el("div", { class: "classes two" }, ...data.industries.map((item) => Y.el("span", { class: "key" }, this.box(item.colour, "hull"), `${item.key}（${item.count}）`))),
        Y.el("p", { class: "hint" }, "按主导产业着色；点击看面积与企业数。")),
      data.plants && this.layer("plants", `企业（${data.plants.reduce((sum, item) => sum + item.count, 0)}）`,
        Y.el("div", { class: "classes two" }, ...data.plants.map((item) => Y.el("span", { class: "key" }, this.box(item.colour, "plant"), `${item.key}（${item.count}）`)))),
      data.hot && this.layer("hot", `热点县（${data.hot.counties.length}）`, ...this.hotLegend()),
      data.surface && this.layer("surface", "企业核密度（家／百平方公里）", this.classes(data.surface),
        Y.el("p", { class: "hint" }, `高斯核，带宽 ${data.surface.bandwidth_km} 公里；低于 ${data.surface.classes[0][0]} 不着色。`)),
      Y.el("p", { class: "hint" }, `粗线为${data.scheme}分区界，细线为州（市）界。`),
      ...data.notes.map((note) => Y.el("p", { class: "note" }, note)),
      ...data.credits.map((credit) => Y.el("p", { class: "credit" }, credit)));
    this.foldButton = Y.el("button", {
      id: "fold", type: "button", "aria-controls": "panel-body", "aria-expanded": "true", title: "收起图例", on: { click: () => this.fold() },
    }, "图例");
    const panel = Y.el("aside", { id: "panel", "aria-label": "图例与图层" },
      Y.el("header", {}, Y.el("h1", {}, data.label && Y.el("span", { class: "made-up" }, data.label), data.title), this.foldButton),
      data.report && Y.el("nav", { "aria-label": "相关文件" }, Y.el("a", { href: data.report }, "分析报告")), this.body);
    L.DomEvent.disableClickPropagation(panel);
    L.DomEvent.disableScrollPropagation(panel);
    return panel;
  }

  fold() {
    const open = this.foldButton.getAttribute("aria-expanded") !== "true";
    this.foldButton.setAttribute("aria-expanded", String(open));
    this.body.hidden = !open;
  }

  // A block of the legend whose heading switches its layer.
  layer(key, title, ...inside) {
    const box = Y.el("input", { type: "checkbox", checked: this.state.on[key], "data-layer": key });
    box.addEventListener("change", () => {
      this.state.on[key] = box.checked;
      block.classList.toggle("off", !box.checked);
      this.actions.show(key);
    });
    const block = Y.el("fieldset", { "data-block": key, class: this.state.on[key] ? "" : "off" }, Y.el("legend", {}, Y.el("label", { class: "entry" }, box, Y.el("span", {}, title))), ...inside);
    return block;
  }

  box(colour, kind) {
    const node = Y.el("span", { class: `swatch area ${kind}` });
    node.style.setProperty("--colour", colour);
    return node;
  }

  classes(surface) {
    const last = surface.classes.length - 1;
    return Y.el("div", { class: "classes" }, ...surface.classes.map(([low, colour], k) => Y.el("span", { class: "key" }, this.box(colour, "shade"),
      k < last ? `${low}–${surface.classes[k + 1][0]}` : `≥ ${low}（最高 ${surface.highest}）`)));
  }

  hotLegend() {
    const { hot } = this.data;
    if (!hot.counties.length) return [Y.el("p", { class: "hint" }, `没有县通过检验（误判比例 ${hot.level}）。`)];
    const select = Y.el("select", { id: "hot-industry", "aria-label": "热点的产业" }, Y.el("option", { value: "" }, "任一产业"),
      ...hot.industries.map((name) => Y.el("option", { value: name }, name)));
    select.addEventListener("change", () => { this.state.industry = select.value; this.actions.show("hot"); });
    this.hotCounts = hot.classes.map((item) => ({ key: item.key, node: Y.el("span", { class: "count" }) }));
    return [select, ...hot.classes.map((item, k) => Y.el("p", { class: "key" }, this.box(item.colour, item.key), item.label, this.hotCounts[k].node))];
  }

  countHot(counts) {
    for (const item of this.hotCounts || []) item.node.textContent = `（${counts.get(item.key) || 0}）`;
  }

  buildNetwork() {
    const { networks } = this.data;
    const choose = networks.length > 1 && Y.el("div", { role: "radiogroup", "aria-label": "联系的依据" }, ...networks.map((network, k) => {
      const radio = Y.el("input", { type: "radio", name: "network", value: network.key, checked: k === 0 });
      radio.addEventListener("change", () => { this.state.network = k; this.readNetwork(); this.actions.show("links"); });
      return Y.el("label", { class: "entry" }, radio, network.title);
    }));
    this.count = Y.el("output", { id: "link-count", for: "threshold within" });
    this.threshold = this.slider("threshold", { min: 0, max: 1, step: 0.01 }, "threshold");
    this.within = this.slider("within", { min: 10, max: this.data.farthest_km, step: 10 }, "within");
    this.heading = Y.el("span", {});
    const block = this.layer("links", this.heading, choose || null,
      this.threshold.row, this.within.row,
      Y.el("p", { class: "links-count" }, this.count, Y.el("button", { id: "table-open", type: "button", on: { click: () => this.showTable(true) } }, "数据表")),
      Y.el("p", { class: "hint" }, "连线为达到门槛的开发区对，越粗越强；圆越大，连线越多。"));
    this.readNetwork();
    return block;
  }

  slider(id, range, key) {
    const input = Y.el("input", { id, type: "range", ...range });
    const value = Y.el("output", { for: id });
    const name = Y.el("span", {});
    input.addEventListener("input", () => {
      this.state.limits[this.state.network][key] = Number(input.value);
      this.tell();
      this.actions.show("links");
    });
    return { input, value, name, row: Y.el("label", { class: "slider", for: id }, Y.el("span", {}, name, " ", value), input) };
  }

  readNetwork() {
    const limits = this.state.limits[this.state.network];
    const network = this.data.networks[this.state.network];
    this.heading.textContent = `开发区联系：${network.title}`;
    this.threshold.name.textContent = network.measure;
    this.within.name.textContent = "直线距离";
    this.threshold.input.value = String(limits.threshold);
    this.within.input.value = String(limits.within);
    this.tell();
  }

  tell() {
    const limits = this.state.limits[this.state.network];
    this.threshold.value.textContent = `≥ ${limits.threshold.toFixed(2)}`;
    this.within.value.textContent = `≤ ${limits.within} 公里`;
    this.threshold.input.setAttribute("aria-valuetext", this.threshold.value.textContent);
    this.within.input.setAttribute("aria-valuetext", this.within.value.textContent);
  }

  buildTable() {
    this.rows = Y.el("tbody", {});
    this.head = Y.el("tr", {});
    this.tableCount = Y.el("span", { role: "status" });
    this.table = Y.el("section", { id: "table", hidden: true, role: "dialog", "aria-modal": "false", "aria-labelledby": "table-title", tabindex: "-1" },
      Y.el("header", {}, Y.el("h2", { id: "table-title" }, "开发区联系：数据表 ", this.tableCount),
        Y.el("button", { type: "button", on: { click: () => this.showTable(false) } }, "关闭")),
      Y.el("div", { class: "scroll" }, Y.el("table", {}, Y.el("thead", {}, this.head), this.rows)));
    this.table.addEventListener("keydown", (event) => { if (event.key === "Escape") this.showTable(false); });
    return this.table;
  }

  showTable(open) {
    this.table.hidden = !open;
    if (open) {
      this.fill();
      this.table.focus();
    } else document.getElementById("table-open").focus({ preventScroll: true });
  }

  // The links on the map, the strongest first.
  setLinks(links) {
    this.links = links;
    const network = this.data.networks[this.state.network];
    this.count.textContent = `${links.length} 对开发区（共 ${network.links.length} 对）`;
    if (!this.table.hidden) this.fill();
  }

  fill() {
    const network = this.data.networks[this.state.network];
    const { zones } = this.data;
    this.head.replaceChildren(...["开发区", "另一开发区", network.measure, "直线距离（公里）", network.because].map((title) => Y.el("th", { scope: "col" }, title)));
    this.rows.replaceChildren(...this.links.map((link) => Y.el("tr", {},
      Y.el("th", { scope: "row" }, Y.el("button", { type: "button", on: { click: () => { this.showTable(false); this.actions.fly(link); } } }, zones[link.from].name)),
      Y.el("td", {}, zones[link.to].name), Y.el("td", {}, link.value.toFixed(2)), Y.el("td", {}, link.km.toFixed(0)), Y.el("td", {}, link.because))));
    this.tableCount.textContent = `（${this.links.length} 对）`;
  }
};
