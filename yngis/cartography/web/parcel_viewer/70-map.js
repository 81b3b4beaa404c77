P.CIRCLES_BELOW = 11;

// The map of parcels. `yngisParcels(map)` is called by the page once folium has made its Leaflet map.
P.Viewer = class {
  constructor(map, data) {
    this.map = map;
    this.data = data;
    map.attributionControl.setPrefix("Leaflet");
    L.control.zoom({ position: "topright", zoomInTitle: "放大", zoomOutTitle: "缩小" }).addTo(map);
    L.control.scale({ imperial: false, position: "bottomright", maxWidth: 140 }).addTo(map);
    this.panel = new P.Panel(data, {
      show: (k, on) => this.layer.show(k, on),
      search: (text) => this.search(text),
      fly: (i) => this.fly(i),
    });
    const [west, south, east, north] = data.extent;
    map.fitBounds([[south, west], [north, east]], { animate: false, ...this.padding() });
    this.drawLand();
    this.drawLines();
    this.drawZones();
  }

  padding() {
    const size = this.map.getSize();
    if (size.x < 720) return { paddingTopLeft: [10, 64], paddingBottomRight: [10, 24] };
    return { paddingTopLeft: [320, 16], paddingBottomRight: [24, 16] };
  }

  drawLand() {
    const pane = this.map.createPane("land");
    pane.style.zIndex = "330";
    const renderer = L.svg({ pane: "land", padding: 0.5 });
    for (const area of this.data.areas) {
      L.polygon(Y.decodePolygons(area, this.data.scale), {
        pane: "land", renderer, interactive: false, stroke: true, color: "#FFFFFF", weight: 0.7, fillColor: "#FFFFFF", fillOpacity: 1,
      }).addTo(this.map);
    }
  }

  drawLines() {
    const pane = this.map.createPane("lines");
    pane.style.zIndex = "350";
    const renderer = L.svg({ pane: "lines", padding: 0.5 });
    for (const rank of ["provinces", "countries", "counties", "prefectures", "regions", "province"]) {
      const [colour, weight] = this.data.style.lines[rank];
      const lines = (this.data.lines[rank] || []).map((line) => Y.decode(line, this.data.scale));
      L.polyline(lines, { pane: "lines", renderer, interactive: false, color: rank === "counties" ? "#C9CCCE" : colour, weight, smoothFactor: 0.6 }).addTo(this.map);
    }
  }

  drawZones() {
    const pane = this.map.createPane("zones");
    pane.style.zIndex = "360";
    const renderer = L.svg({ pane: "zones", padding: 0.5 });
    for (const zone of this.data.zones) {
      L.polygon(Y.decodePolygons(zone.rings, this.data.zone_scale), {
        pane: "zones", renderer, interactive: false, color: "#1F2328", weight: 1.2, fill: false, dashArray: zone.schematic ? "4 3" : null,
      }).addTo(this.map);
    }
    this.drawCircles();
  }

  // From afar a zone is a dot: a circle as large as what is suspected idle in it, until the parcels can be seen.
  drawCircles() {
    const { circles } = this.data;
    const most = Math.max(...circles.map((each) => each.size), 1e-9);
    const group = L.layerGroup();
    for (const each of circles) {
      const marker = L.circleMarker([each.lat, each.lon], {
        radius: 4 + 14 * Math.sqrt(each.size / most), color: "#1F2328", weight: 1, fillColor: each.colour, fillOpacity: 0.55,
      });
      marker.bindTooltip(() => Y.el("div", { class: "tip" }, Y.el("b", {}, each.name), Y.el("div", {}, each.told)), { direction: "top" });
      marker.on("click", () => this.map.fitBounds(each.box, { maxZoom: 15, ...this.padding() }));
      marker.addTo(group);
    }
    const settle = () => {
      if (this.map.getZoom() < P.CIRCLES_BELOW) group.addTo(this.map);
      else group.remove();
    };
    this.map.on("zoomend", settle);
    settle();
  }

  async load() {
    const { data } = this;
    if (typeof DecompressionStream === "undefined") {
      throw new Error("浏览器过旧，不能显示图形（需 Chrome/Edge 80、Firefox 113 或 Safari 16.4 以上）；台账和 balance.gpkg 内容相同");
    }
    this.store = await P.Store.open(data.shapes, data.world);
    const classOf = await P.unpack(data.class_of);
    this.columns = new P.Columns(data.columns, this.store.count);
    const pane = this.map.createPane("parcels");
    pane.style.zIndex = "340";
    this.layer = new P.Layer(this.store, data.classes, classOf, {
      pane: "parcels", minZoom: 0, maxZoom: 19, updateWhenZooming: false, keepBuffer: 1, noWrap: true,
    });
    this.layer.once("load", () => { document.documentElement.dataset.ready = "true"; });
    this.layer.addTo(this.map);
    this.map.on("click", (event) => this.tell(event.latlng));
    if (this.store.count === 0) document.documentElement.dataset.ready = "true";
  }

  async tell(latlng) {
    const i = this.layer.at(latlng);
    this.mark(i);
    if (i < 0) return;
    await this.popup(i, latlng);
  }

  async popup(i, latlng) {
    const k = this.layer.classOf[i];
    const each = this.data.classes[k];
    const swatch = Y.el("span", { class: "swatch" });
    swatch.style.background = each.colour;
    const rows = (await this.columns.rows(i)).flatMap(([name, value]) => [Y.el("dt", {}, name), Y.el("dd", {}, value)]);
    const node = Y.el("div", { class: "card" }, Y.el("h2", {}, swatch, each.label), Y.el("dl", {}, ...rows));
    L.popup({ maxWidth: 360, minWidth: 240, maxHeight: 420 }).setLatLng(latlng).setContent(node).openOn(this.map);
  }

  mark(i) {
    if (this.marked) this.marked.remove();
    if (i < 0) return;
    this.marked = L.polygon(this.store.latLngs(i), { color: "#1F2328", weight: 3, fill: false, interactive: false }).addTo(this.map);
  }

  async search(text) {
    const told = this.data.circles.map((each, k) => [-1 - k, each.name]).filter(([, name]) => name.includes(text));
    const found = await this.columns.search(text, 20);
    for (const i of found) {
      const rows = await this.columns.rows(i);
      told.push([i, rows.slice(0, 2).map(([, value]) => value).join("　")]);
    }
    return told;
  }

  fly(i) {
    if (i < 0) {
      this.map.fitBounds(this.data.circles[-1 - i].box, { maxZoom: 15, animate: false, ...this.padding() });
      return;
    }
    this.map.fitBounds(this.store.box(i), { maxZoom: 17, animate: false, ...this.padding() });
    this.mark(i);
    const [south, north] = this.store.box(i);
    this.popup(i, L.latLng((south[0] + north[0]) / 2, (south[1] + north[1]) / 2));
  }
};

function yngisParcels(map) {
  const data = JSON.parse(document.getElementById("yngis-data").textContent);
  const viewer = new P.Viewer(map, data);
  P.viewer = viewer;
  viewer.load().catch((error) => {
    document.documentElement.dataset.ready = "failed";
    viewer.panel.body.prepend(Y.el("p", { class: "failed", role: "alert" }, String(error.message || error)));
  });
}
