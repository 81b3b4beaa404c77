// Lines of longitude and latitude with their degrees, so that any place on earth can be told.
E.STEPS = [30, 20, 10, 5, 2, 1, 0.5, 0.2, 0.1, 0.05, 0.02, 0.01, 0.005, 0.002, 0.001];

E.degrees = function (value, step, [positive, negative]) {
  const digits = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  const turned = positive === "E" ? ((((value + 180) % 360) + 360) % 360) - 180 : value;
  const size = Math.abs(turned).toFixed(digits);
  return `${size}°${Number(size) % 180 === 0 ? "" : turned > 0 ? positive : negative}`;
};

E.Grid = class {
  constructor(map) {
    this.map = map;
    this.lines = L.layerGroup().addTo(map);
    this.pane = map.getPane("labels");
    this.nodes = [];
  }

  draw(renderer) {
    const { map } = this;
    const bounds = map.getBounds();
    const size = map.getSize();
    const wanted = Math.max(2, Math.min(7, size.x / 170));
    const step = E.STEPS.find((each) => (bounds.getEast() - bounds.getWest()) / each >= wanted) || E.STEPS[E.STEPS.length - 1];
    const [south, north] = [Math.max(bounds.getSouth(), -85), Math.min(bounds.getNorth(), 85)];
    this.lines.clearLayers();
    for (const node of this.nodes) node.remove();
    this.nodes = [];
    const line = (ends) => L.polyline(ends, { pane: "grid", renderer, interactive: false, color: "#8d96a0", weight: 0.7, opacity: 0.55 }).addTo(this.lines);
    const every = (low, high) => Array.from({ length: Math.max(0, Math.floor(high / step) - Math.ceil(low / step) + 1) }, (_, k) => (Math.ceil(low / step) + k) * step);
    for (const east of every(bounds.getWest(), bounds.getEast())) {
      line([[south, east], [north, east]]);
      this.name(E.degrees(east, step, ["E", "W"]), map.latLngToContainerPoint([0, east]).x, size.y - 15, "across");
    }
    for (const up of every(south, north)) {
      line([[up, bounds.getWest()], [up, bounds.getEast()]]);
      this.name(E.degrees(up, step, ["N", "S"]), size.x - 4, map.latLngToContainerPoint([up, 0]).y, "up");
    }
  }

  // Nothing in the corners, where controls lie.
  name(text, x, y, way) {
    const size = this.map.getSize();
    if (way === "across" ? x > size.x - 190 || x < 24 : y < 90 || y > size.y - 44) return;
    const node = Y.el("div", { class: `degrees ${way}` }, text);
    this.pane.append(node);
    this.nodes.push(node);
    L.DomUtil.setPosition(node, this.map.containerPointToLayerPoint([Math.round(x), Math.round(y)]));
  }
};
