// All polygons as typed arrays on the web plane, and a grid that finds those near a place.
P.Store = class {
  static async open(shapes, world) {
    const names = ["rings", "sizes", "startX", "startY", "dx", "dy"];
    const arrays = {};
    for (const name of names) arrays[name] = await P.unpack(shapes[name]);
    return new P.Store(arrays, world);
  }

  constructor({ rings, sizes, startX, startY, dx, dy }, world) {
    this.world = world;
    this.count = rings.length;
    this.ringFirst = P.sums(rings);
    this.pointFirst = P.sums(sizes);
    const total = this.pointFirst[sizes.length];
    this.x = new Int32Array(total);
    this.y = new Int32Array(total);
    let [x, y, at, step] = [0, 0, 0, 0];
    for (let ring = 0; ring < sizes.length; ring += 1) {
      x += startX[ring];
      y += startY[ring];
      let [u, v] = [x, y];
      this.x[at] = u;
      this.y[at] = v;
      at += 1;
      for (let k = 1; k < sizes[ring]; k += 1, step += 1, at += 1) {
        u += dx[step];
        v += dy[step];
        this.x[at] = u;
        this.y[at] = v;
      }
    }
    this.measure();
    this.index();
  }

  measure() {
    const n = this.count;
    this.west = new Int32Array(n);
    this.east = new Int32Array(n);
    this.north = new Int32Array(n);
    this.south = new Int32Array(n);
    for (let i = 0; i < n; i += 1) {
      let [w, e, t, b] = [2147483647, -2147483648, 2147483647, -2147483648];
      const last = this.pointFirst[this.ringFirst[i + 1]];
      for (let p = this.pointFirst[this.ringFirst[i]]; p < last; p += 1) {
        const x = this.x[p];
        const y = this.y[p];
        if (x < w) w = x;
        if (x > e) e = x;
        if (y < t) t = y;
        if (y > b) b = y;
      }
      this.west[i] = w;
      this.east[i] = e;
      this.north[i] = t;
      this.south[i] = b;
    }
  }

  // Cells of equal size, some sixteen polygons each; a polygon stands in every cell that its box touches.
  index() {
    const n = this.count;
    let [w, e, t, b] = [2147483647, 0, 2147483647, 0];
    for (let i = 0; i < n; i += 1) {
      w = Math.min(w, this.west[i]);
      e = Math.max(e, this.east[i]);
      t = Math.min(t, this.north[i]);
      b = Math.max(b, this.south[i]);
    }
    this.origin = [w, t];
    const side = Math.max(1, Math.min(2048, Math.ceil(Math.sqrt(n / 16))));
    this.cell = Math.max(1, Math.ceil(Math.max(e - w, b - t, 1) / side));
    this.columns = Math.floor((e - w) / this.cell) + 1 || 1;
    this.rows = Math.floor((b - t) / this.cell) + 1 || 1;
    const counts = new Int32Array(this.columns * this.rows + 1);
    this.wide = [];
    for (let i = 0; i < n; i += 1) {
      const [c0, c1, r0, r1] = this.cellsOf(i);
      if ((c1 - c0 + 1) * (r1 - r0 + 1) > 4096) { this.wide.push(i); continue; }
      for (let r = r0; r <= r1; r += 1) for (let c = c0; c <= c1; c += 1) counts[r * this.columns + c + 1] += 1;
    }
    for (let k = 1; k < counts.length; k += 1) counts[k] += counts[k - 1];
    this.cellFirst = counts;
    this.members = new Int32Array(counts[counts.length - 1]);
    const next = counts.slice();
    for (let i = 0; i < n; i += 1) {
      const [c0, c1, r0, r1] = this.cellsOf(i);
      if ((c1 - c0 + 1) * (r1 - r0 + 1) > 4096) continue;
      for (let r = r0; r <= r1; r += 1) {
        for (let c = c0; c <= c1; c += 1) {
          const cell = r * this.columns + c;
          this.members[next[cell]] = i;
          next[cell] += 1;
        }
      }
    }
    this.stamp = new Int32Array(n);
    this.turn = 0;
  }

  cellsOf(i) {
    const [w, t] = this.origin;
    return [
      Math.floor((this.west[i] - w) / this.cell), Math.floor((this.east[i] - w) / this.cell),
      Math.floor((this.north[i] - t) / this.cell), Math.floor((this.south[i] - t) / this.cell),
    ];
  }

  // Calls act(i) once for every polygon whose box may touch the given one.
  near(x0, y0, x1, y1, act) {
    const [w, t] = this.origin;
    const c0 = Math.max(0, Math.floor((x0 - w) / this.cell));
    const c1 = Math.min(this.columns - 1, Math.floor((x1 - w) / this.cell));
    const r0 = Math.max(0, Math.floor((y0 - t) / this.cell));
    const r1 = Math.min(this.rows - 1, Math.floor((y1 - t) / this.cell));
    this.turn += 1;
    const turn = this.turn;
    for (let r = r0; r <= r1; r += 1) {
      const last = this.cellFirst[r * this.columns + c1 + 1];
      for (let k = this.cellFirst[r * this.columns + c0]; k < last && c1 >= c0; k += 1) {
        const i = this.members[k];
        if (this.stamp[i] === turn) continue;
        this.stamp[i] = turn;
        if (this.east[i] >= x0 && this.west[i] <= x1 && this.south[i] >= y0 && this.north[i] <= y1) act(i);
      }
    }
    for (const i of this.wide) {
      if (this.east[i] >= x0 && this.west[i] <= x1 && this.south[i] >= y0 && this.north[i] <= y1) act(i);
    }
  }

  // Whether a place lies in a polygon: an odd number of edges to the east of it, over all rings.
  holds(i, x, y) {
    if (x < this.west[i] || x > this.east[i] || y < this.north[i] || y > this.south[i]) return false;
    let inside = false;
    for (let ring = this.ringFirst[i]; ring < this.ringFirst[i + 1]; ring += 1) {
      const first = this.pointFirst[ring];
      const last = this.pointFirst[ring + 1];
      for (let p = first, q = last - 1; p < last; q = p, p += 1) {
        const [ay, by] = [this.y[p], this.y[q]];
        if (ay > y !== by > y && x < this.x[p] + ((this.x[q] - this.x[p]) * (y - ay)) / (by - ay)) inside = !inside;
      }
    }
    return inside;
  }

  // Leaflet's coordinates of a polygon, ring by ring.
  latLngs(i) {
    const rings = [];
    for (let ring = this.ringFirst[i]; ring < this.ringFirst[i + 1]; ring += 1) {
      const points = [];
      for (let p = this.pointFirst[ring]; p < this.pointFirst[ring + 1]; p += 1) points.push(P.toLatLng(this.x[p], this.y[p], this.world));
      rings.push(points);
    }
    return rings;
  }

  box(i) {
    return [P.toLatLng(this.west[i], this.south[i], this.world), P.toLatLng(this.east[i], this.north[i], this.world)];
  }
};

P.sums = function (counts) {
  const sums = new Int32Array(counts.length + 1);
  for (let i = 0; i < counts.length; i += 1) sums[i + 1] = sums[i] + counts[i];
  return sums;
};

P.toLatLng = (x, y, world) => [
  (Math.atan(Math.sinh(Math.PI * (1 - (2 * y) / world))) * 180) / Math.PI,
  (x / world) * 360 - 180,
];

P.toPlane = (latlng, world) => [
  ((latlng.lng + 180) / 360) * world,
  (0.5 - Math.asinh(Math.tan((latlng.lat * Math.PI) / 180)) / (2 * Math.PI)) * world,
];
