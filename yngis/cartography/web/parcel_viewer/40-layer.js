// Draws the polygons tile by tile; what is smaller than two pixels becomes a pixel, the gravest class on top,
// and what is smaller than five a rectangle: its outline would cost ten times as much and not be seen.
P.SMALL = 2;
P.PLAIN = 5;
P.STROKED_FROM = 14;
P.AT_ONCE = 64;

P.Layer = L.GridLayer.extend({
  initialize(store, classes, classOf, options) {
    L.setOptions(this, options);
    this.store = store;
    this.classes = classes;
    this.classOf = classOf;
    this.shown = new Uint8Array(classes.length).fill(1);
    this.order = classes.map((_, k) => k).sort((a, b) => classes[a].priority - classes[b].priority);
    this.rank = new Uint8Array(classes.length);
    this.order.forEach((k, place) => { this.rank[k] = place + 1; });
    this.inks = classes.map((each) => P.rgb(each.colour));
  },

  createTile(coords) {
    const tile = document.createElement("canvas");
    const size = this.getTileSize();
    const ratio = Math.min(window.devicePixelRatio || 1, 2);
    tile.width = size.x * ratio;
    tile.height = size.y * ratio;
    this.draw(tile.getContext("2d"), coords, size.x * ratio);
    return tile;
  },

  draw(context, coords, side) {
    const { store, classOf, shown } = this;
    const units = store.world / 2 ** coords.z; // of the web plane, along a tile
    const scale = side / units;
    const x0 = coords.x * units;
    const y0 = coords.y * units;
    const margin = 2 / scale;
    const pixels = new Uint8Array(side * side);
    const shapes = this.classes.map(() => []);
    let small = false;
    store.near(x0 - margin, y0 - margin, x0 + units + margin, y0 + units + margin, (i) => {
      const k = classOf[i];
      if (!shown[k]) return;
      const wide = (store.east[i] - store.west[i]) * scale;
      const high = (store.south[i] - store.north[i]) * scale;
      if (wide >= P.SMALL || high >= P.SMALL) { shapes[k].push(i); return; }
      small = true;
      const column = Math.floor(((store.west[i] + store.east[i]) / 2 - x0) * scale);
      const row = Math.floor(((store.north[i] + store.south[i]) / 2 - y0) * scale);
      if (column < 0 || row < 0 || column >= side || row >= side) return;
      const at = row * side + column;
      if (this.rank[k] > pixels[at]) pixels[at] = this.rank[k];
    });
    if (small) this.paint(context, pixels, side, 1);
    const stroked = coords.z >= P.STROKED_FROM;
    for (const k of this.order) if (shapes[k].length) this.fill(context, shapes[k], k, x0, y0, scale, stroked);
    if (small) this.paint(context, pixels, side, this.order.length);
  },

  // Pixels of all classes from a rank up.
  paint(context, pixels, side, from) {
    const image = new ImageData(side, side);
    let any = false;
    for (let at = 0; at < pixels.length; at += 1) {
      const rank = pixels[at];
      if (rank < from || rank === 0) continue;
      any = true;
      const [r, g, b] = this.inks[this.order[rank - 1]];
      image.data[4 * at] = r;
      image.data[4 * at + 1] = g;
      image.data[4 * at + 2] = b;
      image.data[4 * at + 3] = 255;
    }
    if (!any) return;
    const sheet = document.createElement("canvas");
    sheet.width = side;
    sheet.height = side;
    sheet.getContext("2d").putImageData(image, 0, 0);
    context.drawImage(sheet, 0, 0);
  },

  fill(context, list, k, x0, y0, scale, stroked) {
    const { store } = this;
    context.fillStyle = this.classes[k].colour;
    context.strokeStyle = "rgba(255,255,255,.75)";
    context.lineWidth = 1;
    let open = 0;
    const flush = () => {
      if (open === 0) return;
      context.fill("nonzero");
      if (stroked) context.stroke();
      open = 0;
    };
    for (const i of list) {
      const wide = (store.east[i] - store.west[i]) * scale;
      const high = (store.south[i] - store.north[i]) * scale;
      if (wide < P.PLAIN && high < P.PLAIN) {
        context.fillRect((store.west[i] - x0) * scale, (store.north[i] - y0) * scale, Math.max(wide, 1), Math.max(high, 1));
        continue;
      }
      const first = store.ringFirst[i];
      const last = store.ringFirst[i + 1];
      if (last - first > 1) {
        // Holes need the even-odd rule, under which neighbours in one path would cancel each other.
        flush();
        context.beginPath();
        this.trace(context, first, last, x0, y0, scale);
        context.fill("evenodd");
        if (stroked) context.stroke();
        continue;
      }
      if (open === 0) context.beginPath();
      this.trace(context, first, last, x0, y0, scale);
      open += 1;
      if (open === P.AT_ONCE) flush();
    }
    flush();
  },

  trace(context, first, last, x0, y0, scale) {
    const { x, y, pointFirst } = this.store;
    for (let ring = first; ring < last; ring += 1) {
      const end = pointFirst[ring + 1];
      let p = pointFirst[ring];
      context.moveTo((x[p] - x0) * scale, (y[p] - y0) * scale);
      for (p += 1; p < end; p += 1) context.lineTo((x[p] - x0) * scale, (y[p] - y0) * scale);
      context.closePath();
    }
  },

  show(k, on) {
    this.shown[k] = on ? 1 : 0;
    this.redraw();
  },

  // The gravest polygon under a place; of equals the smallest.
  at(latlng) {
    const [x, y] = P.toPlane(latlng, this.store.world);
    let best = -1;
    let rank = -1;
    let size = Infinity;
    this.store.near(x, y, x, y, (i) => {
      const k = this.classOf[i];
      if (!this.shown[k] || !this.store.holds(i, x, y)) return;
      const area = (this.store.east[i] - this.store.west[i]) * (this.store.south[i] - this.store.north[i]);
      if (this.rank[k] > rank || (this.rank[k] === rank && area < size)) [best, rank, size] = [i, this.rank[k], area];
    });
    return best;
  },
});

P.rgb = (colour) => [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16));
