// The map of a cluster analysis. `yngisClusters(map)` is called by the page once folium has made its Leaflet map.
Y.ClusterViewer = class extends Y.Frame {
  constructor(map, data) {
    super(map, data);
    this.state = {
      on: { surface: true, hot: true, hulls: true, links: true, plants: false }, industry: "", network: 0,
      limits: data.networks.map((network) => ({ threshold: network.threshold, within: network.within })),
    };
    for (const network of data.networks) {
      network.links = network.links.map(([from, to, value, km, because]) => ({ from, to, value, km, because }));
    }
    this.setUpMap(["areas", "surface", "hot", "lines", "hulls", "plants", "links"]);
    this.drawBase();
    this.panel = new Y.ClusterPanel(data, this.state, { show: (key) => this.show(key), fly: (link) => this.fly(link) });
    this.groups = { surface: this.drawSurface(), hot: L.layerGroup(), hulls: this.drawHulls(), links: L.layerGroup(), plants: L.layerGroup() };
    this.drawZones();
    this.drawLabels();
    this.setUpEvents();
    this.home();
    for (const key of ["surface", "hot", "hulls"]) this.show(key);
    this.layout();
    document.documentElement.dataset.ready = "true";
  }

  drawBase() {
    const { land } = this.data;
    for (const rings of this.data.areas) {
      L.polygon(Y.decodePolygons(rings, this.data.scale), {
        pane: "areas", renderer: this.renderers.areas, interactive: false, fillColor: land, fillOpacity: 1, color: land, weight: 0.6,
      }).addTo(this.map);
    }
    this.drawLines();
  }

  drawSurface() {
    const { surface } = this.data;
    if (!surface) return L.layerGroup();
    const [west, south, east, north] = surface.bounds;
    return L.layerGroup([L.imageOverlay(surface.uri, [[south, west], [north, east]], { pane: "surface", alt: "企业核密度", className: "surface" })]);
  }

  drawHulls() {
    const colours = new Map(this.data.industries.map((item) => [item.key, item.colour]));
    return L.layerGroup((this.data.hulls || []).map((hull) => this.place("hulls", Y.decodePolygons(hull.rings, this.data.zone_scale), hull.title, hull.facts, {
      className: "hull", color: colours.get(hull.industry), weight: 2.2, fillColor: colours.get(hull.industry), fillOpacity: 0.3,
    })));
  }

  drawHot() {
    const { hot } = this.data;
    const colours = new Map(hot.classes.map((item) => [item.key, item.colour]));
    const counts = new Map();
    this.groups.hot.clearLayers();
    for (const county of hot.counties) {
      const found = county.found.filter((item) => !this.state.industry || item.industry === this.state.industry);
      if (!found.length) continue;
      const kind = hot.classes.map((item) => item.key).find((key) => found.some((item) => item.kind === key));
      counts.set(kind, (counts.get(kind) || 0) + 1);
      this.place("hot", Y.decodePolygons(county.rings, this.data.scale), county.name, found.map((item) => [item.industry, item.text]), {
        className: `hot ${kind}`, color: colours.get(kind), weight: 1.6, dashArray: kind === "moran" ? "5 3" : null,
        fillColor: colours.get(kind), fillOpacity: kind === "moran" ? 0.08 : 0.42,
      }).addTo(this.groups.hot);
    }
    this.panel.countHot(counts);
  }

  // Thousands of dots: one canvas, filled when they are first asked for.
  drawPlants() {
    const group = this.groups.plants;
    if (group.getLayers().length) return;
    const renderer = L.canvas({ pane: "plants", padding: 0.5 });
    for (const item of this.data.plants) {
      for (const [lat, lon] of Y.decode(item.points, this.data.scale)) {
        L.circleMarker([lat, lon], {
          pane: "plants", renderer, interactive: false, radius: 3, color: "#FFFFFF", weight: 0.6, fillColor: item.colour, fillOpacity: 1,
        }).addTo(group);
      }
    }
  }

  // A shape with a popup that the keyboard reaches too.
  place(pane, rings, title, facts, look) {
    const shape = L.polygon(rings, { pane, renderer: this.renderers[pane], ...look });
    shape.bindPopup(() => Y.plainPopup(title, facts), this.popupOptions());
    shape.on("add", () => {
      const node = shape.getElement();
      node.setAttribute("tabindex", "0");
      node.setAttribute("role", "button");
      node.setAttribute("aria-label", title);
      if (!node.listens) node.addEventListener("keydown", (event) => { if (event.key === "Enter") shape.openPopup(); });
      node.listens = true;
    });
    return shape;
  }

  drawZones() {
    this.markers = this.data.zones.map((zone) => {
      const marker = L.marker([zone.lat, zone.lon], { icon: L.divIcon({ className: "mark", html: "" }), keyboard: true, riseOnHover: true });
      marker.bindPopup(() => Y.plainPopup(zone.name, zone.facts), this.popupOptions());
      marker.on("add", () => {
        marker.getElement().setAttribute("aria-label", zone.name);
        marker.getElement().dataset.zone = zone.name;
      });
      return marker;
    });
  }

  drawLabels() {
    this.labels = new Y.Labels(this.map, this.map.getPane("labels"));
    const at = (item) => this.xy(this.map.latLngToLayerPoint([item.lat, item.lon]));
    for (const item of this.data.prefectures) {
      this.labels.add(Y.el("div", { class: "prefecture" }, Y.el("span", { class: "name" }, item.short)), {
        kind: "area", rank: 30, anchor: () => ({ ...at(item), reach: 18 * 2 ** Math.max(0, this.map.getZoom() - 6.2) + 22 }),
      });
    }
    this.data.zones.forEach((zone, k) => {
      const label = { kind: "point", rank: 10, far: false, anchor: () => this.spots[k] };
      this.labels.add(Y.el("div", { class: "zone-label" + (zone.level === "国家级" ? " national" : "") }, zone.short), label);
    });
    this.labels.measure();
  }

  // Which links reach the thresholds, the strongest first.
  links() {
    if (!this.data.networks.length || !this.state.on.links) return [];
    const { threshold, within } = this.state.limits[this.state.network];
    return this.data.networks[this.state.network].links.filter((link) => link.value >= threshold && link.km <= within);
  }

  show(key) {
    if (key === "hot" && this.data.hot) this.drawHot();
    if (key === "plants" && this.state.on.plants) this.drawPlants();
    if (key === "links") this.layout();
    else if (this.state.on[key]) this.groups[key].addTo(this.map);
    else this.groups[key].remove();
  }

  layout() {
    const { map } = this;
    const links = this.links();
    const degree = new Array(this.data.zones.length).fill(0);
    for (const link of links) {
      degree[link.from] += 1;
      degree[link.to] += 1;
    }
    const scale = Math.min(1.3, Math.max(0.7, 0.95 + 0.2 * (map.getZoom() - 7)));
    const items = this.data.zones.map((zone, k) => ({ ...this.xy(map.latLngToLayerPoint([zone.lat, zone.lon])), r: (degree[k] ? 4.5 + 1.6 * Math.sqrt(degree[k]) : 3.6) * scale + 1 }));
    this.spots = Y.dodge(items, 1).map(({ x, y }, k) => ({ x, y, r: items[k].r }));
    this.spots.forEach((spot, k) => this.drawSpot(k, spot, degree[k]));
    this.drawLinks(links);
    if (this.data.networks.length) this.panel.setLinks(links);
    const boxes = this.spots.map(({ x, y, r }) => ({ left: x - r, right: x + r, top: y - r, bottom: y + r }));
    this.labels.place(boxes.concat(this.panelBoxes()));
    map.getPane("labels").classList.remove("moving");
  }

  drawSpot(k, { x, y, r }, degree) {
    const marker = this.markers[k];
    const national = this.data.zones[k].level === "国家级";
    const look = `${r.toFixed(1)} ${degree > 0}`;
    marker.setLatLng(this.map.layerPointToLatLng([x, y]));
    if (marker.look !== look) {
      const size = 2 * r;
      const svg = Y.svg("svg", { width: size, height: size, viewBox: [-r, -r, size, size].join(" "), "aria-hidden": "true", focusable: "false" },
        Y.svg("circle", { r: r - 1.2, class: "node" + (degree ? " linked" : "") + (national ? " national" : "") }));
      marker.setIcon(L.divIcon({ className: "mark", html: svg, iconSize: [size, size] }));
      marker.look = look;
    }
    if (!this.map.hasLayer(marker)) marker.addTo(this.map);
  }

  drawLinks(links) {
    const group = this.groups.links.clearLayers().addTo(this.map);
    if (!links.length) return;
    const { threshold } = this.state.limits[this.state.network];
    const ends = links.map((link) => [this.markers[link.from].getLatLng(), this.markers[link.to].getLatLng()]);
    L.polyline(ends, { pane: "links", renderer: this.renderers.links, interactive: false, color: "#FFFFFF", opacity: 0.85, weight: 5, smoothFactor: 0 }).addTo(group);
    links.forEach((link, k) => {
      const line = L.polyline(ends[k], {
        pane: "links", renderer: this.renderers.links, className: "link", color: "#0B3D43", opacity: 0.85, lineCap: "round",
        weight: 1.4 + 3.4 * ((link.value - threshold) / Math.max(0.01, 1 - threshold)), smoothFactor: 0,
      });
      line.on("click", (event) => this.tell(link, event.latlng));
      line.addTo(group);
    });
  }

  // A popup of its own, not of the line: lines are drawn anew whenever the map has moved.
  tell(link, where) {
    const network = this.data.networks[this.state.network];
    const [one, other] = [this.data.zones[link.from], this.data.zones[link.to]];
    this.map.openPopup(Y.plainPopup(`${one.name} — ${other.name}`, [
      [network.measure, link.value.toFixed(2)], ["直线距离", `${link.km.toFixed(0)} 公里`], [network.because, link.because]]), where, this.popupOptions());
  }

  fly(link) {
    const bounds = L.latLngBounds(this.markers[link.from].getLatLng(), this.markers[link.to].getLatLng());
    const zoom = Math.min(9, this.map.getBoundsZoom(bounds.pad(0.4)));
    this.goTo(bounds.getCenter(), zoom, () => this.tell(link, bounds.getCenter()));
  }
};

function yngisClusters(map) {
  return new Y.ClusterViewer(map, JSON.parse(document.getElementById("yngis-data").textContent));
}
