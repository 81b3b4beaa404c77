// What lies under the glyphs beside land and borders: lakes, rivers, roads, railways, seats of prefectures.
Y.UNDER = [["rivers", "河流"], ["lakes", "湖泊"], ["roads", "公路"], ["railways", "铁路"], ["seats", "州（市）府"]];
Y.SEAT_RADIUS = 3.2; // px
Y.LAKE_NAMED = 16; // px across from which a lake has a name
Y.RIVER_NAMED = 90; // px in the window from which a river or a road has a name

Y.Frame.prototype.drawUnder = function () {
  const { data, map } = this;
  const { base } = data.style;
  const ink = base.rivers[0];
  const common = { pane: "under", renderer: this.renderers.under, interactive: false, smoothFactor: 0.6, lineJoin: "round" };
  const line = (lines, color, weight, more) => lines.length && L.polyline(lines, { ...common, color, weight, ...more }).addTo(map);
  this.under = data.under.map((item) => {
    const lines = item.lines.map((part) => Y.decode(part, data.scale));
    const areas = Y.decodePolygons(item.polygons, data.scale);
    if (item.kind === "railways") {
      line(lines, base.railways[0], base.railways[1] + 0.6);
      line(lines, "#FFFFFF", base.railways[1] * 0.5, { dashArray: "5 5", lineCap: "butt" });
    } else if (item.kind === "roads") {
      line(lines, "#FFFFFF", base.roads[1] + 1, { opacity: 0.8 });
      line(lines, base.roads[0], base.roads[1]);
    } else line(lines, ink, base.rivers[1], { opacity: 0.75 });
    const shape = areas.length && L.polygon(areas, { ...common, fillColor: base.lakes[0], fillOpacity: 1, color: ink, weight: base.lakes[1], className: "lake" }).addTo(map);
    const seats = item.points.map((part) => {
      const at = Y.decode(part, data.scale)[0];
      const disc = (radius, fillColor, weight) => L.circleMarker(at, { ...common, pane: "lines", renderer: this.renderers.lines, radius, color: base.seats[0], weight, fillColor, fillOpacity: 1, className: "seat" });
      return { at, signs: [disc(Y.SEAT_RADIUS, "#FFFFFF", base.seats[1]), disc(1, base.seats[0], 0.6)] };
    });
    return { item, lines, seats, bounds: shape && shape.getBounds() };
  });
  document.documentElement.style.setProperty("--water", ink);
  document.documentElement.style.setProperty("--seat", base.seats[0]);
};

// Seats give way to the theme: one that a glyph covers is not drawn. What is left keeps names off.
Y.Frame.prototype.placeSeats = function (glyphs) {
  const kept = [];
  for (const { seats } of this.under) {
    for (const seat of seats) {
      const { x, y } = this.map.latLngToLayerPoint(seat.at);
      const free = this.map.getZoom() >= Y.DOTS_BELOW && glyphs.every((glyph) => Math.hypot(glyph.x - x, glyph.y - y) > glyph.r + Y.SEAT_RADIUS + 1);
      for (const sign of seat.signs) if (free !== this.map.hasLayer(sign)) { if (free) sign.addTo(this.map); else sign.remove(); }
      seat.spot = free ? { x, y, r: Y.SEAT_RADIUS + 1 } : null;
      if (free) kept.push(seat.spot);
    }
  }
  return kept;
};

