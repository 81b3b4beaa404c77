// Labels that never overlap: greedy over candidate places, glyphs and earlier labels as obstacles.
// What finds no room stays hidden and appears as one zooms in.
Y.Labels = class {
  constructor(map, pane) {
    this.map = map;
    this.pane = pane;
    this.items = [];
  }

  add(node, spec) {
    node.classList.add("label");
    node.style.visibility = "hidden";
    this.pane.append(node);
    this.items.push({ node, ...spec });
  }

  measure() {
    for (const item of this.items) {
      item.width = item.node.offsetWidth;
      item.height = item.node.offsetHeight;
    }
  }

  // obstacles: boxes in layer points; glyphs: circles {x, y, r}, of which a name without a tie must stand
  // nearest to its own; items offer `anchor()` -> {x, y, r} or null when not shown.
  place(obstacles, glyphs = []) {
    const taken = obstacles.slice();
    const view = this.map.getSize();
    const origin = this.map.containerPointToLayerPoint([0, 0]);
    const screen = { left: origin.x + 2, top: origin.y + 2, right: origin.x + view.x - 2, bottom: origin.y + view.y - 2 };
    this.ties = [];
    const free = (place) => Y.inside(place, screen) && !taken.some((other) => Y.overlap(place, other, 1))
      && !this.ties.some((tie) => Y.crosses(place, tie)) && (!place.tie || this.clear(place.tie, taken));
    for (const item of this.items) {
      const anchor = item.anchor();
      item.places = !anchor || (item.waits && item.waits()) ? [] : item.kind === "area" ? Y.areaPlaces(anchor, item).filter(free)
        : item.kind === "line" ? Y.linePlaces(anchor, item).filter(free)
        : Y.pointPlaces(anchor, item).filter((place) => free(place) && (place.tie || Y.owned(place, anchor, glyphs)));
      item.wanted = Boolean(anchor) && Y.inside({ left: anchor.x, right: anchor.x, top: anchor.y, bottom: anchor.y }, screen);
    }
    // Within a rank the label with the fewest places goes first.
    const ordered = this.items.slice().sort((a, b) => a.rank - b.rank || a.places.length - b.places.length);
    let hidden = 0;
    for (const item of ordered) {
      const box = item.places.find(free);
      item.node.style.visibility = box ? "visible" : "hidden";
      if (!box) {
        if (item.kind === "point" && item.wanted) hidden += 1;
        continue;
      }
      taken.push(box);
      if (box.tie) this.ties.push(box.tie);
      L.DomUtil.setPosition(item.node, L.point(Math.round(box.left), Math.round(box.top)));
    }
    this.pane.dataset.hidden = String(hidden);
  }

  // A tie runs over no glyph, no label and no other tie.
  clear(tie, taken) {
    return !taken.some((box) => Y.crosses(box, tie)) && !this.ties.some((other) => Y.segmentsMeet(tie, other));
  }
};

// How far a box lies from a circle's edge.
Y.away = (box, { x, y, r }) => Math.hypot(Math.max(box.left - x, 0, x - box.right), Math.max(box.top - y, 0, y - box.bottom)) - r;

Y.OWN_BY = 1.5; // px by which a name's own glyph is nearer than any other

Y.owned = function (box, anchor, glyphs) {
  const own = Y.away(box, anchor) + Y.OWN_BY;
  return glyphs.every((glyph) => (glyph.x === anchor.x && glyph.y === anchor.y) || Y.away(box, glyph) > own);
};

Y.crosses = function (box, [[x0, y0], [x1, y1]]) {
  if (Math.max(x0, x1) <= box.left || Math.min(x0, x1) >= box.right || Math.max(y0, y1) <= box.top || Math.min(y0, y1) >= box.bottom) return false;
  for (let k = 1; k < 12; k += 1) {
    const x = x0 + ((x1 - x0) * k) / 12;
    const y = y0 + ((y1 - y0) * k) / 12;
    if (x > box.left && x < box.right && y > box.top && y < box.bottom) return true;
  }
  return false;
};

Y.segmentsMeet = function ([a, b], [c, d]) {
  const side = (p, q, r) => Math.sign((q[0] - p[0]) * (r[1] - p[1]) - (q[1] - p[1]) * (r[0] - p[0]));
  return side(a, b, c) !== side(a, b, d) && side(c, d, a) !== side(c, d, b);
};

Y.inside = (box, frame) =>
  box.left >= frame.left && box.right <= frame.right && box.top >= frame.top && box.bottom <= frame.bottom;

Y.box = (left, top, item) => ({ left, top, right: left + item.width, bottom: top + item.height });

Y.pointPlaces = function (anchor, item) {
  const { x, y, r } = anchor;
  const { width: w, height: h } = item;
  const places = [];
  for (const gap of [2, 7, 14]) {
    const d = r + gap;
    const s = d * 0.72;
    places.push(
      Y.box(x + d, y - h / 2, item), Y.box(x - d - w, y - h / 2, item),
      Y.box(x + s, y - s - h * 0.8, item), Y.box(x + s, y + s - h * 0.2, item),
      Y.box(x - s - w, y - s - h * 0.8, item), Y.box(x - s - w, y + s - h * 0.2, item),
      Y.box(x - w / 2, y - d - h, item), Y.box(x - w / 2, y + d, item),
      Y.box(x - w * 0.25, y - d - h, item), Y.box(x - w * 0.75, y - d - h, item),
      Y.box(x - w * 0.25, y + d, item), Y.box(x - w * 0.75, y + d, item),
    );
  }
  for (const reach of item.far ? item.far() : []) {
    for (let k = 0; k < 16; k += 1) {
      const angle = (Math.PI * (k + 0.5)) / 8;
      const [dx, dy] = [Math.cos(angle), Math.sin(angle)];
      const tip = [x + dx * (r + reach), y + dy * (r + reach)];
      const left = dx > 0.3 ? tip[0] : dx < -0.3 ? tip[0] - w : tip[0] - w / 2;
      const box = Y.box(left, tip[1] - h / 2 + (Math.abs(dx) > 0.3 ? 0 : (dy * h) / 2), item);
      box.tie = [[x + dx * (r + 1.5), y + dy * (r + 1.5)], tip];
      places.push(box);
    }
  }
  return places;
};

// A prefecture's name may wander round the roomiest spot of its polygon, nearest place first.
Y.areaPlaces = function (anchor, item) {
  const places = [];
  const reach = anchor.reach;
  for (let ring = 0; ring * 9 <= reach; ring += 1) {
    const count = ring ? 6 + 4 * ring : 1;
    for (let k = 0; k < count; k += 1) {
      const angle = (2 * Math.PI * k) / count;
      const x = anchor.x + Math.cos(angle) * ring * 9;
      const y = anchor.y + Math.sin(angle) * ring * 9 * 0.8;
      places.push(Y.box(x - item.width / 2, y - item.height / 2, item));
    }
  }
  return places;
};
