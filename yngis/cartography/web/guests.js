// What folium's elements call, in a few lines of our own: no jQuery, no icon font, no d3.
if (typeof Y === "undefined") window.Y = {};

// folium makes the content of a popup with `$("<div …>")[0]`.
window.$ = window.$ || function (markup) {
  const template = document.createElement("template");
  template.innerHTML = String(markup).trim();
  return Array.from(template.content.childNodes);
};

Y.PINS = {
  red: "#D63E2A", darkred: "#A13336", lightred: "#FF8E7F", orange: "#F69730", beige: "#FFCB92", green: "#72B026", darkgreen: "#728224", lightgreen: "#BBF970",
  blue: "#38AADD", darkblue: "#0065A0", lightblue: "#8ADAFF", purple: "#D252B9", darkpurple: "#5B396B", pink: "#FF91EA", cadetblue: "#436978",
  white: "#FBFBFB", gray: "#575757", lightgray: "#A3A3A3", black: "#303030",
};

// A pin in the asked colour; the signs of icon fonts are not there, a dot stands for them.
L.AwesomeMarkers = {
  icon(options) {
    const colour = Y.PINS[options.markerColor] || options.markerColor || Y.PINS.blue;
    const space = "http://www.w3.org/2000/svg";
    const svg = document.createElementNS(space, "svg");
    const path = document.createElementNS(space, "path");
    const dot = document.createElementNS(space, "circle");
    for (const [node, looks] of [[svg, { width: 28, height: 38, viewBox: "0 0 28 38" }],
      [path, { d: "M14 37C14 37 26.5 22 26.5 13.5A12.5 12.5 0 0 0 1.5 13.5C1.5 22 14 37 14 37Z", fill: colour, stroke: "#fff", "stroke-width": 1.5 }],
      [dot, { cx: 14, cy: 13.5, r: 4.5, fill: options.iconColor || "#fff" }]]) {
      for (const [name, value] of Object.entries(looks)) node.setAttribute(name, value);
    }
    svg.append(path, dot);
    return L.divIcon({ className: "pin", html: svg, iconSize: [28, 38], iconAnchor: [14, 37], popupAnchor: [0, -34], tooltipAnchor: [12, -24] });
  },
};

L.control.fullscreen = (options = {}) => {
  const control = L.control({ position: options.position || "topleft" });
  control.onAdd = (map) => {
    const box = L.DomUtil.create("div", "leaflet-bar");
    const button = L.DomUtil.create("a", "full-screen", box);
    button.href = "#";
    button.setAttribute("role", "button");
    button.title = options.title || "Full Screen";
    button.setAttribute("aria-label", button.title);
    button.textContent = "⛶";
    L.DomEvent.disableClickPropagation(box);
    L.DomEvent.on(button, "click", (event) => {
      L.DomEvent.preventDefault(event);
      if (document.fullscreenElement) document.exitFullscreen();
      else document.documentElement.requestFullscreen().catch(() => { button.title = "—"; });
    });
    document.addEventListener("fullscreenchange", () => {
      button.title = document.fullscreenElement ? options.titleCancel || "Exit Full Screen" : options.title || "Full Screen";
      map.invalidateSize();
    });
    return box;
  };
  return control;
};

Y.colourBar = (map, { caption, low, high, colours }) => {
  const control = L.control({ position: "topright" });
  control.onAdd = () => {
    const box = L.DomUtil.create("div", "colour-bar");
    const bar = L.DomUtil.create("div", "bar", box);
    bar.style.background = `linear-gradient(to right, ${colours.join(", ")})`;
    const ends = L.DomUtil.create("div", "ends", box);
    for (const end of [low, high]) L.DomUtil.create("span", "", ends).textContent = end;
    if (caption) L.DomUtil.create("div", "", box).textContent = caption;
    return box;
  };
  control.addTo(map);
};
