// All polygons as typed arrays on the web plane, and a tree of boxes that finds those near a place.
P.NODE = 16;

P.Store = class {
  static async open(shapes, world) {
    const arrays = {};
    for (const [name, array] of Object.entries(shapes)) arrays[name] = await P.numbers(array);
    return new this(arrays, world);
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
    this.levels = P.tree(this);
  }

  measure() {
    Object.assign(this, P.boxes(this.count));
    for (let i = 0; i < this.count; i += 1) {
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

  // Calls act(i) for every polygon whose box touches the given one.
  near(x0, y0, x1, y1, act) {
    const visit = (rank, first, last) => {
      const { west, east, north, south, count } = this.levels[rank];
      for (let k = first; k < Math.min(last, count); k += 1) {
        if (east[k] < x0 || west[k] > x1 || south[k] < y0 || north[k] > y1) continue;
        if (rank === 0) act(k);
        else visit(rank - 1, k * P.NODE, (k + 1) * P.NODE);
      }
    };
    visit(this.levels.length - 1, 0, P.NODE);
  }

  // Whether a place lies in a polygon: an odd number of edges to the east of it, over all rings.
  holds(i, x, y) {
    if (x < this.west[i] || x > this.east[i] || y < this.north[i] || y > this.south[i]) return false;
    return this.crossings(i, y).reduce((count, at) => count + (x < at ? 1 : 0), 0) % 2 === 1;
  }

  // Where the edges of a polygon cross a line from west to east.
  crossings(i, y) {
    const found = [];
    for (let ring = this.ringFirst[i]; ring < this.ringFirst[i + 1]; ring += 1) {
      if (this.kinds && this.kinds[ring] > 0) continue; // lines and points hold nothing
      const first = this.pointFirst[ring];
      const last = this.pointFirst[ring + 1];
      for (let p = first, q = last - 1; p < last; q = p, p += 1) {
        const [ay, by] = [this.y[p], this.y[q]];
        if (ay > y !== by > y) found.push(this.x[p] + ((this.x[q] - this.x[p]) * (y - ay)) / (by - ay));
      }
    }
    return found;
  }

  // The middle of a polygon's widest stretch at some height, or null; heights lie between the whole numbers, on no vertex.
  stretch(i, share) {
    const y = Math.floor(this.north[i] + (this.south[i] - this.north[i]) * share) + 0.5;
    const at = this.crossings(i, y).sort((a, b) => a - b);
    let best = 0;
    for (let k = 2; k + 1 < at.length; k += 2) if (at[k + 1] - at[k] > at[best + 1] - at[best]) best = k;
    return at.length < 2 ? null : { x: (at[best] + at[best + 1]) / 2, y };
  }

  // A place inside a polygon with so much room around it, or null where none is found.
  inside(i, room) {
    for (const share of [0.5, 0.3, 0.7, 0.15, 0.85]) {
      const spot = this.stretch(i, share);
      if (spot && [[-room, -room], [room, -room], [-room, room], [room, room]].every(([dx, dy]) => this.holds(i, spot.x + dx, spot.y + dy))) return spot;
    }
    return null;
  }

  // A place inside a polygon as well as can be: of a sliver, the middle of its box.
  middle(i) {
    return this.inside(i, 0) || { x: (this.west[i] + this.east[i]) / 2, y: (this.north[i] + this.south[i]) / 2 };
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

P.boxes = (count) => ({
  count, west: new Int32Array(count), east: new Int32Array(count), north: new Int32Array(count), south: new Int32Array(count),
});

// Boxes of sixteen polygons, boxes of sixteen such boxes, and so on. The polygons come along a curve that fills the
// plane, so those that follow one another are neighbours; one far from the others does no harm.
P.tree = function (leaves) {
  const levels = [leaves];
  while (levels[levels.length - 1].count > P.NODE) {
    const below = levels[levels.length - 1];
    const level = P.boxes(Math.ceil(below.count / P.NODE));
    for (let k = 0; k < level.count; k += 1) {
      const [first, last] = [k * P.NODE, Math.min((k + 1) * P.NODE, below.count)];
      level.west[k] = below.west.subarray(first, last).reduce((a, b) => Math.min(a, b));
      level.east[k] = below.east.subarray(first, last).reduce((a, b) => Math.max(a, b));
      level.north[k] = below.north.subarray(first, last).reduce((a, b) => Math.min(a, b));
      level.south[k] = below.south.subarray(first, last).reduce((a, b) => Math.max(a, b));
    }
    levels.push(level);
  }
  return levels;
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
