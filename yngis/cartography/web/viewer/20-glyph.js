// A zone's glyph: equal sectors from twelve o'clock in legend order, one hanzi in each.
Y.OTHER_RADIUS = 4.5;

// Below this zoom a pixel is 2 km: glyphs are plain dots, which may overlap a little rather than wander.
Y.DOTS_BELOW = 6.15;
Y.SMALLEST_READ = 6; // radius [px] that a hanzi needs

Y.radius = function (count, scale, zoom) {
  if (zoom < Y.DOTS_BELOW) return count ? Math.min(5.8, 4.4 + 0.7 * Math.sqrt(count)) : 2.2;
  return count ? (8 + 3.7 * Math.sqrt(count)) * scale : Y.OTHER_RADIUS;
};

// Where an amount sets the size of the glyphs, areas are as the amounts, at every zoom.
// On a phone the province is small: larger circles would push each other out of their places.
Y.LARGEST_GLYPH = window.innerWidth < 700 ? 12 : 20; // px
Y.amountRadius = (share) => Math.max(3, Y.LARGEST_GLYPH * share);

// Circles of round amounts, for the legend.
Y.amountKeys = function (amounts) {
  return amounts && Y.el("fieldset", { id: "amounts" }, Y.el("legend", {}, amounts.title),
    ...amounts.labels.map((label, k) => {
      const r = Y.amountRadius(amounts.shares[k]);
      const circle = Y.svg("svg", { width: 2 * Y.LARGEST_GLYPH + 2, height: 2 * r + 2, viewBox: [-Y.LARGEST_GLYPH - 1, -r - 1, 2 * Y.LARGEST_GLYPH + 2, 2 * r + 2].join(" "), "aria-hidden": "true" });
      circle.append(Y.svg("circle", { r, class: "other" }));
      return Y.el("span", { class: "entry" }, circle, Y.el("span", {}, label));
    }));
};

Y.glyph = function (entries, radius, national) {
  const plain = radius < Y.SMALLEST_READ;
  const rim = national ? (plain ? 1.6 : 3.2) : 0.6;
  const size = 2 * (radius + rim);
  const at = (angle, distance) => [Math.sin(angle) * distance, -Math.cos(angle) * distance];
  const svg = Y.svg("svg", {
    width: size, height: size, viewBox: [-size / 2, -size / 2, size, size].join(" "), "aria-hidden": "true", focusable: "false",
  });
  if (national) svg.append(Y.svg("circle", plain ? { r: radius + 1.1, class: "rim", style: "stroke-width:1" } : { r: radius + 2.2, class: "rim" }));
  if (!entries.length) {
    svg.append(Y.svg("circle", { r: radius, class: "other" }));
    return svg;
  }
  const step = (2 * Math.PI) / entries.length;
  entries.forEach((entry, k) => {
    if (entries.length === 1) {
      svg.append(Y.svg("circle", { r: radius, fill: entry.colour }));
    } else {
      const [x0, y0] = at(k * step, radius);
      const [x1, y1] = at((k + 1) * step, radius);
      svg.append(Y.svg("path", {
        d: `M0 0L${x0} ${y0}A${radius} ${radius} 0 ${step > Math.PI ? 1 : 0} 1 ${x1} ${y1}Z`,
        fill: entry.colour, stroke: "#fff", "stroke-width": plain ? 0.3 : 0.8,
      }));
    }
  });
  svg.append(Y.svg("circle", plain ? { r: radius, class: "edge", style: "stroke-width:.7" } : { r: radius, class: "edge" }));
  if (plain) return svg;
  const base = entries.length === 1 ? radius * 1.15 : radius * [0, 0, 0.82, 0.72, 0.66, 0.6, 0.54, 0.5][Math.min(entries.length, 7)];
  entries.forEach((entry, k) => {
    const out = entries.length === 1 ? 0 : radius * (entries.length === 2 ? 0.5 : 0.6);
    const [x, y] = at((k + 0.5) * step, out);
    const font = Math.min(base, (1.72 * radius) / Y.ems(entry.character));
    const text = Y.svg("text", { x, y: y + font * 0.36, fill: entry.ink, "font-size": font.toFixed(1), class: "hanzi" });
    text.textContent = entry.character;
    svg.append(text);
  });
  return svg;
};

// About how wide a text is, in its own size.
Y.ems = (text) => Array.from(text).reduce((sum, sign) => sum + (sign > "\u2E7F" ? 1 : ".,-".includes(sign) ? 0.34 : 0.62), 0.01);

// What a zone's sectors look like: the legend's entries, with the zone's own values in place of characters.
Y.held = (sectors, entries) => sectors.map((sector) => {
  const entry = entries.get(sector.key);
  return sector.sign ? { ...entry, character: sector.sign } : entry;
});

// Push glyphs apart until none overlaps; each is pulled back to where it belongs.
Y.dodge = function (items, gap) {
  const nodes = items.map((item) => ({ x: item.x, y: item.y, ax: item.x, ay: item.y, r: item.r }));
  for (let round = 0; round < 400; round += 1) {
    let moved = false;
    const pull = round < 300 ? 0.06 * (1 - round / 300) : 0;
    for (const node of nodes) {
      node.x += (node.ax - node.x) * pull;
      node.y += (node.ay - node.y) * pull;
    }
    for (let i = 0; i < nodes.length; i += 1) {
      for (let j = i + 1; j < nodes.length; j += 1) {
        const a = nodes[i];
        const b = nodes[j];
        let dx = b.x - a.x;
        let dy = b.y - a.y;
        const need = a.r + b.r + gap;
        if (Math.abs(dx) >= need || Math.abs(dy) >= need) continue;
        let distance = Math.hypot(dx, dy);
        if (distance >= need) continue;
        if (distance < 1e-6) {
          const angle = 2.399963 * (i + j);
          dx = Math.cos(angle);
          dy = Math.sin(angle);
          distance = 1;
          a.x -= dx * 0.5;
          b.x += dx * 0.5;
        }
        // The smaller one gives way first.
        const share = b.r / (a.r + b.r);
        const push = ((need - distance) / distance) * 1.02;
        a.x -= dx * push * share;
        a.y -= dy * push * share;
        b.x += dx * push * (1 - share);
        b.y += dy * push * (1 - share);
        moved = true;
      }
    }
    if (!moved && pull === 0) break;
  }
  return nodes;
};
