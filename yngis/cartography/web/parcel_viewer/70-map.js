// The map of parcels. `yngisParcels(map)` is called by the page once folium has made its Leaflet map.
P.AFAR = 11; // zoom below which marks stand for the zones
P.LISTED = 200; // rows of the table
P.PRINTED = 4; // pixels of a sheet for one of the screen; Chromium's PDF shrinks a canvas where this is no power of two

P.Viewer = class extends Y.Frame {
  instead = "；台账和 balance.gpkg 内容相同";

  constructor(map, data) {
    super(map, data);
    this.setUpMap(["areas", "lines", "zones", "chosen"]);
    this.drawBase();
    this.panel = this.makePanel({
      show: (switched) => this.show(switched), search: (text) => this.search(text), fly: (hit) => this.fly(hit),
      list: () => this.list(), home: () => this.home(),
    });
    this.drawZones();
    this.drawLabels();
    this.setUpEvents();
    this.home();
    this.layout();
  }

  makePanel(actions) { return new P.Panel(this.data, actions); }

  openStore() { return P.Store.open(this.data.shapes, this.data.world); }

  makeLayer(...given) { return new P.Layer(...given); }

  counted(count) { return `图上 ${count.toLocaleString("zh-CN")} 块`; }

  drawBase() {
    const { land } = this.data;
    for (const rings of this.data.areas) {
      L.polygon(Y.decodePolygons(rings, this.data.scale), {
        pane: "areas", renderer: this.renderers.areas, interactive: false, fillColor: land, fillOpacity: 1, color: land, weight: 0.6,
      }).addTo(this.map);
    }
    this.drawLines();
  }

  drawZones() {
    const most = Math.max(...this.data.zones.map((zone) => zone.size), 1e-9);
    this.zones = this.data.zones.map((zone) => {
      L.polygon(Y.decodePolygons(zone.rings, this.data.zone_scale), {
        pane: "zones", renderer: this.renderers.zones, interactive: false, className: "zone",
        color: "#1F2328", weight: 1.4, dashArray: zone.schematic ? "4 3" : null, fill: false,
      }).addTo(this.map);
      const radius = zone.size > 0 ? 5 + 13 * Math.sqrt(zone.size / most) : 4;
      const marker = L.marker([zone.lat, zone.lon], { icon: L.divIcon({ className: "mark", html: "" }), keyboard: true, riseOnHover: true });
      marker.bindTooltip(() => Y.el("div", { class: "tip" }, Y.el("b", {}, zone.name), Y.el("div", {}, zone.told)), { direction: "top" });
      marker.on("click", () => this.flyToZone(zone));
      marker.on("keypress", (event) => {
        if (event.originalEvent.key !== "Enter") return;
        this.flyToZone(zone);
        this.map.getContainer().focus({ preventScroll: true }); // the mark is gone
      });
      return { zone, marker, radius };
    });
  }

  drawLabels() {
    this.labels = new Y.Labels(this.map, this.map.getPane("labels"));
    const at = (item) => this.xy(this.map.latLngToLayerPoint([item.lat, item.lon]));
    for (const item of this.data.names) {
      const region = item.kind === "region";
      const node = region ? Y.el("div", { class: "region-label" }, item.name) : Y.el("div", { class: "prefecture" }, Y.el("span", { class: "name" }, item.name));
      // Nearer than this a name could wander for thousands of pixels and say nothing.
      this.labels.add(node, { kind: "area", rank: region ? 5 : 30, anchor: () => (this.map.getZoom() > (region ? 8 : 11) ? null
        : { ...at(item), reach: region ? 120 : Math.min(300, 18 * 2 ** Math.max(0, this.map.getZoom() - 6.2) + 22) }) });
    }
    // Afar a zone's name stands beside its mark, near by over its northern edge.
    this.zones.forEach(({ zone }, k) => {
      const name = () => Y.el("div", { class: "zone-label", "data-label": zone.name }, zone.short);
      this.labels.add(name(), { kind: "point", rank: 10, far: false, anchor: () => (this.afar ? this.spots[k] : null) });
      this.labels.add(name(), { kind: "area", rank: 10, anchor: () => (this.afar ? null : this.edge(zone)) });
    });
    this.labels.measure();
  }

  layout() {
    const { map } = this;
    const zoom = map.getZoom();
    this.afar = zoom < P.AFAR;
    document.documentElement.classList.toggle("afar", this.afar);
    const scale = Math.min(1.35, Math.max(0.5, 0.95 + 0.25 * (zoom - 7)));
    const items = this.zones.map(({ zone, radius }) => ({ ...this.xy(map.latLngToLayerPoint([zone.lat, zone.lon])), r: radius * scale + 1 }));
    this.spots = this.afar ? Y.dodge(items, 1).map(({ x, y }, k) => ({ x, y, r: items[k].r })) : [];
    this.zones.forEach((item, k) => (this.afar ? this.drawMark(item, this.spots[k]) : item.marker.remove()));
    const taken = this.spots.map(({ x, y, r }) => ({ left: x - r, right: x + r, top: y - r, bottom: y + r }));
    this.labels.place(taken.concat(this.panelBoxes()));
    map.getPane("labels").classList.remove("moving");
  }

  drawMark(item, { x, y, r }) {
    const { marker, zone } = item;
    marker.setLatLng(this.map.layerPointToLatLng([x, y]));
    if (item.drawn !== r) {
      const dot = Y.svg("svg", { width: 2 * r, height: 2 * r, viewBox: `${-r} ${-r} ${2 * r} ${2 * r}`, "aria-hidden": "true", focusable: "false" },
        Y.svg("circle", { r: r - 1, class: zone.size > 0 ? "afar" : "afar none", fill: this.data.mark_colour, stroke: this.data.mark_colour }));
      marker.setIcon(L.divIcon({ className: "mark", html: dot, iconSize: [2 * r, 2 * r] }));
      item.drawn = r;
    }
    if (!this.map.hasLayer(marker)) marker.addTo(this.map);
    marker.getElement().setAttribute("aria-label", `${zone.name}，${zone.told}`);
    marker.getElement().dataset.zone = zone.name;
  }

  // Over the middle of a zone's northern edge, held inside the window as long as the zone is in it.
  edge(zone) {
    const { map } = this;
    const [[south, west], [north, east]] = zone.box;
    const box = L.bounds(map.latLngToLayerPoint([north, west]), map.latLngToLayerPoint([south, east]));
    const origin = map.containerPointToLayerPoint([0, 0]);
    const size = map.getSize();
    const left = origin.x + (size.x < Y.NARROW || this.printing ? 0 : document.getElementById("panel").offsetWidth + 16);
    const view = L.bounds([left, origin.y], origin.add(size));
    if (!box.intersects(view)) return null;
    const hold = (value, low, high) => Math.max(low, Math.min(high, value));
    return { x: hold((box.min.x + box.max.x) / 2, view.min.x + 70, view.max.x - 70), y: hold(box.min.y - 11, view.min.y + 16, view.max.y - 16), reach: 60 };
  }

  async load() {
    const { data, map, panel } = this;
    if (typeof DecompressionStream === "undefined") {
      throw new Error("浏览器过旧，不能显示图形（需 Chrome 或 Edge 80、Firefox 113、Safari 16.4 以上）" + this.instead);
    }
    panel.tell("正在读取图形……");
    this.store = await this.openStore();
    const classOf = await P.numbers(data.class_of);
    this.columns = new P.Columns(data.columns, this.store.count, data.nothing);
    map.createPane("parcels").style.zIndex = "310";
    this.layer = this.makeLayer(this.store, data.classes, classOf, {
      pane: "parcels", minZoom: 0, maxZoom: data.closest, updateWhenZooming: false, keepBuffer: 1, noWrap: true,
    });
    this.layer.once("load", () => {
      panel.tell(this.counted(this.store.count));
      document.documentElement.dataset.ready = "true";
    });
    this.layer.addTo(map);
    map.on("click", (event) => this.tell(event.latlng));
    map.on("popupclose", (event) => { if (event.popup === this.popup && !this.printing) this.choose(-1); });
    map.getContainer().addEventListener("keydown", (event) => {
      if (event.key === "Enter" && event.target === map.getContainer()) this.tell(map.getCenter(), true);
      if (event.key !== "Escape" || !event.target.closest(".leaflet-popup")) return;
      map.closePopup();
      map.getContainer().focus({ preventScroll: true });
    });
  }

  show(switched) {
    if (!this.layer) return;
    for (const [k, on] of switched) this.layer.show(k, on);
    this.layer.refresh();
    if (this.chosenOne >= 0 && !this.layer.shown[this.layer.classOf[this.chosenOne]]) this.map.closePopup();
  }

  tell(latlng, byKey) {
    const found = this.layer.at(latlng, this.map.getZoom());
    if (found.length) this.open(found, 0, latlng, byKey);
    else this.map.closePopup();
  }

  // The popup of one of several polygons that lie under a place.
  async open(found, at, latlng, byKey) {
    const card = await this.card(found[at]);
    if (found.length > 1) {
      card.append(Y.el("p", { class: "several" }, `此处重叠 ${found.length} 宗，这是第 ${at + 1} 宗 `,
        Y.el("button", { type: "button", on: { click: () => this.open(found, (at + 1) % found.length, latlng, true) } }, "下一宗")));
    }
    this.popup = L.popup(this.popupOptions()).setLatLng(latlng).setContent(card);
    this.popup.openOn(this.map);
    this.choose(found[at], card);
    if (byKey) card.focus({ preventScroll: true });
  }

  async card(i) {
    const [[, title], ...rows] = await this.columns.rows(i);
    const parcelClass = this.data.classes[this.layer.classOf[i]];
    return Y.el("div", { class: "card", tabindex: "-1", role: "group", "aria-label": title }, Y.el("h2", {}, P.swatch(parcelClass), title),
      Y.facts(rows.map(([spec, value]) => [spec.label, spec.form === "link" ? P.link(spec, value) : value])));
  }

  choose(i, card) {
    this.chosenOne = i;
    if (this.outline) this.outline.remove();
    this.panel.chosen.replaceChildren();
    if (i < 0) return;
    this.panel.chosen.append(card.cloneNode(true));
    const look = { pane: "chosen", renderer: this.renderers.chosen, color: "#1F2328", weight: 3, fill: false, interactive: false, className: "chosen" };
    this.outline = this.outlineOf(i, look).addTo(this.map);
  }

  outlineOf(i, look) { return L.polygon(this.store.latLngs(i), look); }

  // Beside the panel and the zoom control, not under them.
  popupOptions() {
    const { paddingTopLeft } = this.padding();
    const maxWidth = Math.min(360, window.innerWidth - 96);
    const maxHeight = Math.max(180, Math.min(560, window.innerHeight - 150));
    return { ...super.popupOptions(), maxWidth, maxHeight, autoPanPaddingTopLeft: paddingTopLeft, autoPanPaddingBottomRight: [52, 12] };
  }

  // Zooms are whole, so that tiles stay sharp; on a phone the province may touch the edges rather than shrink to half.
  home() {
    const [west, south, east, north] = this.data.extent;
    const bounds = L.latLngBounds([south, west], [north, east]);
    const narrow = this.map.getSize().x < Y.NARROW && !this.printing;
    this.map.fitBounds(narrow ? bounds.pad(-0.04) : bounds, { animate: false, ...this.padding() });
  }

  async search(text) {
    const wanted = text.trim();
    if (!wanted || !this.columns) return [];
    const hits = this.data.zones.filter((zone) => zone.name.includes(wanted) || zone.short.includes(wanted)).slice(0, 6)
      .map((zone) => ({ zone, label: zone.name, note: "开发区" }));
    const [heading, note] = this.columns.specs;
    for (const i of await this.columns.search(wanted, 20)) {
      const parcelClass = this.data.classes[this.layer.classOf[i]];
      hits.push({ i, label: await this.columns.cell(heading, i), note: [parcelClass.label, await this.columns.cell(note, i)].filter(Boolean).join("　") });
    }
    return hits;
  }

  flyToZone(zone) { this.map.fitBounds(zone.box, { maxZoom: 15, animate: false, ...this.padding() }); }

  async fly(hit) {
    if (window.innerWidth < Y.NARROW && !this.panel.body.hidden) this.panel.fold(); // it would lie over what is looked for
    if (hit.zone) { this.flyToZone(hit.zone); return; }
    const { i } = hit;
    const k = this.layer.classOf[i];
    if (!this.layer.shown[k]) {
      this.panel.boxes[k].checked = true;
      this.show([[k, true]]);
    }
    this.map.fitBounds(this.store.box(i), { maxZoom: 17, animate: false, ...this.padding() });
    const spot = this.store.middle(i);
    await this.open([i], 0, L.latLng(P.toLatLng(spot.x, spot.y, this.store.world)), true);
  }

  // The parcels in view, the gravest first, for the table.
  async list() {
    const bounds = this.map.getBounds();
    const [x0, y0] = P.toPlane(bounds.getNorthWest(), this.store.world);
    const [x1, y1] = P.toPlane(bounds.getSouthEast(), this.store.world);
    const { layer } = this;
    const found = [];
    this.store.near(x0, y0, x1, y1, (i) => { if (layer.shown[layer.classOf[i]]) found.push(i); });
    found.sort((a, b) => layer.rank[layer.classOf[b]] - layer.rank[layer.classOf[a]] || a - b);
    const listed = this.columns.specs.filter((spec) => spec.listed);
    const rows = [];
    for (const i of found.slice(0, P.LISTED)) {
      const cells = [];
      for (const spec of listed) cells.push(await this.columns.cell(spec, i));
      rows.push({ i, parcelClass: this.data.classes[layer.classOf[i]], cells });
    }
    return { total: found.length, rows };
  }

  // A sheet shows what the window showed, in one piece and finer than the screen: Leaflet would show its tiles only
  // after the sheet is made, and their edges would show in print.
  toSheet() {
    const { map, layer, store } = this;
    map.options.zoomSnap = 0; // a sheet has no tiles to keep sharp
    map.fitBounds(this.seen, { animate: false });
    map.options.zoomSnap = 1;
    if (!layer) return;
    const size = map.getSize();
    const corner = map.containerPointToLayerPoint([0, 0]);
    const [x0, y0] = P.toPlane(map.layerPointToLatLng(corner), store.world);
    const zoom = map.getZoom();
    this.sheet = Y.el("canvas", { class: "sheet" });
    this.sheet.style.width = `${size.x}px`;
    this.sheet.style.height = `${size.y}px`;
    layer.paint(this.sheet, { x0, y0, scale: (layer.getTileSize().x * 2 ** zoom) / store.world, wide: size.x, high: size.y, zoom }, P.PRINTED);
    L.DomUtil.setPosition(this.sheet, corner);
    map.getPane("parcels").append(this.sheet);
  }

  print(on) {
    if (on) {
      const size = this.map.getSize();
      const left = size.x < Y.NARROW ? 0 : document.getElementById("panel").offsetWidth;
      this.seen = L.latLngBounds(this.map.containerPointToLatLng([left, 0]), this.map.containerPointToLatLng(size));
    }
    super.print(on);
    if (!on && this.sheet) this.sheet.remove();
  }
};

function yngisParcels(map) { P.start(map, P.Viewer); }

P.start = function (map, Viewer) {
  const block = document.getElementById("yngis-data");
  const data = JSON.parse(block.textContent);
  block.remove(); // megabytes that nobody reads again
  const viewer = new Viewer(map, data);
  P.viewer = viewer;
  viewer.load().catch((error) => {
    document.documentElement.dataset.ready = "failed";
    viewer.panel.tell(String(error.message || error), true);
  });
};
