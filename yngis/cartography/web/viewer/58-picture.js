// The figure as seen, as a picture: the page's own vectors in one SVG, drawn on a canvas at twice the size.
Y.PICTURE_SCALE = 2;

Y.savePicture = async function (viewer) {
  const picture = Y.drawPicture(viewer);
  const { width, height } = viewer.map.getContainer().getBoundingClientRect();
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(new XMLSerializer().serializeToString(picture))}`;
  await image.decode();
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(width * Y.PICTURE_SCALE);
  canvas.height = Math.round(height * Y.PICTURE_SCALE);
  canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
  const blob = await new Promise((done) => { canvas.toBlob(done, "image/png"); });
  const { number, title } = viewer.data;
  Y.download(`${number ? `${Y.say("图{0}", number)} ` : ""}${Y.say(title)}.png`, blob);
};

Y.drawPicture = function (viewer) {
  const frame = viewer.map.getContainer().getBoundingClientRect();
  const sheet = Y.svg("svg", { xmlns: "http://www.w3.org/2000/svg", width: frame.width, height: frame.height, viewBox: `0 0 ${frame.width} ${frame.height}` });
  sheet.append(Y.svg("rect", { width: frame.width, height: frame.height, fill: getComputedStyle(document.body).backgroundColor }));
  sheet.append(viewer.stripes.cloneNode(true));
  // Panes in their order: vectors, then names, then glyphs.
  for (const node of document.querySelectorAll(".leaflet-pane > svg")) sheet.append(Y.pictureOfPane(node, frame));
  for (const node of document.querySelectorAll(".leaflet-labels-pane .label")) {
    if (node.style.visibility === "visible") sheet.append(Y.pictureOfTexts(node, frame));
  }
  for (const node of document.querySelectorAll(".leaflet-glyphs-pane .mark svg")) if (node.getBoundingClientRect().width) sheet.append(Y.pictureOfGlyph(node, frame));
  const panel = document.getElementById("panel");
  const box = panel.getBoundingClientRect();
  sheet.append(Y.svg("rect", { x: box.left - frame.left, y: box.top - frame.top, width: box.width, height: box.height, rx: 8, fill: "#FFFFFF", stroke: "#D5D1C8" }));
  for (const node of panel.querySelectorAll("h1, fieldset legend, .entry, .cell, .key, .note, .credit, .hint, .axis, .rank")) {
    const seen = node.getBoundingClientRect();
    if (seen.width && seen.top >= box.top && seen.bottom <= box.bottom) sheet.append(Y.pictureOfTexts(node, frame));
  }
  const scale = document.querySelector(".leaflet-control-scale-line");
  const line = scale.getBoundingClientRect();
  const [left, base] = [line.left - frame.left, line.bottom - frame.top];
  sheet.append(Y.svg("path", { d: `M${left} ${base - 6}V${base}H${left + line.width}V${base - 6}`, fill: "none", stroke: "#1F2328", "stroke-width": 2 }), Y.pictureOfTexts(scale, frame));
  return sheet;
};

Y.pictureOfPane = function (node, frame) {
  const { a, d, e, f } = node.getScreenCTM();
  const group = Y.svg("g", { transform: `matrix(${a} 0 0 ${d} ${e - frame.left} ${f - frame.top})` });
  for (const path of node.querySelectorAll("path")) {
    const copy = path.cloneNode(false);
    for (const name of ["class", "style", "tabindex"]) copy.removeAttribute(name);
    group.append(copy);
  }
  return group;
};

Y.DRAWN = ["fill", "stroke", "stroke-width", "font-size", "font-weight", "font-family", "text-anchor"];

Y.pictureOfGlyph = function (node, frame) {
  const box = node.getBoundingClientRect();
  const copy = node.cloneNode(true);
  const [parts, originals] = [copy.querySelectorAll("*"), node.querySelectorAll("*")];
  originals.forEach((part, k) => {
    const look = getComputedStyle(part);
    for (const name of Y.DRAWN) parts[k].setAttribute(name, look.getPropertyValue(name));
    parts[k].removeAttribute("class");
    parts[k].removeAttribute("style");
  });
  copy.setAttribute("x", box.left - frame.left);
  copy.setAttribute("y", box.top - frame.top);
  return copy;
};

// Every line of text below a node where it stands, with chips and swatches behind.
Y.pictureOfTexts = function (node, frame) {
  const group = Y.svg("g", {});
  for (const part of [node, ...node.querySelectorAll(".chip, .swatch, .cell")]) {
    const look = getComputedStyle(part);
    if (!["chip", "swatch", "cell"].some((name) => part.classList.contains(name))) continue;
    const box = part.getBoundingClientRect();
    if (look.backgroundColor !== "rgba(0, 0, 0, 0)") {
      group.append(Y.svg("rect", { x: box.left - frame.left, y: box.top - frame.top, width: box.width, height: box.height, rx: 2, fill: look.backgroundColor, stroke: "#9A968E", "stroke-width": 0.5 }));
    }
    if (parseFloat(look.borderTopWidth) > 1) group.append(Y.svg("rect", { x: box.left - frame.left, y: box.top - frame.top, width: box.width, height: parseFloat(look.borderTopWidth), fill: look.borderTopColor }));
  }
  for (const glyph of node.querySelectorAll("svg")) group.append(Y.pictureOfGlyph(glyph, frame));
  const walker = document.createTreeWalker(node, NodeFilter.SHOW_TEXT, (text) => (text.parentElement.closest("svg, button") ? NodeFilter.FILTER_REJECT : NodeFilter.FILTER_ACCEPT));
  while (walker.nextNode()) Y.pictureOfLines(walker.currentNode, frame, group);
  return group;
};

Y.pictureOfLines = function (text, frame, group) {
  const look = getComputedStyle(text.parentElement);
  const range = document.createRange();
  const lines = [];
  Array.from(text.data).reduce((at, sign) => {
    range.setStart(text, at);
    range.setEnd(text, at + sign.length);
    const box = range.getBoundingClientRect();
    const last = lines[lines.length - 1];
    if (box.width && last && Math.abs(last.box.top - box.top) < 2) last.text += sign;
    else if (box.width) lines.push({ box, text: sign });
    return at + sign.length;
  }, 0);
  for (const line of lines) {
    const place = {
      x: line.box.left - frame.left, y: line.box.top - frame.top + line.box.height * 0.78, fill: look.color, "font-size": look.fontSize,
      "font-weight": look.fontWeight, "font-family": look.fontFamily, "letter-spacing": look.letterSpacing === "normal" ? 0 : look.letterSpacing, "xml:space": "preserve",
    };
    if (look.textShadow !== "none") place.style = `paint-order:stroke;stroke:${look.textShadow.match(/rgba?\([^)]*\)|#[0-9a-f]+/i)[0]};stroke-width:3px;stroke-linejoin:round`;
    const node = Y.svg("text", place);
    node.textContent = line.text;
    group.append(node);
  }
};
