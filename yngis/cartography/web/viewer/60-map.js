// A figure of the plan. `yngis(map)` is called by the page once folium has made its Leaflet map.
Y.Viewer = class extends Y.Frame {
  constructor(map, data) {
    super(map, data);
    this.state = { off: { sector: new Set(), level: new Set(), region: new Set(), class: new Set(), link: new Set() } };
    this.entries = new Map(Y.group(data, "sector").entries.map((entry) => [entry.key, entry]));
    document.documentElement.style.setProperty("--edge", data.style.edge);
    this.setUpMap(["areas", "lines", "zones", "leaders"]);
    this.drawBase();
    this.drawZones();
    this.panel = new Y.Panel(data, this.state, {
      filter: () => this.layout(),
      search: (text) => this.search(text),
      fly: (hit) => this.fly(hit),
    });
    this.drawMarks();
    this.drawLabels();
    this.setUpEvents();
    this.home();
    this.layout();
    document.documentElement.dataset.ready = "true";
  }

  drawBase() {
    const { data, map } = this;
    const options = (pane, more) => ({ pane, renderer: this.renderers[pane], interactive: false, ...more });
    const words = new Map(data.prefectures.map((item) => [item.name, item]));
    for (const area of data.areas) {
      const polygon = L.polygon(Y.decodePolygons(area.rings, data.scale), options("areas", {
        fillColor: area.fill, fillOpacity: (area.active ? 1 : 0.28) * (data.translucent ? 0.45 : 1), stroke: true, color: area.fill,
        weight: 0.6, opacity: area.active ? 1 : 0.2, interactive: true, className: "area", bubblingMouseEvents: true,
      })).addTo(map);
      polygon.bindPopup(() => this.prefecturePopup(words.get(area.prefecture), area.region), this.popupOptions());
    }
    // Beyond 2 000 areas one canvas draws faster than as many nodes.
    const sheet = data.features.length > 2000 ? L.canvas({ pane: "areas", padding: 0.5 }) : this.renderers.areas;
    const dots = data.features.length > 2000 ? L.canvas({ pane: "leaders", padding: 0.5 }) : this.renderers.leaders;
    this.features = data.features.map((item) => {
      const look = options("areas", {
        renderer: sheet, fillColor: item.fill, fillOpacity: data.translucent ? 0.6 : 1, stroke: true, color: "#FFFFFF",
        weight: 0.6, interactive: true, className: "area", bubblingMouseEvents: true,
      });
      const polygon = data.dotted
        ? L.circleMarker([item.lat, item.lon], { ...look, pane: "leaders", renderer: dots, color: data.style.edge, radius: 5, fillOpacity: 1, className: "dot" })
        : L.polygon(Y.decodePolygons(item.rings, data.zone_scale), look);
      polygon.bindPopup(() => Y.plainPopup(item.name || data.title, item.facts), this.popupOptions());
      return { item, polygon };
    });
    this.drawLines();
  }

  prefecturePopup(item, region) {
    const marks = this.data.marks.filter((mark) => mark.prefecture === item.name && mark.region === region);
    const rows = [["空间布局", `“${region}”`], ["图上开发区", marks.length ? marks.map((mark) => mark.short).join("、") : "无"]];
    return Y.plainPopup(item.name, rows.concat(item.focus));
  }

  drawZones() {
    this.shapes = new Map(this.data.marks.map((mark) => [mark.name, L.polygon(Y.decodePolygons(mark.rings, this.data.zone_scale), {
      pane: "zones", renderer: this.renderers.zones, interactive: false, className: "zone",
      color: "#1F2328", weight: 1.4, dashArray: mark.schematic ? "4 3" : null, fillColor: "#FFFFFF", fillOpacity: 0.55,
    })]));
  }

  drawMarks() {
    this.markers = new Map();
    this.leaders = new Map();
    for (const mark of this.data.marks) {
      const marker = L.marker([mark.lat, mark.lon], { icon: L.divIcon({ className: "mark", html: "" }), keyboard: true, riseOnHover: true });
      marker.bindPopup(() => Y.zonePopup(mark, this.entries, Y.group(this.data, "sector").title), this.popupOptions());
      const told = mark.sectors.map((sector) => this.entries.get(sector.key).label).join("、");
      marker.on("add", () => {
        const node = marker.getElement();
        node.setAttribute("aria-label", [mark.name, mark.level, told || this.data.others_told[1]].join("，"));
        node.dataset.zone = mark.name;
      });
      this.markers.set(mark.name, { mark, marker });
      this.leaders.set(mark.name, L.polyline([], {
        pane: "leaders", renderer: this.renderers.leaders, interactive: false, color: "#1F2328", weight: 0.9, opacity: 0.75,
      }));
    }
    this.ports = this.data.ports.map((port) => {
      const marker = L.marker([port.lat, port.lon], { icon: L.divIcon({ className: "mark port-mark", html: Y.portGlyph(), iconSize: [14, 14] }), keyboard: true });
      marker.bindPopup(() => Y.plainPopup(port.name, port.facts), this.popupOptions());
      marker.addTo(this.map);
      marker.getElement().setAttribute("aria-label", port.name);
      return { port, marker };
    });
  }

  drawLabels() {
    this.labels = new Y.Labels(this.map, this.map.getPane("labels"));
    const point = (lat, lon) => this.map.latLngToLayerPoint([lat, lon]);
    for (const item of this.data.prefectures) {
      const chips = item.chips.map((key) => {
        const entry = this.entries.get(key);
        const chip = Y.el("span", { class: "chip" }, entry.character);
        chip.style.background = entry.colour;
        chip.style.color = entry.ink;
        return chip;
      });
      const node = Y.el("div", { class: "prefecture" + (item.active ? "" : " faint") + (item.named ? " named" : "") },
        Y.el("span", { class: "name" }, item.short), item.value && Y.el("span", { class: "value" }, item.value), chips.length > 0 && Y.el("span", { class: "chips" }, ...chips));
      if (item.ink) {
        node.style.color = item.ink;
        node.style.textShadow = ["2px", "2px", "3px", "4px"].map((blur) => `0 0 ${blur} ${item.halo}`).join(", ");
      }
      this.labels.add(node, { kind: "area", rank: item.active ? 0 : 90, anchor: () => ({ ...this.xy(point(item.lat, item.lon)), reach: 18 * 2 ** Math.max(0, this.map.getZoom() - 6.2) + 22 }) });
    }
    for (const { mark } of this.markers.values()) {
      const node = Y.el("div", { class: "zone-label" + (mark.level === "国家级" ? " national" : "") }, mark.short);
      node.dataset.label = mark.name;
      const rank = 10 + (mark.sectors.length ? 0 : 20) - mark.sectors.length - (mark.level === "国家级" ? 1 : 0);
      this.labels.add(node, { kind: "point", rank, far: mark.sectors.length > 0, anchor: () => this.spots.get(mark.name) || null });
    }
    for (const { port } of this.ports) {
      const node = Y.el("div", { class: "port-label" }, port.name);
      this.labels.add(node, { kind: "point", rank: 8, anchor: () => ({ ...this.xy(point(port.lat, port.lon)), r: 6 }) });
    }
    for (const { item } of this.features) {
      if (!item.label) continue;
      const node = Y.el("div", { class: "feature-label" }, item.label);
      if (this.data.dotted) {
        this.labels.add(node, { kind: "dot", rank: 60, anchor: () => (this.state.off.class.has(item.key)
          ? null : { ...this.xy(point(item.lat, item.lon)), r: 6 }) });
        continue;
      }
      this.labels.add(node, { kind: "area", rank: 60, anchor: () => (this.state.off.class.has(item.key)
        ? null : { ...this.xy(point(item.lat, item.lon)), reach: 9 * 2 ** Math.max(0, this.map.getZoom() - 7) }) });
    }
    for (const item of this.data.neighbours) {
      const node = Y.el("div", { class: "neighbour" + (item.country ? " country" : "") }, item.name);
      this.labels.add(node, { kind: "area", rank: 95, anchor: () => ({ ...this.xy(point(item.lat, item.lon)), reach: 30 * 2 ** Math.max(0, this.map.getZoom() - 6) }) });
    }
    this.labels.measure();
  }

  visibleSectors(mark) { return mark.sectors.filter((sector) => !this.state.off.sector.has(sector.key)); }

  shows(mark) {
    const off = this.state.off;
    if (off.level.has(mark.level) || off.region.has(mark.region)) return false;
    return mark.sectors.length ? this.visibleSectors(mark).length > 0 : !off.sector.has("");
  }

  // Everything that depends on zoom, view or filter.
  layout() {
    const map = this.map;
    const zoom = map.getZoom();
    const scale = Math.min(1.35, Math.max(0.58, 0.95 + 0.2 * (zoom - 7)));
    for (const { item, polygon } of this.features) {
      if (this.state.off.class.has(item.key)) polygon.remove();
      else if (!map.hasLayer(polygon)) polygon.addTo(map);
    }
    const shown = [];
    for (const { mark, marker } of this.markers.values()) {
      if (!this.shows(mark)) {
        marker.remove();
        this.leaders.get(mark.name).remove();
        this.shapes.get(mark.name).remove();
        continue;
      }
      const sectors = this.visibleSectors(mark);
      const national = mark.level === "国家级";
      const anchor = map.latLngToLayerPoint([mark.lat, mark.lon]);
      const radius = Y.radius(sectors.length, scale);
      shown.push({ mark, marker, sectors, national, x: anchor.x, y: anchor.y, radius, r: radius + (national ? 3 : 1) });
    }
    const fixed = this.ports.map(({ port }) => ({ ...this.xy(map.latLngToLayerPoint([port.lat, port.lon])), r: 6 }));
    const placed = Y.dodge(shown.concat(fixed), 1.5);
    this.spots = new Map();
    const obstacles = [];
    shown.forEach((item, k) => {
      const { x, y } = placed[k];
      this.drawMark(item, x, y);
      this.spots.set(item.mark.name, { x, y, r: item.r });
      obstacles.push({ left: x - item.r, right: x + item.r, top: y - item.r, bottom: y + item.r });
    });
    this.ports.forEach(({ marker }, k) => {
      const { x, y } = placed[shown.length + k];
      marker.setLatLng(map.layerPointToLatLng([x, y]));
      obstacles.push({ left: x - 6, right: x + 6, top: y - 6, bottom: y + 6 });
    });
    for (const { item } of this.data.dotted ? this.features : []) {
      if (!item.label || this.state.off.class.has(item.key)) continue;
      const { x, y } = map.latLngToLayerPoint([item.lat, item.lon]);
      obstacles.push({ left: x - 5, right: x + 5, top: y - 5, bottom: y + 5 });
    }
    this.labels.place(obstacles.concat(this.panelBoxes()));
    this.drawLinks();
    this.drawLabelLeaders();
    map.getPane("labels").classList.remove("moving");
    this.panel.filterRows(new Set(shown.map((item) => item.mark.name)));
  }

  // Lines run between the glyphs as drawn; one without an end on the map is not shown.
  drawLinks() {
    if (!this.data.links.length) return;
    if (this.links) this.links.clearLayers(); else this.links = L.layerGroup().addTo(this.map);
    const keys = Y.group(this.data, "link").entries.map((entry) => entry.key);
    const options = { pane: "zones", renderer: this.renderers.zones, smoothFactor: 0, lineCap: "round" };
    const at = (name) => { const { x, y } = this.spots.get(name); return this.map.layerPointToLatLng([x, y]); };
    for (const link of this.data.links) {
      if (this.state.off.link.has(link.key) || !this.spots.has(link.start) || !this.spots.has(link.end)) continue;
      const ends = [at(link.start), at(link.end)];
      const weight = Y.LINK_WIDTHS[keys.indexOf(link.key)];
      L.polyline(ends, { ...options, color: "#FFFFFF", opacity: 0.85, weight: weight + 2.5, interactive: false }).addTo(this.links);
      const line = L.polyline(ends, { ...options, color: this.data.style.link, weight, className: "link", bubblingMouseEvents: false });
      line.bindPopup(() => Y.plainPopup(`${link.start} — ${link.end}`, [[Y.group(this.data, "link").title, link.told]]), this.popupOptions());
      line.addTo(this.links);
    }
  }

  // A label that found room only further away is tied to its glyph by a thin line.
  drawLabelLeaders() {
    const lines = this.labels.ties.map((tie) => tie.map(([x, y]) => this.map.layerPointToLatLng([x, y])));
    if (!this.ties) {
      this.ties = L.polyline([], { pane: "leaders", renderer: this.renderers.leaders, interactive: false, color: "#1F2328", weight: 1, opacity: 0.8, smoothFactor: 0, className: "tie" }).addTo(this.map);
    }
    this.ties.setLatLngs(lines);
  }

  drawMark(item, x, y) {
    const { mark, marker, sectors, national, radius } = item;
    const look = [sectors.map((sector) => sector.key).join("|"), radius.toFixed(2)].join(":");
    marker.setLatLng(this.map.layerPointToLatLng([x, y]));
    if (marker.look !== look) {
      const glyph = Y.glyph(Y.held(sectors, this.entries), radius, national);
      const size = Number(glyph.getAttribute("width"));
      marker.setIcon(L.divIcon({ className: "mark", html: glyph, iconSize: [size, size] }));
      marker.look = look;
    }
    if (!this.map.hasLayer(marker)) marker.addTo(this.map);
    const shape = this.shapes.get(mark.name);
    if (!this.map.hasLayer(shape)) shape.addTo(this.map);
    const leader = this.leaders.get(mark.name);
    if (Math.hypot(x - item.x, y - item.y) > radius * 0.7) {
      leader.setLatLngs([[mark.lat, mark.lon], marker.getLatLng()]);
      if (!this.map.hasLayer(leader)) leader.addTo(this.map);
    } else leader.remove();
  }

  search(text) {
    const wanted = text.trim().toLowerCase().replace(/\s+/g, "");
    if (!wanted) return [];
    const hits = [];
    const score = (item, names) => {
      if (names.some((name) => name.toLowerCase() === wanted)) return 0;
      if (names.some((name) => name.toLowerCase().startsWith(wanted))) return 1;
      if (item.initials.startsWith(wanted)) return 2;
      if (names.some((name) => name.toLowerCase().includes(wanted))) return 3;
      if (item.pinyin.startsWith(wanted)) return 4;
      return item.initials.includes(wanted) || item.pinyin.includes(wanted) ? 5 : -1;
    };
    const add = (kind, item, names, label, note) => {
      const value = score(item, names);
      if (value >= 0) hits.push({ kind, name: item.name, label, note, value });
    };
    for (const mark of this.data.marks) {
      const alias = mark.aliases.find((name) => name.toLowerCase().includes(wanted));
      add("zone", mark, [mark.name, mark.short, ...mark.aliases], mark.name, alias ? `又名 ${alias}` : mark.prefecture);
    }
    for (const item of this.data.prefectures) add("prefecture", item, [item.name, item.short], item.name, "州（市）");
    for (const port of this.data.ports) add("port", port, [port.name, ...port.aliases], port.name, "口岸");
    return hits.sort((a, b) => a.value - b.value);
  }

  fly(hit) {
    if (hit.kind === "zone") {
      const { mark, marker } = this.markers.get(hit.name);
      if (!this.shows(mark)) this.reveal();
      this.goTo([mark.lat, mark.lon], Math.max(this.map.getZoom(), 9.5), () => { marker.openPopup(); marker.getElement().focus(); });
    } else if (hit.kind === "port") {
      const { port, marker } = this.ports.find((item) => item.port.name === hit.name);
      this.goTo([port.lat, port.lon], Math.max(this.map.getZoom(), 9.5), () => marker.openPopup());
    } else {
      const item = this.data.prefectures.find((one) => one.name === hit.name);
      // 红河 lies in two regions: show the part that this figure is about.
      const parts = this.data.areas.filter((area) => area.prefecture === item.name);
      const part = parts.find((area) => area.active) || parts[0];
      this.goTo([item.lat, item.lon], Math.max(this.map.getZoom(), 8), () => this.map.openPopup(
        this.prefecturePopup(item, part.region), [item.lat, item.lon], this.popupOptions()));
    }
  }

  // A zone that was filtered away is wanted again: show everything.
  reveal() {
    for (const set of Object.values(this.state.off)) set.clear();
    for (const box of document.querySelectorAll("#panel input[type=checkbox]")) box.checked = true;
    this.layout();
  }
};

function yngis(map) {
  return new Y.Viewer(map, JSON.parse(document.getElementById("yngis-data").textContent));
}
