// Shapes of any type: polygons as parcels are, lines and points beside them.
const E = { RADIUS: 4.5, DENSE: 4000, LINE: 2.4, STROKED: 9 };

E.RING = 0;
E.LINE_KIND = 1;
E.POINT = 2;

E.Store = class extends P.Store {
  constructor(arrays, world) {
    super(arrays, world);
    this.kinds = arrays.kinds || null;
    this.plain = new Uint8Array(this.count).fill(1); // nothing but polygons
    this.dotted = new Uint8Array(this.count); // some points
    if (!this.kinds) return;
    for (let i = 0; i < this.count; i += 1) {
      for (let ring = this.ringFirst[i]; ring < this.ringFirst[i + 1]; ring += 1) {
        if (this.kinds[ring] !== E.RING) this.plain[i] = 0;
        if (this.kinds[ring] === E.POINT) this.dotted[i] = 1;
      }
    }
  }

  kind(ring) { return this.kinds ? this.kinds[ring] : E.RING; }

  // Calls act(ax, ay, bx, by) for every edge of a shape; a point is an edge from itself to itself.
  edges(i, act) {
    for (let ring = this.ringFirst[i]; ring < this.ringFirst[i + 1]; ring += 1) {
      const [first, last] = [this.pointFirst[ring], this.pointFirst[ring + 1]];
      const closed = this.kind(ring) === E.RING || last - first === 1;
      for (let p = closed ? first : first + 1, q = closed ? last - 1 : first; p < last; q = p, p += 1) act(this.x[q], this.y[q], this.x[p], this.y[p]);
    }
  }

  // How far a place lies from the nearest edge of a shape.
  distance(i, x, y) {
    let least = Infinity;
    this.edges(i, (ax, ay, bx, by) => {
      const [dx, dy] = [bx - ax, by - ay];
      const long = dx * dx + dy * dy;
      const t = long ? Math.max(0, Math.min(1, ((x - ax) * dx + (y - ay) * dy) / long)) : 0;
      least = Math.min(least, Math.hypot(x - ax - t * dx, y - ay - t * dy));
    });
    return least;
  }

  // Whether a shape and a box have something in common.
  meets(i, x0, y0, x1, y1) {
    let met = false;
    this.edges(i, (ax, ay, bx, by) => { met = met || E.crossesBox(ax, ay, bx, by, x0, y0, x1, y1); });
    return met || this.holds(i, x0, y0);
  }
};

// Whether a stretch touches a box: what is left of it after each side has cut.
E.crossesBox = function (ax, ay, bx, by, x0, y0, x1, y1) {
  let [from, to] = [0, 1];
  for (const [start, step, low, high] of [[ax, bx - ax, x0, x1], [ay, by - ay, y0, y1]]) {
    if (step === 0) {
      if (start < low || start > high) return false;
      continue;
    }
    const [a, b] = [(low - start) / step, (high - start) / step];
    from = Math.max(from, Math.min(a, b));
    to = Math.min(to, Math.max(a, b));
  }
  return from <= to;
};

