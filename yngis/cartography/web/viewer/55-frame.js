// Below this window width [px] the legend starts folded; viewer.css holds the same number.
Y.NARROW = 900;

// What every map has: panes, borders, room for the panel, printing. A map lays itself out in `layout()`.
Y.Frame = class {
  constructor(map, data) {
    this.map = map;
    this.data = data;
  }

  setUpMap(names) {
    const map = this.map;
    map.attributionControl.setPrefix("Leaflet");
    L.control.zoom({ position: "topright", zoomInTitle: "放大", zoomOutTitle: "缩小" }).addTo(map);
    L.control.scale({ imperial: false, position: "bottomright", maxWidth: 140 }).addTo(map);
    names.forEach((name, k) => { map.createPane(name).style.zIndex = String(300 + 20 * k); });
    const labels = map.createPane("labels");
    labels.style.zIndex = "590"; // under the glyphs, so that text never hides one
    labels.setAttribute("aria-hidden", "true");
    this.renderers = Object.fromEntries(names.map((name) => [name, L.svg({ pane: name, padding: 0.5 })]));
  }

  // Leave room for the panel on wide windows.
  padding() {
    const size = this.map.getSize();
    const panel = document.getElementById("panel");
    if (this.printing) return { paddingTopLeft: [10, 10], paddingBottomRight: [10, 24] };
    const folded = document.querySelector("#panel-body[hidden]");
    if (size.x < Y.NARROW || folded) return { paddingTopLeft: [10, panel.offsetTop + panel.offsetHeight + 6], paddingBottomRight: [10, 24] };
    return { paddingTopLeft: [panel.offsetWidth + 16, 16], paddingBottomRight: [24, 16] };
  }

  // The whole extent in the free part of the window. How far one may pan hangs on the view that this gives:
  // bounds of the province alone would push it back under the panel.
  home() {
    const [west, south, east, north] = this.data.extent;
    const { map } = this;
    const snap = map.options.zoomSnap;
    map.setMaxBounds(null);
    map.options.zoomSnap = 0.05;
    map.fitBounds([[south, west], [north, east]], { animate: false, ...this.padding() });
    map.options.zoomSnap = snap;
    map.setMaxBounds(map.getBounds().pad(0.5));
    this.homeView = [map.getCenter(), map.getZoom()];
    this.stays = true;
  }

  atHome() {
    if (!this.homeView) return false;
    const [centre, zoom] = this.homeView;
    const { map } = this;
    return map.getZoom() === zoom && map.project(map.getCenter()).distanceTo(map.project(centre)) < 4;
  }

  drawLines() {
    const looks = { ...this.data.style.lines, within: this.data.style.lines.regions };
    if (this.data.undivided) Object.assign(looks, { counties: looks.counties_plain, within: looks.counties_plain, regions: looks.prefectures });
    for (const rank of ["provinces", "countries", "counties", "within", "prefectures", "regions", "province"]) {
      const [color, weight] = looks[rank];
      L.polyline(this.data.lines[rank].map((line) => Y.decode(line, this.data.scale)), {
        pane: "lines", renderer: this.renderers.lines, interactive: false,
        color, weight, opacity: rank === "counties" ? 0.9 : 1, smoothFactor: 0.6, lineJoin: "round",
      }).addTo(this.map);
    }
  }

  popupOptions() {
    const narrow = window.innerWidth < Y.NARROW;
    return {
      maxWidth: Math.min(340, window.innerWidth - 60), minWidth: 220, maxHeight: Math.max(160, Math.min(420, window.innerHeight - (narrow ? 190 : 120))),
      autoPanPaddingTopLeft: narrow ? [12, 96] : [318, 12], autoPanPaddingBottomRight: [12, 12],
    };
  }

  xy(point) { return { x: point.x, y: point.y }; }

  setUpEvents() {
    const map = this.map;
    map.on("zoomstart", () => map.getPane("labels").classList.add("moving"));
    map.on("resize", () => { if (!this.printing && this.stays) this.home(); });
    map.on("moveend", () => { if (!this.printing) this.stays = this.atHome(); });
    // What a page says of itself, for whoever drives it: whether its map moves, for which window it was laid out last.
    const told = document.documentElement.dataset;
    map.on("movestart", () => { told.moving = "true"; });
    map.on("moveend", () => { delete told.moving; });
    map.on("moveend resize", () => { // a zoom ends with a move
      this.layout();
      const { x, y } = map.getSize();
      told.fitted = `${x}x${y}`;
    });
    map.on("popupopen", (event) => {
      const close = event.popup.getElement().querySelector(".leaflet-popup-close-button");
      if (close) close.setAttribute("aria-label", "关闭");
    });
    // Names are as wide as they were measured, unless a typeface came since.
    if (document.fonts && document.fonts.size) document.fonts.ready.then(() => { this.labels.measure(); this.layout(); });
    window.addEventListener("beforeprint", () => this.print(true));
    window.addEventListener("afterprint", () => this.print(false));
  }

  print(on) {
    this.printing = on;
    document.documentElement.classList.toggle("printing", on);
    this.map.closePopup();
    this.map.invalidateSize({ animate: false });
    if (on) {
      this.before = { centre: this.map.getCenter(), zoom: this.map.getZoom() };
      this.toSheet();
    } else if (this.before) this.map.setView(this.before.centre, this.before.zoom, { animate: false });
    this.layout();
  }

  // What a printed sheet shows.
  toSheet() { this.home(); }

  // No label may lie under the panel or a control.
  panelBoxes() {
    const map = this.map;
    const frame = map.getContainer().getBoundingClientRect();
    return Array.from(document.querySelectorAll("#panel, .leaflet-control")).map((node) => {
      const box = node.getBoundingClientRect();
      const corner = map.containerPointToLayerPoint([box.left - frame.left, box.top - frame.top]);
      return { left: corner.x, top: corner.y, right: corner.x + box.width, bottom: corner.y + box.height };
    });
  }

  goTo(place, zoom, then) {
    this.map.once("moveend", () => setTimeout(then, 0));
    if (window.matchMedia("(prefers-reduced-motion: reduce)").matches) this.map.setView(place, zoom, { animate: false });
    else this.map.flyTo(place, zoom, { duration: 0.7 });
  }
};
