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

  // obstacles: boxes in layer points; items offer `anchor()` -> {x, y, r} or null when not shown.
  place(obstacles) {
    const taken = obstacles.slice();
    const view = this.map.getSize();
    const origin = this.map.containerPointToLayerPoint([0, 0]);
    const screen = { left: origin.x + 2, top: origin.y + 2, right: origin.x + view.x - 2, bottom: origin.y + view.y - 2 };
    const ordered = this.items.slice().sort((a, b) => a.rank - b.rank);
    let hidden = 0;
    for (const item of ordered) {
      const anchor = item.anchor();
      let box = null;
      if (anchor) {
        const places = item.kind === "area" ? Y.areaPlaces(anchor, item) : Y.pointPlaces(anchor, item);
        box = places.find((place) => !taken.some((other) => Y.overlap(place, other, 1)) && Y.inside(place, screen));
        if (!box) hidden += 1;
      }
      item.node.style.visibility = box ? "visible" : "hidden";
      if (box) {
        taken.push(box);
        L.DomUtil.setPosition(item.node, L.point(Math.round(box.left), Math.round(box.top)));
      }
    }
    this.pane.dataset.hidden = String(hidden);
  }
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
