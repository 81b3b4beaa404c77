"use strict";
(() => {
  const data = JSON.parse(document.getElementById("cards").textContent);
  const SVG = "http://www.w3.org/2000/svg";
  const text = (held) => (typeof held === "number" ? data.words[held] : held);
  const make = (parent, name, told, kind) => {
    const element = document.createElement(name);
    if (told !== undefined) element.textContent = told;
    if (kind) element.className = kind;
    parent.appendChild(element);
    return element;
  };
  const draw = (parent, name, given, told) => {
    const element = document.createElementNS(SVG, name);
    for (const key in given) element.setAttribute(key, given[key]);
    if (told !== undefined) element.textContent = told;
    parent.appendChild(element);
    return element;
  };
  const look = (kind) => {
    const [, fill, line, width, dashed] = data.looks[kind];
    const given = { fill: fill || "none", stroke: line, "stroke-width": width * 10 };
    if (dashed) given["stroke-dasharray"] = "14 7";
    return given;
  };

  const table = (parent, rows, kind) => {
    const body = make(make(parent, "table", undefined, kind), "tbody");
    for (const cells of rows) {
      const row = make(body, "tr");
      for (const [name, told, span, height] of cells) {
        make(row, "th", text(name));
        const cell = make(row, "td", text(told));
        if (span) cell.colSpan = span;
        if (height) cell.style.height = `${height}mm`;
      }
    }
  };

  const drawMap = (parent, map, wide) => {
    const high = data.high * 10;
    const svg = draw(parent, "svg", {
      viewBox: `0 0 ${wide * 10} ${high}`, width: `${wide}mm`, height: `${data.high}mm`,
      role: "img", "aria-label": `${data.heads.map} 1:${map.scale}`,
    });
    for (const [kind, path] of map.shapes) {
      draw(svg, "path", { d: path, ...look(kind) });
    }
    const letters = { "font-size": 22, "text-anchor": "middle", fill: "#1b1f24" };
    for (const [x, y, told] of map.numbers) draw(svg, "text", { x, y: y + 8, ...letters }, told);
    const right = wide * 10 - 30;
    draw(svg, "path", { d: `M${right} 14l11 40-11-9-11 9z`, fill: "#1b1f24" });
    draw(svg, "text", { x: right, y: 78, ...letters }, "北");
    const [metres, bar] = data.bars[map.scale];
    draw(svg, "rect", { x: 12, y: high - 62, width: Math.max(bar + 40, 150), height: 54, fill: "#fff", opacity: 0.85 });
    draw(svg, "path", { d: `M22 ${high - 28}v14h${bar}v-14`, fill: "none", stroke: "#1b1f24", "stroke-width": 3 });
    draw(svg, "text", { x: 22, y: high - 36, ...letters, "text-anchor": "start" },
      `${metres} 米　1:${map.scale.toLocaleString("en")}`);
  };

  const legend = (parent) => {
    const line = make(parent, "p", undefined, "legend");
    for (const kind of data.legend) {
      draw(draw(line, "svg", { viewBox: "0 0 50 26" }), "rect",
        { x: 3, y: 3, width: 44, height: 20, ...look(kind) });
      line.append(data.looks[kind][0]);
    }
    line.append(`　${data.heads.legend}`);
  };

  const corners = (parent, card) => {
    if (card.note === undefined) return;
    const grid = make(parent, "table", undefined, "corners");
    make(grid, "caption", text(card.note));
    const body = make(grid, "tbody");
    let row;
    let [north, east] = [0, 0];
    for (let at = 0; at * 2 < card.corners.length; at++) {
      north += card.corners[at * 2];
      east += card.corners[at * 2 + 1];
      if (at % data.columns === 0) row = make(body, "tr");
      const name = card.names ? card.names[at] : `J${at + 1}`;
      make(row, "td", `${name}　X ${(north / 1000).toFixed(3)}　Y ${(east / 1000).toFixed(3)}`);
    }
    while (row && row.children.length % data.columns) make(row, "td", "");
  };

  const whole = document.createDocumentFragment();
  data.cards.forEach((card, at) => {
    const page = make(whole, "article", undefined, "card");
    make(page, "div", undefined, "bar").style.background = data.colours[text(card.kind)];
    const title = make(page, "h1", `${data.heads.title}　`);
    title.append(`${text(card.kind)}　${text(card.facts[0])}`);
    make(title, "i", `${at + 1} / ${data.cards.length}`);
    make(page, "p", data.heads.told, "told");
    const facts = [];
    for (let n = 0; n < data.facts.length; n += 2) {
      facts.push([n, n + 1].filter((k) => k < data.facts.length).map((k) => [data.facts[k], card.facts[k]]));
    }
    for (const [name, told] of card.texts) facts.push([[name, told, 3]]);
    table(page, facts);
    const place = make(page, "div", undefined, "map");
    const wide = card.pictures ? data.narrow : data.wide;
    if (card.map) drawMap(place, card.map, wide);
    else make(place, "p", data.heads.none);
    for (const [told, uri] of card.pictures || []) {
      const figure = make(place, "figure");
      const image = make(figure, "img");
      image.alt = told;
      image.src = uri;
      make(figure, "figcaption", told);
    }
    legend(page);
    corners(page, card);
    table(page, data.blanks.map((name, k) => [[name, "", 3, data.heights[card.blanks][k]]]), "blank");
    make(page, "p", `${card.cut ? data.heads.cut : ""}${data.heads.foot}${text(card.source)}　第 ${card.row}`, "foot");
  });
  document.querySelector("main").appendChild(whole);
  document.documentElement.dataset.cards = String(data.cards.length);
})();
