// The map and the table beside it follow the measure and the year chosen; without this script the last year stands.
const map = JSON.parse(document.getElementById("map").textContent);
const choose = document.getElementById("choose");
const twin = document.getElementById("twin");
const key = document.getElementById("key");
const SVG = "http://www.w3.org/2000/svg";
const measureBox = choose.querySelector("#measure");
const yearBox = choose.querySelector("#year");
const heads = [...twin.querySelectorAll("thead th")];

function option(value, text) {
  const made = document.createElement("option");
  made.value = value;
  made.textContent = text;
  return made;
}

function sign([radius, colour], dashed) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("width", "22");
  svg.setAttribute("height", "22");
  svg.setAttribute("viewBox", "-15 -15 30 30");
  svg.setAttribute("aria-hidden", "true");
  const dot = document.createElementNS(SVG, "circle");
  look(dot, radius, colour, dashed);
  svg.append(dot);
  return svg;
}

function look(dot, radius, colour, dashed) {
  dot.setAttribute("r", radius);
  dot.setAttribute("fill", colour);
  dot.setAttribute("stroke", "#3a3532");
  if (dashed) dot.setAttribute("stroke-dasharray", "3 2"); else dot.removeAttribute("stroke-dasharray");
}

function cell(kind, content) {
  const made = document.createElement(kind);
  made.append(content);
  return made;
}

function showMeasure() {
  const measure = map.measures[measureBox.value];
  const values = measure.values[yearBox.value];
  for (const link of document.querySelectorAll(".provincemap a")) {
    const [text, number] = values[link.dataset.zone];
    const [radius, colour] = number < 0 ? [7, "#fff"] : measure.looks[number];
    look(link.querySelector("circle"), radius, colour, number < 0);
    link.querySelector("title").textContent = `${map.names[link.dataset.zone]} ${text}`;
  }
  const lines = measure.classes.map((text, number) => {
    const line = document.createElement("li");
    line.append(sign(measure.looks[number], false), text);
    return line;
  });
  const none = document.createElement("li");
  none.append(sign([7, "#fff"], true), "缺数据 / no data");
  key.replaceChildren(...lines, none);
  const title = `${measure.zh}，${yearBox.value} 年`;
  twin.querySelector("caption").textContent = title;
  heads[1].textContent = measure.zh;
  const order = Object.keys(map.names).sort((one, other) => values[other][1] - values[one][1] || (one < other ? -1 : 1));
  twin.tBodies[0].replaceChildren(...order.map((zone) => {
    const row = document.createElement("tr");
    const link = document.createElement("a");
    link.href = `zones/${zone}.html`;
    link.textContent = map.names[zone];
    const head = cell("th", link);
    head.scope = "row";
    const [text, number] = values[zone];
    row.append(head, cell("td", text), cell("td", number < 0 ? "—" : measure.classes[number]));
    return row;
  }));
}

if (map.measures.length) {
  measureBox.append(...map.measures.map((measure, place) => option(place, measure.zh)));
  yearBox.append(...map.years.map((year) => option(year, year)));
  yearBox.value = map.year;
  choose.hidden = false;
  measureBox.addEventListener("change", () => {
    // Not all results are made every year: then the last year that has some is shown.
    const { values } = map.measures[measureBox.value];
    const known = map.years.filter((year) => Object.values(values[year]).some(([, number]) => number >= 0));
    if (!known.includes(Number(yearBox.value))) yearBox.value = known[known.length - 1];
    showMeasure();
  });
  yearBox.addEventListener("change", showMeasure);
  showMeasure();
}
