// Draws the polygons tile by tile, class after class, the gravest last. What is smaller than two pixels becomes a
// pixel, what is smaller than five a rectangle: its outline would cost ten times as much and not be seen.
P.PIXEL = 2;
P.PLAIN = 5;
P.LETTER = 14; // pixels around a place that hold a character
P.STROKED_FROM = 14; // zoom
P.AT_ONCE = 64; // polygons of one path
P.REACH = 3; // pixels off a mark that still hit it

P.Layer = L.GridLayer.extend({
  overlap: 2, // pixels beyond a tile from which something may reach into it

  initialize(store, classes, classOf, options) {
    L.setOptions(this, options);
    this.store = store;
    this.classes = classes;
    this.classOf = classOf;
    this.shown = new Uint8Array(classes.length).fill(1);
    this.order = classes.map((_, k) => k).sort((a, b) => classes[a].priority - classes[b].priority);
    this.rank = new Uint8Array(classes.length);
    this.order.forEach((k, place) => { this.rank[k] = place + 1; });
    this.inks = classes.map((each) => P.ink(each.colour));
    this.patterns = new Map();
    this.sharpness = Math.min(window.devicePixelRatio || 1, 2);
    this.drawn = new Map();
    this.on("tileunload", (event) => this.drawn.delete(event.tile));
  },

  createTile(coords) {
    const tile = document.createElement("canvas");
    this.drawn.set(tile, coords);
    this.draw(tile, coords);
    return tile;
  },

  refresh() { for (const [tile, coords] of this.drawn) this.draw(tile, coords); },

  show(k, on) { this.shown[k] = on ? 1 : 0; },

  draw(tile, { x, y, z }) {
    const size = this.getTileSize().x;
    const units = this.store.world / 2 ** z; // of the web plane, along a tile
    this.paint(tile, { x0: x * units, y0: y * units, scale: size / units, wide: size, high: size, zoom: z }, this.sharpness);
  },

  // Draw a window of the web plane: its north-western corner, pixels per unit, and its size in pixels.
  paint(canvas, view, sharpness) {
    const { store, classOf, shown } = this;
    const { x0, y0, scale, wide, high } = view;
    canvas.width = wide * sharpness;
    canvas.height = high * sharpness;
    const margin = this.overlap / scale;
    const pixels = new Uint8Array(wide * high);
    const shapes = this.classes.map(() => []);
    const dotted = new Uint8Array(this.classes.length + 1);
    store.near(x0 - margin, y0 - margin, x0 + wide / scale + margin, y0 + high / scale + margin, (i) => {
      const k = classOf[i];
      if (!shown[k]) return;
      if (this.extent(i, scale) >= P.PIXEL) { shapes[k].push(i); return; }
      const column = Math.floor(((store.west[i] + store.east[i]) / 2 - x0) * scale);
      const row = Math.floor(((store.north[i] + store.south[i]) / 2 - y0) * scale);
      if (column < 0 || row < 0 || column >= wide || row >= high) return;
      const at = row * wide + column;
      if (this.rank[k] <= pixels[at]) return;
      pixels[at] = this.rank[k];
      dotted[this.rank[k]] = 1;
    });
    const context = canvas.getContext("2d");
    context.scale(sharpness, sharpness);
    context.imageSmoothingEnabled = false;
    for (const k of this.order) {
      if (shapes[k].length) this.fill(context, shapes[k], k, view, sharpness);
      if (dotted[this.rank[k]]) this.dot(context, pixels, this.rank[k], view);
    }
    this.finish(context, shapes, view);
  },

  finish(context, shapes, view) { for (const k of this.order) this.letter(context, shapes[k], k, view); },

  isStroked(view) { return view.zoom >= P.STROKED_FROM; },

  // Pixels along the longer side of a polygon's box.
  extent(i, scale) {
    const { west, east, north, south } = this.store;
    return Math.max(east[i] - west[i], south[i] - north[i]) * scale;
  },

  dot(context, pixels, rank, { wide, high }) {
    const ink = this.inks[this.order[rank - 1]];
    const image = new ImageData(wide, high);
    const words = new Uint32Array(image.data.buffer);
    for (let at = 0; at < pixels.length; at += 1) if (pixels[at] === rank) words[at] = ink;
    const sheet = document.createElement("canvas");
    sheet.width = wide;
    sheet.height = high;
    sheet.getContext("2d").putImageData(image, 0, 0);
    context.drawImage(sheet, 0, 0);
  },

  fill(context, list, k, view, sharpness) {
    const { store } = this;
    const stroked = this.isStroked(view);
    const paint = this.classes[k].hatched ? this.hatch(context, this.classes[k].colour, sharpness) : this.classes[k].colour;
    context.lineWidth = 1;
    context.strokeStyle = this.classes[k].hatched ? this.classes[k].colour : "rgba(255,255,255,.8)";
    let open = 0;
    const flush = (rule) => {
      if (open === 0) return;
      context.fillStyle = paint;
      context.save();
      context.setTransform(1, 0, 0, 1, 0, 0); // patterns are made for the canvas's own pixels
      context.fill(rule);
      context.restore();
      if (stroked) context.stroke();
      open = 0;
    };
    for (const i of list) {
      if (this.extent(i, view.scale) < P.PLAIN) { this.block(context, i, k, view); continue; }
      // Holes need the even-odd rule, under which neighbours in one path would cancel each other where they overlap.
      const alone = store.ringFirst[i + 1] - store.ringFirst[i] > 1;
      if (alone) flush("nonzero");
      if (open === 0) context.beginPath();
      this.trace(context, i, view);
      open += 1;
      if (alone) flush("evenodd");
      else if (open === P.AT_ONCE) flush("nonzero");
    }
    flush("nonzero");
  },

  block(context, i, k, { x0, y0, scale }) {
    const { west, east, north, south } = this.store;
    context.fillStyle = this.classes[k].colour;
    context.fillRect((west[i] - x0) * scale, (north[i] - y0) * scale, Math.max((east[i] - west[i]) * scale, 1), Math.max((south[i] - north[i]) * scale, 1));
  },

  trace(context, i, { x0, y0, scale }) {
    const { x, y, pointFirst, ringFirst } = this.store;
    for (let ring = ringFirst[i]; ring < ringFirst[i + 1]; ring += 1) {
      const end = pointFirst[ring + 1];
      let p = pointFirst[ring];
      context.moveTo((x[p] - x0) * scale, (y[p] - y0) * scale);
      for (p += 1; p < end; p += 1) context.lineTo((x[p] - x0) * scale, (y[p] - y0) * scale);
      context.closePath();
    }
  },

  // Diagonal lines; tiles are a multiple of the pattern, so that it runs on from one to the next.
  hatch(context, colour, sharpness) {
    const key = `${colour}${sharpness}`;
    if (this.patterns.has(key)) return this.patterns.get(key);
    const side = 8 * Math.round(sharpness);
    const sheet = document.createElement("canvas");
    sheet.width = side;
    sheet.height = side;
    const ink = sheet.getContext("2d");
    ink.fillStyle = `${colour}59`;
    ink.fillRect(0, 0, side, side);
    ink.strokeStyle = colour;
    ink.lineWidth = side / 4;
    ink.beginPath();
    for (const shift of [-side, 0, side]) {
      ink.moveTo(shift - side / 2, side * 1.5);
      ink.lineTo(shift + side * 1.5, -side / 2);
    }
    ink.stroke();
    this.patterns.set(key, context.createPattern(sheet, "repeat"));
    return this.patterns.get(key);
  },

  // The character of the class, where there is room inside the polygon; it never lies across the edge of a tile.
  letter(context, list, k, { x0, y0, scale, wide, high, zoom }) {
    if (zoom < P.STROKED_FROM) return;
    const { store } = this;
    const each = this.classes[k];
    context.font = "bold 12px sans-serif";
    context.textAlign = "center";
    context.textBaseline = "middle";
    context.lineWidth = 3;
    context.strokeStyle = each.hatched ? "#FFFFFF" : each.colour;
    context.fillStyle = each.hatched ? "#111111" : each.ink;
    const settle = (at, size) => Math.max(8, Math.min(size - 8, Math.round(at)));
    for (const i of list) {
      if (Math.min(store.south[i] - store.north[i], store.east[i] - store.west[i]) * scale < 2 * P.LETTER) continue;
      const spot = store.inside(i, P.LETTER / scale);
      if (!spot) continue;
      const [x, y] = [(spot.x - x0) * scale, (spot.y - y0) * scale];
      if (x < 0 || y < 0 || x >= wide || y >= high) continue;
      context.strokeText(each.character, settle(x, wide), settle(y, high));
      context.fillText(each.character, settle(x, wide), settle(y, high));
    }
  },

  // Polygons under a place, the gravest first, of equals the smallest: those that hold it; where there is none, those
  // drawn as marks that a pointer can hardly miss by less.
  at(latlng, zoom) {
    const { store } = this;
    const [x, y] = P.toPlane(latlng, store.world);
    const scale = (this.getTileSize().x * 2 ** zoom) / store.world;
    const reach = (P.REACH * (L.Browser.touch && L.Browser.mobile ? 2 : 1)) / scale;
    const [held, close] = [[], []];
    store.near(x - reach, y - reach, x + reach, y + reach, (i) => {
      if (!this.shown[this.classOf[i]]) return;
      if (this.extent(i, scale) < P.PLAIN) close.push(i);
      else if (store.holds(i, x, y)) held.push(i);
    });
    const size = (i) => (store.east[i] - store.west[i]) * (store.south[i] - store.north[i]);
    const graver = (a, b) => this.rank[this.classOf[b]] - this.rank[this.classOf[a]] || size(a) - size(b) || a - b;
    return (held.length ? held : close).sort(graver);
  },
});

// A colour as a word of pixel data, alpha first.
P.ink = (colour) => (0xff000000 | (parseInt(colour.slice(5, 7), 16) << 16) | (parseInt(colour.slice(3, 5), 16) << 8) | parseInt(colour.slice(1, 3), 16)) >>> 0;
