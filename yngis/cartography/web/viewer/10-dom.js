// Building blocks. Text from data only ever enters the page as a text node or an attribute value.
const Y = { lang: "zh", words: {} };

// A text in the language of the page, with its blanks filled: Y.say("{0} 个", 5). What has no English stays as it is.
Y.say = function (text, ...values) {
  const said = Y.lang === "en" ? Object.hasOwn(Y.ENGLISH, text) ? Y.ENGLISH[text] : Object.hasOwn(Y.words, text) ? Y.words[text] : text : text;
  return values.length ? said.replace(/\{(\d)\}/g, (_, k) => values[k]) : said;
};

Y.SAID = new Set(["title", "aria-label", "placeholder"]);

Y.el = function (tag, attributes, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes || {})) {
    if (value === undefined || value === null || value === false) continue;
    if (name === "on") for (const [event, act] of Object.entries(value)) node.addEventListener(event, act);
    else if (name === "class") node.className = value;
    else node.setAttribute(name, value === true ? "" : Y.SAID.has(name) ? Y.say(String(value)) : String(value));
  }
  for (const child of children.flat()) {
    if (child === undefined || child === null || child === false) continue;
    node.append(child instanceof Node ? child : document.createTextNode(Y.say(String(child))));
  }
  return node;
};

Y.svg = function (tag, attributes, ...children) {
  const node = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes || {})) node.setAttribute(name, String(value));
  for (const child of children.flat()) if (child) node.append(child);
  return node;
};

// [x0, y0, dx, dy, ...] in whole numbers per degree -> [[lat, lon], ...]
Y.decode = function (numbers, scale) {
  const points = new Array(numbers.length / 2);
  let x = 0;
  let y = 0;
  for (let i = 0; i < points.length; i += 1) {
    x += numbers[2 * i];
    y += numbers[2 * i + 1];
    points[i] = [y / scale, x / scale];
  }
  return points;
};

Y.decodePolygons = (polygons, scale) => polygons.map((rings) => rings.map((ring) => Y.decode(ring, scale)));

Y.overlap = (a, b, gap) =>
  a.left < b.right + gap && b.left < a.right + gap && a.top < b.bottom + gap && b.top < a.bottom + gap;
