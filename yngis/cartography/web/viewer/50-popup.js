// Popups, built node by node.
Y.facts = (rows) => Y.el("dl", {}, ...rows.flatMap(([name, value]) => [Y.el("dt", {}, name), Y.el("dd", {}, name === "原文" ? Y.quotes([value]) : value)]));

// Sentences of the plan, folded away.
Y.quotes = (texts) => Y.el("details", { class: "quotes" }, Y.el("summary", {}, "规划原文"), ...texts.map((text) => Y.el("q", { lang: "zh-CN" }, text)));

Y.zonePopup = function (mark, entries, title, { moved, also }) {
  const sectors = mark.sectors.filter((sector) => sector.roles.length).map((sector) => {
    const entry = entries.get(sector.key);
    return Y.el("li", {}, Y.el("span", { class: "swatch" }, Y.glyph(Y.held([sector], entries), 9, false)),
      Y.el("div", {}, Y.el("b", {}, entry.label), sector.strength && Y.el("span", { class: "strength" }, Y.say("点名：{0}", sector.strength.split("、").map((word) => Y.say(word)).join(Y.say("、")))),
        ...sector.roles.map(([role, ref]) => Y.el("div", { class: "role" }, role, ref && Y.el("cite", {}, ref))),
        sector.quotes.length > 0 && Y.quotes(sector.quotes)));
  });
  return Y.el("div", { class: "card" }, Y.el("h2", {}, mark.name),
    sectors.length > 0 && Y.el("h3", {}, title), sectors.length > 0 && Y.el("ul", { class: "sectors" }, ...sectors), Y.facts(mark.facts),
    moved && Y.el("p", { class: "moved" }, Y.say("为免重叠，图上符号移开约 {0} 千米，细线指向其点位；放大后归位。", moved)), also);
};

// Links to the other figures that name a zone; without a folder of figures, their numbers.
Y.otherFigures = function (name, item, nav) {
  if (!item) return null;
  const files = (nav && nav.figures) || {};
  const links = item.figures.map((number) => (files[number]
    ? Y.el("a", { href: Y.linkTo(files[number].file, name), title: files[number].title }, Y.say("图{0}", number)) : Y.el("span", {}, Y.say("图{0}", number))));
  return Y.el("p", { class: "also" }, Y.say("另见"), ...links.flatMap((link) => [" ", link]));
};

Y.linkTo = (file, zone) => `${file}${Y.lang === "en" ? "?lang=en" : ""}${zone ? `#${new URLSearchParams({ zone })}` : ""}`;

Y.plainPopup = (title, rows) => Y.el("div", { class: "card" }, Y.el("h2", {}, title), Y.facts(rows));

Y.portGlyph = () => {
  const svg = Y.svg("svg", { width: 14, height: 14, viewBox: "-7 -7 14 14", "aria-hidden": "true", focusable: "false" });
  svg.append(Y.svg("rect", { x: -4, y: -4, width: 8, height: 8, transform: "rotate(45)", class: "port" }));
  return svg;
};
