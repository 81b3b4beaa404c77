Y.LARGEST_CIRCLE = 30; // px, of the largest amount
Y.FAR_KM = 10; // a glyph this far from its place is told
Y.COUNTIES_FROM = 8; // zoom from which counties have names
Y.SHAPES_FROM = 11; // zoom from which zones are drawn as they lie, not as glyphs

// How far from its glyph a name may stand on a tie [px].
Y.tieReaches = (mark, zoom) => (zoom < Y.DOTS_BELOW ? [14, 22, 30] : mark.sectors.length ? [20, 30, 42, 56] : [16, 26]);

// A figure of the plan. `yngis(map)` is called by the page once folium has made its Leaflet map.
Y.Viewer = class extends Y.Frame {
  constructor(map, data) {
    super(map, data);
    this.state = { off: { sector: new Set(), level: new Set(), region: new Set(), class: new Set(), link: new Set() } };
    this.entries = new Map(Y.group(data, "sector").entries.map((entry) => [entry.key, entry]));
    document.documentElement.style.setProperty("--edge", data.style.edge);
    this.setUpMap(["areas", "under", "lines", "zones", "leaders"]);
    map.createPane("glyphs").style.zIndex = "600"; // apart from markers that a user adds
    this.elsewhere = new Map(data.elsewhere.filter((item) => item.kind === "zone").map((item) => [item.name, item]));
    this.panel = new Y.Panel(data, this.state, {
      filter: () => { this.layout(); this.remember(); },
      search: (text) => this.search(text),
      fly: (hit) => this.fly(hit),
      picture: () => Y.savePicture(this),
      language: () => this.changeLanguage(),
    });
    this.home(); // first of all, beside the panel: what is drawn after it is projected and laid out once
    this.drawBase();
    this.drawZones();
    this.drawMarks();
    this.setUpTouch();
    this.drawLabels();
    this.setUpEvents();
    this.recall();
    this.layout();
    this.followAddress();
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
    this.features = data.features.slice().sort((a, b) => b.size - a.size).map((item) => {
      const look = options("areas", {
        renderer: sheet, fillColor: item.fill, fillOpacity: data.translucent ? 0.6 : 1, stroke: true, color: "#FFFFFF",
        weight: 0.6, interactive: true, className: "area", bubblingMouseEvents: true,
      });
      const polygon = data.dotted
        ? L.circleMarker([item.lat, item.lon], { ...look, pane: "leaders", renderer: dots, color: data.style.edge, radius: Math.max(5, Y.LARGEST_CIRCLE * item.size), fillOpacity: item.size ? 0.85 : 1, className: "dot" })
        : L.polygon(Y.decodePolygons(item.rings, data.zone_scale), look);
      polygon.bindPopup(() => Y.plainPopup(item.name || data.title, item.facts), this.popupOptions());
      return { item, polygon };
    });
    this.drawUnder();
    this.drawLines();
  }

  prefecturePopup(item, region) {
    const marks = this.data.marks.filter((mark) => mark.prefecture === item.name && mark.region === region);
    const rows = [["空间布局", `“${region}”`], ["图上开发区", marks.length ? marks.map((mark) => Y.say(mark.short)).join(Y.say("、")) : "无"]];
    return Y.plainPopup(item.name, rows.concat(item.focus));
  }

  drawZones() {
    this.shapes = new Map(this.data.marks.map((mark) => [mark.name, L.polygon(Y.decodePolygons(mark.rings, this.data.zone_scale), {
      pane: "zones", renderer: this.renderers.zones, interactive: true, bubblingMouseEvents: false, className: "zone",
      color: "#1F2328", weight: 1.4, dashArray: mark.schematic ? "4 3" : null, fillColor: "#FFFFFF", fillOpacity: 0.55,
    }).on("click", () => this.markers.get(mark.name).marker.openPopup())]));
    this.stripes = Y.svg("defs");
    const sheet = Y.svg("svg", { width: 0, height: 0, "aria-hidden": "true", style: "position:absolute" }, this.stripes);
    document.body.append(sheet);
  }

  drawMarks() {
    this.markers = new Map();
    this.leaders = new Map();
    for (const mark of this.data.marks) {
      const marker = L.marker([mark.lat, mark.lon], { pane: "glyphs", icon: L.divIcon({ className: "mark", html: "" }), keyboard: true, riseOnHover: true });
      marker.bindPopup(() => Y.zonePopup(mark, this.entries, Y.group(this.data, "sector").title, {
        moved: this.moved.get(mark.name), also: Y.otherFigures(mark.name, this.elsewhere.get(mark.name), this.data.nav),
      }), this.popupOptions());
      const told = mark.sectors.map((sector) => Y.say(this.entries.get(sector.key).label)).join(Y.say("、"));
      marker.on("add", () => {
        const node = marker.getElement();
        node.setAttribute("aria-label", [mark.name, mark.level, told || this.data.others_told[1]].map((text) => Y.say(text)).join(Y.say("，")));
        node.dataset.zone = mark.name;
      });
      this.markers.set(mark.name, { mark, marker });
      this.leaders.set(mark.name, L.polyline([], {
        pane: "leaders", renderer: this.renderers.leaders, interactive: false, color: "#1F2328", weight: 0.9, opacity: 0.75,
      }));
    }
    // A dot at the end of each line from a glyph to its place: a line of no length with round ends.
    this.leaderEnds = L.polyline([], { pane: "leaders", renderer: this.renderers.leaders, interactive: false, color: "#1F2328", weight: 4, lineCap: "round", className: "place" }).addTo(this.map);
    this.ports = this.data.ports.map((port) => {
      const marker = L.marker([port.lat, port.lon], { pane: "glyphs", icon: L.divIcon({ className: "mark port-mark", html: Y.portGlyph(), iconSize: [14, 14] }), keyboard: true });
      marker.bindPopup(() => Y.plainPopup(port.name, port.facts), this.popupOptions());
      marker.addTo(this.map);
      marker.getElement().setAttribute("aria-label", port.name);
      return { port, marker };
    });
  }

  // Places to touch are 24 px wide and may overlap: what is nearest to the finger is meant.
  setUpTouch() {
    this.map.getPane("glyphs").addEventListener("click", (event) => {
      const node = event.target.closest(".mark[data-zone]");
      if (!node || !event.detail) return;
      const frame = this.map.getContainer().getBoundingClientRect();
      const { x, y } = this.map.containerPointToLayerPoint([event.clientX - frame.left, event.clientY - frame.top]);
      const away = ([, spot]) => Math.hypot(spot.x - x, spot.y - y) - spot.r;
      const [nearest] = Array.from(this.spots).sort((a, b) => away(a) - away(b))[0];
      if (nearest === node.dataset.zone) return;
      event.stopImmediatePropagation();
      this.markers.get(nearest).marker.openPopup();
    }, true);
    // Layers of ours that a control of layers switches.
    const shown = new Set(["开发区", "口岸", "地名"]);
    this.map.on("overlayadd overlayremove", (event) => {
      if (event.type === "overlayadd") shown.add(event.name); else shown.delete(event.name);
      for (const [name, type] of [["开发区", "zones"], ["口岸", "ports"], ["地名", "places"]]) this.map.getContainer().classList.toggle(`no-${type}`, !shown.has(name));
    });
    const box = this.waitingBox = L.control({ position: "bottomright" });
    this.waiting = Y.el("div", { id: "waiting", role: "status", hidden: true });
    box.onAdd = () => this.waiting;
    box.addTo(this.map);
  }

  drawLabels() {
    this.labels = new Y.Labels(this.map, this.map.getPane("labels"));
    const point = (lat, lon) => this.map.latLngToLayerPoint([lat, lon]);
    const beside = new Map(Y.group(this.data, "focus").entries.map((entry) => [entry.key, entry]));
    for (const item of this.data.prefectures) {
      const chips = item.chips.map((key) => Y.chip(this.entries.get(key) || beside.get(key)));
      const node = Y.el("div", { class: "prefecture" + (item.active ? "" : " faint") + (item.named ? " named" : "") },
        Y.el("span", { class: "name" }, item.short), item.value && Y.el("span", { class: "value" }, item.value), chips.length > 0 && Y.el("span", { class: "chips" }, ...chips));
      if (item.ink) {
        node.style.color = item.ink;
        node.style.textShadow = ["2px", "2px", "3px", "4px"].map((blur) => `0 0 ${blur} ${item.halo}`).join(", ");
      }
      this.labels.add(node, { kind: "area", rank: item.active ? 0 : 90, anchor: () => ({ ...this.xy(point(item.lat, item.lon)), reach: 18 * 2 ** Math.max(0, this.map.getZoom() - 6.2) + 22 }) });
    }
    for (const { mark } of this.markers.values()) {
      const node = Y.el("div", { class: "zone-label" + (mark.level === "国家级" ? " national" : "") }, Y.el("span", {}, mark.short),
        mark.sectors.length > 0 && Y.el("span", { class: "chips" }, ...Y.held(mark.sectors, this.entries).map((entry) => Y.chip(entry))));
      node.dataset.label = mark.name;
      const rank = 10 + (mark.sectors.length ? 0 : 20) - mark.sectors.length - (mark.level === "国家级" ? 1 : 0);
      this.labels.add(node, { kind: "point", rank, far: () => Y.tieReaches(mark, this.map.getZoom()), anchor: () => this.spots.get(mark.name) || null,
        // On a phone the theme comes first: other names wait for a closer view.
        waits: () => !mark.sectors.length && this.map.getZoom() < Y.DOTS_BELOW && this.data.others < this.data.marks.length });
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
    const active = new Set(this.data.areas.filter((area) => area.active).map((area) => area.region));
    this.nameUnder();
    const seats = new Set(this.under.filter(({ seats: found }) => found.length).map(({ item }) => item.name));
    for (const item of this.data.counties) {
      if (!active.has(item.region) || seats.has(item.name)) continue;
      const node = Y.el("div", { class: "county" }, item.short);
      this.labels.add(node, { kind: "area", rank: 70, anchor: () => (this.map.getZoom() < Y.COUNTIES_FROM ? null
        : { ...this.xy(point(item.lat, item.lon)), reach: 12 * 2 ** (this.map.getZoom() - Y.COUNTIES_FROM) }) });
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
    const dots = zoom < Y.DOTS_BELOW;
    const overlapping = dots && !this.data.amounts; // a circle as large as an amount would hide its neighbours
    const close = zoom >= Y.SHAPES_FROM;
    if (this.labels.pane.classList.toggle("close", close) !== Boolean(this.close)) {
      this.close = close;
      this.labels.measure();
    }
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
      const radius = close ? Y.OTHER_RADIUS : this.data.amounts ? Y.amountRadius(mark.amount) : Y.radius(sectors.length, scale, zoom);
      // Plain dots keep their places: they may cover half of one another.
      shown.push({ mark, marker, sectors, national, x: anchor.x, y: anchor.y, radius, r: overlapping ? radius * 0.42 : radius + (national ? 3 : 1) });
    }
    const fixed = this.ports.map(({ port }) => ({ ...this.xy(map.latLngToLayerPoint([port.lat, port.lon])), r: dots ? 3 : 6 }));
    const placed = Y.dodge(shown.concat(fixed), overlapping ? 0 : 1.5);
    this.spots = new Map();
    this.moved = new Map();
    const obstacles = [];
    const points = [];
    shown.forEach((item, k) => {
      const { x, y } = placed[k];
      if (dots) item.r = item.radius + (item.national ? 2 : 1);
      this.drawMark(item, x, y, points);
      this.spots.set(item.mark.name, { x, y, r: item.r });
      obstacles.push({ left: x - item.r, right: x + item.r, top: y - item.r, bottom: y + item.r });
    });
    this.leaderEnds.setLatLngs(points);
    this.ports.forEach(({ marker }, k) => {
      const { x, y } = placed[shown.length + k];
      marker.setLatLng(map.layerPointToLatLng([x, y]));
      obstacles.push({ left: x - 6, right: x + 6, top: y - 6, bottom: y + 6 });
    });
    for (const { item } of this.data.dotted ? this.features : []) {
      if (!(item.label || item.size) || this.state.off.class.has(item.key)) continue;
      const { x, y } = map.latLngToLayerPoint([item.lat, item.lon]);
      const r = Math.min(18, Math.max(5, Y.LARGEST_CIRCLE * item.size)); // a name may lie on the rim of a large one
      obstacles.push({ left: x - r, right: x + r, top: y - r, bottom: y + r });
    }
    const glyphs = Array.from(this.spots.values()).concat(placed.slice(shown.length).map(({ x, y }) => ({ x, y, r: 6 })));
    const seats = this.placeSeats(glyphs);
    for (const { x, y, r } of seats) obstacles.push({ left: x - r, right: x + r, top: y - r, bottom: y + r });
    glyphs.push(...seats);
    this.labels.place(obstacles.concat(this.panelBoxes()), glyphs);
    // The note may stand elsewhere now: names keep off it there.
    if (this.tellWaiting()) this.labels.place(obstacles.concat(this.panelBoxes()), glyphs);
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

  // What waits for a closer view, and what does not stand where it belongs.
  tellWaiting() {
    const hidden = Number(this.map.getPane("labels").dataset.hidden);
    const parts = [hidden && Y.say("{0} 个名称放大可见", hidden), this.moved.size && Y.say("{0} 个符号移开逾 {1} 千米，细线指向其点位", this.moved.size, Y.FAR_KM)].filter(Boolean);
    this.waiting.textContent = parts.join(Y.say("；"));
    this.waiting.hidden = !parts.length;
    return parts.length > 0 && this.moveWaiting();
  }

  // To the first corner where the note covers no zone, else to where it covers fewest.
  moveWaiting() {
    const frame = this.map.getContainer().getBoundingClientRect();
    const before = this.waitingBox.getPosition();
    const covered = (corner) => {
      this.waitingBox.setPosition(corner);
      const box = this.waiting.getBoundingClientRect();
      return Array.from(this.spots.values()).filter((spot) => {
        const { x, y } = this.map.layerPointToContainerPoint([spot.x, spot.y]);
        return Y.away({ left: box.left - frame.left, right: box.right - frame.left, top: box.top - frame.top, bottom: box.bottom - frame.top }, { x, y, r: spot.r }) < 0;
      }).length;
    };
    const corners = ["bottomright", "bottomleft", "topright"].map((corner) => [covered(corner), corner]);
    const [, best] = corners.reduce((one, other) => (other[0] < one[0] ? other : one));
    this.waitingBox.setPosition(best);
    return best !== before;
  }

  // A label that found room only further away is tied to its glyph by a thin line.
  drawLabelLeaders() {
    const lines = this.labels.ties.map((tie) => tie.map(([x, y]) => this.map.layerPointToLatLng([x, y])));
    if (!this.ties) {
      this.ties = L.polyline([], { pane: "leaders", renderer: this.renderers.leaders, interactive: false, color: "#1F2328", weight: 1, opacity: 0.8, smoothFactor: 0, className: "tie" }).addTo(this.map);
    }
    this.ties.setLatLngs(lines);
  }

  drawMark(item, x, y, points) {
    const { mark, marker, sectors, national, radius } = item;
    const look = [sectors.map((sector) => sector.key).join("|"), radius.toFixed(2), this.close].join(":");
    marker.setLatLng(this.map.layerPointToLatLng([x, y]));
    if (marker.look !== look) {
      const held = Y.held(sectors, this.entries);
      const glyph = Y.glyph(this.close ? [] : held, radius, national);
      this.shapes.get(mark.name).setStyle(this.close && held.length ? { fillColor: this.paint(held), fillOpacity: 0.8 } : { fillColor: "#FFFFFF", fillOpacity: 0.55 });
      const size = Number(glyph.getAttribute("width"));
      marker.setIcon(L.divIcon({ className: "mark", html: glyph, iconSize: [size, size] }));
      marker.look = look;
    }
    if (!this.map.hasLayer(marker)) marker.addTo(this.map);
    const shape = this.shapes.get(mark.name);
    if (!this.map.hasLayer(shape)) shape.addTo(this.map);
    const leader = this.leaders.get(mark.name);
    const km = this.map.distance([mark.lat, mark.lon], marker.getLatLng()) / 1000;
    if (km > Y.FAR_KM) this.moved.set(mark.name, Math.round(km));
    if (km > 0.9 * Y.FAR_KM || Math.hypot(x - item.x, y - item.y) > radius * 0.7) {
      leader.setLatLngs([[mark.lat, mark.lon], marker.getLatLng()]);
      if (!this.map.hasLayer(leader)) leader.addTo(this.map);
      points.push([[mark.lat, mark.lon], [mark.lat, mark.lon]]);
    } else leader.remove();
  }

  // One colour, or stripes of several.
  paint(entries) {
    if (entries.length === 1) return entries[0].colour;
    const id = `stripes-${entries.map((entry) => entry.colour.slice(1)).join("-")}`;
    if (!this.stripes.querySelector(`#${id}`)) {
      const wide = 8 * entries.length;
      this.stripes.append(Y.svg("pattern", { id, width: wide, height: wide, patternUnits: "userSpaceOnUse", patternTransform: "rotate(45)" },
        entries.map((entry, k) => Y.svg("rect", { x: 8 * k, y: 0, width: 8, height: wide, fill: entry.colour }))));
    }
    return `url(#${id})`;
  }

  search(text) {
    const wanted = text.trim().toLowerCase().replace(/\s+/g, "");
    if (!wanted) return [];
    const hits = [];
    const score = (item, names) => {
      const { pinyin = "", initials = "" } = item;
      if (names.some((name) => name.toLowerCase() === wanted)) return 0;
      if (names.some((name) => name.toLowerCase().startsWith(wanted))) return 1;
      if (initials.startsWith(wanted)) return 2;
      if (names.some((name) => name.toLowerCase().includes(wanted))) return 3;
      if (pinyin.startsWith(wanted)) return 4;
      return initials.includes(wanted) || pinyin.includes(wanted) ? 5 : -1;
    };
    const add = (kind, item, names, label, note, behind = 0) => {
      const value = score(item, names.concat(names.map((name) => Y.say(name).replace(/\s+/g, ""))));
      if (value >= 0) hits.push({ kind, item, name: item.name, label, note: note && Y.say(note), value: value + behind });
    };
    const has = (said) => wanted.length > 1 && Y.say(said).toLowerCase().replace(/\s+/g, "").includes(wanted);
    const { data } = this;
    for (const mark of data.marks) {
      const alias = mark.aliases.find((name) => name.toLowerCase().includes(wanted));
      add("zone", mark, [mark.name, mark.short, ...mark.aliases], mark.name, alias ? Y.say("又名 {0}", alias) : mark.prefecture);
      const role = mark.sectors.flatMap((sector) => sector.roles.map(([said]) => said)).find(has);
      if (role) hits.push({ kind: "zone", item: mark, name: mark.name, label: mark.name, note: Y.say(role), value: 6 });
    }
    for (const item of data.prefectures) {
      add("prefecture", item, [item.name, item.short], item.name, "州（市）");
      const said = item.focus.map(([, text]) => text).flatMap((text) => text.split("、")).find(has);
      if (said) hits.push({ kind: "prefecture", item, name: item.name, label: item.name, note: Y.say(said), value: 7 });
    }
    for (const item of data.counties) add("county", item, [item.name, item.short], item.name, item.prefecture, 0.5);
    for (const port of data.ports) add("port", port, [port.name, ...port.aliases], port.name, "口岸");
    for (const entry of Y.group(data, "sector").entries) add("sector", entry, [entry.label, entry.key], entry.label, Y.group(data, "sector").title);
    for (const { item } of this.features) if (item.name) add("feature", item, [item.name], item.name, "自有数据");
    const drawn = new Set(data.marks.map((mark) => mark.name));
    for (const item of data.elsewhere) {
      if (!drawn.has(item.name)) add("elsewhere", item, [item.name, ...item.aliases], item.name, Y.say("见图{0}", item.figures.join("、")), 0.7);
    }
    const seen = new Set();
    return hits.sort((a, b) => a.value - b.value).filter((hit) => {
      const key = `${hit.kind} ${hit.name || hit.label}`;
      return !seen.has(key) && seen.add(key);
    });
  }

  fly(hit) {
    const { map } = this;
    if (hit.kind === "zone") {
      const { mark, marker } = this.markers.get(hit.name);
      if (!this.shows(mark)) this.reveal();
      this.goTo([mark.lat, mark.lon], Math.max(map.getZoom(), 9.5), () => { marker.openPopup(); marker.getElement().focus({ preventScroll: true }); });
    } else if (hit.kind === "port") {
      const { port, marker } = this.ports.find((item) => item.port.name === hit.name);
      this.goTo([port.lat, port.lon], Math.max(map.getZoom(), 9.5), () => marker.openPopup());
    } else if (hit.kind === "county") {
      const { item } = hit;
      this.goTo([item.lat, item.lon], Math.max(map.getZoom(), 9), () => map.openPopup(this.countyPopup(item), [item.lat, item.lon], this.popupOptions()));
    } else if (hit.kind === "sector") this.choose(hit.item.key);
    else if (hit.kind === "feature") {
      const { item, polygon } = this.features.find((one) => one.item === hit.item);
      if (this.state.off.class.delete(item.key)) this.reveal();
      this.goTo([item.lat, item.lon], Math.max(map.getZoom(), 8), () => polygon.openPopup());
    } else if (hit.kind === "elsewhere") {
      const file = ((this.data.nav && this.data.nav.figures) || {})[hit.item.figures.find((number) => number > 1) || hit.item.figures[0]];
      if (file) window.location.href = Y.linkTo(file.file, hit.item.kind === "zone" ? hit.name : "");
    } else {
      const item = this.data.prefectures.find((one) => one.name === hit.name);
      // 红河 lies in two regions: show the part that this figure is about.
      const parts = this.data.areas.filter((area) => area.prefecture === item.name);
      const part = parts.find((area) => area.active) || parts[0];
      this.goTo([item.lat, item.lon], Math.max(map.getZoom(), 8), () => map.openPopup(
        this.prefecturePopup(item, part.region), [item.lat, item.lon], this.popupOptions()));
    }
  }

  countyPopup(item) {
    const marks = this.data.marks.filter((mark) => mark.county === item.name);
    return Y.plainPopup(item.name, [["所属州（市）", item.prefecture], ["空间布局", `“${item.region}”`],
      ["图上开发区", marks.length ? marks.map((mark) => Y.say(mark.short)).join(Y.say("、")) : "无"]]);
  }

  // One industry alone, in the whole figure.
  choose(key) {
    this.reveal();
    for (const box of document.querySelectorAll('#panel input[data-kind="sector"]')) {
      box.checked = box.dataset.key === key;
      if (!box.checked) this.state.off.sector.add(box.dataset.key);
    }
    this.home();
    this.layout();
    this.remember();
  }

  // A zone that was filtered away is wanted again: show everything.
  reveal() {
    for (const set of Object.values(this.state.off)) set.clear();
    for (const box of document.querySelectorAll("#panel input[type=checkbox]")) box.checked = true;
    this.layout();
  }
};

function yngis(map) {
  const data = JSON.parse(document.getElementById("yngis-data").textContent);
  Y.words = data.english || {};
  const wanted = new URLSearchParams(window.location.search).get("lang");
  Y.lang = ["zh", "en"].includes(wanted) ? wanted : data.lang;
  document.documentElement.lang = Y.lang === "en" ? "en" : "zh-CN";
  if (Y.lang === "en") document.title = Y.say(data.page_title);
  return new Y.Viewer(map, data);
}