E.Layer = P.Layer.extend({
  overlap: 8,

  initialize(store, classes, classOf, options) {
    P.Layer.prototype.initialize.call(this, store, classes, classOf, options);
    this.picked = new Set();
    // Outlines from the zoom at which half of the polygons are wide enough for them.
    const sizes = [];
    const step = Math.max(1, Math.floor(store.count / 2000));
    for (let i = 0; i < store.count; i += step) {
      const size = Math.max(store.east[i] - store.west[i], store.south[i] - store.north[i]);
      if (size > 0) sizes.push(size);
    }
    sizes.sort((a, b) => a - b);
    const middle = sizes.length ? sizes[sizes.length >> 1] : 1;
    this.strokedFrom = Math.log2((E.STROKED * store.world) / (middle * this.getTileSize().x));
  },

  isStroked(view) { return view.zoom >= this.strokedFrom; },

  // Shapes with points are never too small to be drawn.
  extent(i, scale) { return this.store.dotted[i] ? Infinity : P.Layer.prototype.extent.call(this, i, scale); },

  fill(context, list, k, view, sharpness) {
    const { plain } = this.store;
    P.Layer.prototype.fill.call(this, context, this.store.kinds ? list.filter((i) => plain[i]) : list, k, view, sharpness);
    if (this.store.kinds) this.fillMixed(context, list.filter((i) => !plain[i]), k, view);
  },

  // The polygons of shapes that are more than polygons.
  fillMixed(context, list, k, view) {
    context.fillStyle = this.classes[k].colour;
    for (const i of list) {
      context.beginPath();
      this.trace(context, i, view, E.RING);
      context.fill("evenodd");
    }
  },

  trace(context, i, view, kind) {
    if (kind === undefined) { P.Layer.prototype.trace.call(this, context, i, view); return; }
    const { x, y, pointFirst, ringFirst } = this.store;
    const { x0, y0, scale } = view;
    for (let ring = ringFirst[i]; ring < ringFirst[i + 1]; ring += 1) {
      if (this.store.kind(ring) !== kind) continue;
      for (let p = pointFirst[ring]; p < pointFirst[ring + 1]; p += 1) {
        const [u, v] = [(x[p] - x0) * scale, (y[p] - y0) * scale];
        if (p === pointFirst[ring]) context.moveTo(u, v);
        else context.lineTo(u, v);
      }
      if (kind === E.RING) context.closePath();
    }
  },

  // Lines over all polygons, points over all lines, what is selected over everything.
  finish(context, shapes, view) {
    if (this.store.kinds) {
      for (const k of this.order) this.stroke(context, shapes[k], k, view);
      const dense = shapes.reduce((sum, list) => sum + list.length, 0) > E.DENSE;
      for (const k of this.order) this.spot(context, shapes[k], k, view, dense);
    }
    if (this.picked.size) this.mark(context, shapes, view);
  },

  stroke(context, list, k, view) {
    context.strokeStyle = this.classes[k].colour;
    context.lineWidth = E.LINE;
    context.lineJoin = "round";
    context.beginPath();
    for (const i of list) if (!this.store.plain[i]) this.trace(context, i, view, E.LINE_KIND);
    context.stroke();
  },

  spot(context, list, k, view, dense) {
    const { x, y, pointFirst, ringFirst, dotted } = this.store;
    context.fillStyle = this.classes[k].colour;
    context.strokeStyle = "rgba(255,255,255,.9)";
    context.lineWidth = 1;
    for (const i of list) {
      if (!dotted[i]) continue;
      for (let ring = ringFirst[i]; ring < ringFirst[i + 1]; ring += 1) {
        if (this.store.kind(ring) !== E.POINT) continue;
        const p = pointFirst[ring];
        const [u, v] = [(x[p] - view.x0) * view.scale, (y[p] - view.y0) * view.scale];
        if (dense) { context.fillRect(u - 1.5, v - 1.5, 3, 3); continue; }
        context.beginPath();
        context.arc(u, v, E.RADIUS, 0, 2 * Math.PI);
        context.fill();
        context.stroke();
      }
    }
  },

  mark(context, shapes, view) {
    context.strokeStyle = "#1F2328";
    context.fillStyle = "rgba(255,221,0,.45)";
    context.lineWidth = 2;
    for (const list of shapes) {
      for (const i of list) {
        if (!this.picked.has(i)) continue;
        context.beginPath();
        this.trace(context, i, view, E.RING);
        context.fill("evenodd");
        this.trace(context, i, view, E.LINE_KIND);
        for (let ring = this.store.ringFirst[i]; ring < this.store.ringFirst[i + 1]; ring += 1) {
          if (this.store.kind(ring) !== E.POINT) continue;
          const p = this.store.pointFirst[ring];
          const [u, v] = [(this.store.x[p] - view.x0) * view.scale, (this.store.y[p] - view.y0) * view.scale];
          context.moveTo(u + E.RADIUS + 1.5, v);
          context.arc(u, v, E.RADIUS + 1.5, 0, 2 * Math.PI);
        }
        context.stroke();
      }
    }
  },

  // Shapes under a place, the topmost first: points, lines and what they lie on.
  at(latlng, zoom) {
    const { store } = this;
    if (!store.kinds) return P.Layer.prototype.at.call(this, latlng, zoom);
    const [x, y] = P.toPlane(latlng, store.world);
    const scale = (this.getTileSize().x * 2 ** zoom) / store.world;
    const reach = (E.RADIUS + (L.Browser.touch && L.Browser.mobile ? 6 : 1.5)) / scale;
    const found = [];
    store.near(x - reach, y - reach, x + reach, y + reach, (i) => {
      if (!this.shown[this.classOf[i]]) return;
      const small = !store.dotted[i] && this.extent(i, scale) < P.PLAIN;
      const far = store.plain[i] && !small ? Infinity : store.distance(i, x, y);
      if (far <= reach) found.push({ i, far: store.plain[i] ? reach : far });
      else if (store.holds(i, x, y)) found.push({ i, far: 2 * reach });
    });
    const size = (i) => (store.east[i] - store.west[i]) * (store.south[i] - store.north[i]);
    return found.sort((a, b) => a.far - b.far || this.rank[this.classOf[b.i]] - this.rank[this.classOf[a.i]] || size(a.i) - size(b.i) || a.i - b.i).map(({ i }) => i);
  },
});