Y.Frame.prototype.nameUnder = function () {
  const { map } = this;
  const waits = () => map.getZoom() < Y.DOTS_BELOW;
  for (const { item, lines, seats, bounds } of this.under) {
    if (!item.name) continue;
    const add = (type, spec) => this.labels.add(Y.el("div", { class: type }, item.name), { waits, ...spec });
    for (const seat of seats) add("seat-label", { kind: "dot", rank: 65, anchor: () => seat.spot });
    if (bounds) {
      add("water", { kind: "area", rank: 72, anchor: () => {
        const [low, high] = [map.latLngToLayerPoint(bounds.getSouthWest()), map.latLngToLayerPoint(bounds.getNorthEast())];
        if (Math.max(high.x - low.x, low.y - high.y) < Y.LAKE_NAMED) return null;
        return { x: (low.x + high.x) / 2, y: (low.y + high.y) / 2, reach: Math.max(18, high.x - low.x) };
      } });
    } else if (lines.length) {
      const longest = lines.reduce((one, other) => (other.length > one.length ? other : one));
      add(item.kind === "rivers" ? "water" : "way", { kind: "line", rank: 78, anchor: () => this.alongLine(longest) });
    }
  }
};

// Points of a line in the window, about 20 px apart, the middle first.
Y.Frame.prototype.alongLine = function (line) {
  const { map } = this;
  const view = map.getPixelBounds();
  const origin = map.getPixelOrigin();
  const points = [];
  let length = 0;
  let last = null;
  for (const at of line) {
    const point = map.latLngToLayerPoint(at);
    if (!view.contains(point.add(origin))) { last = null; continue; }
    const step = last ? point.distanceTo(last) : 0;
    for (let gone = 20; last && gone < step; gone += 20) points.push(last.add(point.subtract(last).multiplyBy(gone / step)));
    length += step;
    points.push(point);
    last = point;
  }
  if (length < Y.RIVER_NAMED) return null;
  const middle = points[Math.floor(points.length / 2)];
  return { x: middle.x, y: middle.y, points: points.map(({ x, y }) => ({ x, y })) };
};

// Beside a river, nearest to its middle first, and not across its bends.
Y.linePlaces = function (anchor, item) {
  const { points } = anchor;
  const { width: w, height: h } = item;
  const order = points.map((point, k) => [Math.abs(k - points.length / 2), point]).sort((a, b) => a[0] - b[0]);
  const clear = (box) => !points.some(({ x, y }) => x > box.left && x < box.right && y > box.top && y < box.bottom);
  return order.flatMap(([, { x, y }]) => [Y.box(x + 4, y - h / 2, item), Y.box(x - 4 - w, y - h / 2, item), Y.box(x - w / 2, y + 3, item), Y.box(x - w / 2, y - 3 - h, item)]).filter(clear);
};

Y.underKeys = function (data) {
  const kinds = new Set(data.under.map((item) => item.kind));
  const shown = Y.UNDER.filter(([kind]) => kinds.has(kind));
  if (!shown.length) return false;
  const sign = (kind) => {
    const [color, width] = data.style.base[kind];
    if (kind === "lakes") return Y.svg("path", { d: "M2 7C5 2 17 2 20 7C17 12 5 12 2 7Z", fill: color, stroke: data.style.base.rivers[0], "stroke-width": width });
    if (kind === "seats") return [Y.svg("circle", { cx: 11, cy: 7, r: Y.SEAT_RADIUS, fill: "#FFFFFF", stroke: color, "stroke-width": width }), Y.svg("circle", { cx: 11, cy: 7, r: 1.2, fill: color })];
    if (kind === "rivers") return Y.svg("path", { d: "M2 9C6 3 9 3 12 7S18 11 20 5", fill: "none", stroke: color, "stroke-width": width });
    const way = Y.svg("path", { d: "M2 7H20", stroke: color, "stroke-width": width + 0.6 });
    return kind === "roads" ? way : [way, Y.svg("path", { d: "M4 7H20", stroke: "#FFFFFF", "stroke-width": width * 0.5, "stroke-dasharray": "4 4" })];
  };
  return Y.el("p", { class: "key under" }, ...shown.map(([kind, label]) => Y.el("span", { class: "entry" },
    Y.svg("svg", { width: 22, height: 14, "aria-hidden": "true" }, [sign(kind)].flat()), Y.el("span", {}, label))));
};
