// Popups, built node by node.
Y.facts = (rows) => Y.el("dl", {}, ...rows.flatMap(([name, value]) => [Y.el("dt", {}, name), Y.el("dd", {}, value)]));

Y.zonePopup = function (mark, entries, title) {
  const sectors = mark.sectors.filter((sector) => sector.roles.length).map((sector) => {
    const entry = entries.get(sector.key);
    return Y.el("li", {}, Y.el("span", { class: "swatch" }, Y.glyph(Y.held([sector], entries), 9, false)),
      Y.el("div", {}, Y.el("b", {}, entry.label),
        ...sector.roles.map(([role, ref]) => Y.el("div", { class: "role" }, role, ref && Y.el("cite", {}, ref)))));
  });
  return Y.el("div", { class: "card" }, Y.el("h2", {}, mark.name),
    sectors.length > 0 && Y.el("h3", {}, title), sectors.length > 0 && Y.el("ul", { class: "sectors" }, ...sectors), Y.facts(mark.facts));
};

Y.plainPopup = (title, rows) => Y.el("div", { class: "card" }, Y.el("h2", {}, title), Y.facts(rows));

Y.portGlyph = () => {
  const svg = Y.svg("svg", { width: 14, height: 14, viewBox: "-7 -7 14 14", "aria-hidden": "true", focusable: "false" });
  svg.append(Y.svg("rect", { x: -4, y: -4, width: 8, height: 8, transform: "rotate(45)", class: "port" }));
  return svg;
};
