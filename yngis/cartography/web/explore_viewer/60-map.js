// The map of any frame. `yngisExplore(map)` is called by the page once folium has made its Leaflet map.
E.Viewer = class extends P.Viewer {
  instead = "";

  makePanel(actions) { return new E.Panel(this.data, actions); }

  openStore() { return E.Store.open(this.data.shapes, this.data.world); }

  makeLayer(...given) { return new E.Layer(...given); }

  counted(count) { return `${count.toLocaleString("zh-CN")} 项 / shapes`; }

  // What tells the place lies under the shapes, which may cover it.
  setUpMap(names) {
    super.setUpMap([...names, "grid"]);
    this.map.getPane("lines").style.zIndex = "304";
    this.map.getPane("grid").style.zIndex = "302";
  }

  drawLines() { if (this.data.lines) super.drawLines(); }

  drawLabels() {
    super.drawLabels();
    this.grid = new E.Grid(this.map);
  }

  layout() {
    super.layout();
    this.grid.draw(this.renderers.grid);
  }

  // As far in as whole zooms allow; a map of the world may touch the edges.
  home() {
    const [west, south, east, north] = this.data.extent;
    this.map.fitBounds([[south, west], [north, east]], { animate: false, maxZoom: 17, ...this.padding() });
  }

  async load() {
    await super.load();
    const { map, data } = this;
    if (data.selectable) this.selection = new E.Selection(this);
    if (!data.tooltip.length) return;
    this.tip = L.tooltip({ direction: "top", offset: [0, -8], className: "explore-tip", opacity: 1 });
    let [waiting, last] = [false, null];
    map.on("mousemove", (event) => {
      last = event;
      if (waiting) return;
      waiting = true;
      requestAnimationFrame(() => { waiting = false; this.hover(last); });
    });
    map.on("mouseout zoomstart movestart", () => this.unhover());
  }

  unhover() {
    this.over = -1;
    this.tip.remove();
  }

  async hover(event) {
    const onMap = event.originalEvent.target.closest(".leaflet-container") && !event.originalEvent.target.closest(".leaflet-popup, .leaflet-control");
    const [i] = onMap ? this.layer.at(event.latlng, this.map.getZoom()) : [];
    if (i === undefined) { this.unhover(); return; }
    this.tip.setLatLng(event.latlng);
    if (this.over === i) return;
    this.over = i;
    const rows = await this.facts(i, this.data.tooltip);
    if (this.over !== i) return; // the pointer has moved on
    if (rows.length) this.tip.setContent(Y.el("div", { class: "tip" }, Y.facts(rows))).addTo(this.map);
    else this.tip.remove();
  }

  // Label and value of the columns named, without the empty ones.
  async facts(i, keys) {
    const rows = [];
    for (const spec of this.columns.specs.filter((each) => keys.includes(each.key))) {
      const value = await this.columns.cell(spec, i);
      if (value !== "") rows.push([spec.label, value]);
    }
    return rows;
  }

  tell(latlng, byKey) {
    const found = this.layer.at(latlng, this.map.getZoom());
    if (this.selection) {
      this.selection.click(found[0], this.more);
      if (this.more) return;
    }
    if (found.length && this.data.popup.length) this.open(found, 0, latlng, byKey);
    else this.map.closePopup();
  }

  async card(i) {
    const rows = await this.facts(i, this.data.popup);
    const parcelClass = this.data.classes[this.layer.classOf[i]];
    const heading = this.data.legend === null || this.data.ends ? this.data.title : parcelClass.label;
    return Y.el("div", { class: "card", tabindex: "-1", role: "group", "aria-label": heading },
      Y.el("h2", {}, P.swatch(parcelClass), heading), Y.facts(rows));
  }

  outlineOf(i, look) {
    const { store } = this;
    const rings = store.latLngs(i);
    const of = (kind) => rings.filter((_, k) => store.kind(store.ringFirst[i] + k) === kind);
    return L.layerGroup([
      L.polygon(of(E.RING), look), L.polyline(of(E.LINE_KIND), { ...look, weight: 7, opacity: 0.35 }),
      ...of(E.POINT).map(([spot]) => L.circleMarker(spot, { ...look, radius: E.RADIUS + 3 })),
    ]);
  }

  async search(text) {
    const wanted = text.trim();
    if (!wanted || !this.columns) return [];
    const hits = [];
    for (const i of await this.columns.search(wanted, 20)) {
      const told = (await this.facts(i, this.columns.specs.map((spec) => spec.key))).map(([, value]) => value);
      const at = told.findIndex((value) => value.toLowerCase().includes(wanted.toLowerCase()));
      hits.push({ i, label: told[Math.max(at, 0)], note: told.filter((_, k) => k !== Math.max(at, 0)).slice(0, 2).join("　") });
    }
    return hits;
  }
};

function yngisExplore(map) { P.start(map, E.Viewer); }
