// What is seen stands in the address, so that a link can be sent: view, filters, the open zone. Whatever an address
// says is compared with what the figure holds; nothing of it enters the page.
Y.Frame.prototype.remember = function () {
  if (this.recalling || this.printing) return;
  const said = new URLSearchParams();
  if (!this.atHome()) {
    const { lat, lng } = this.map.getCenter();
    said.set("v", [this.map.getZoom().toFixed(2), lat.toFixed(4), lng.toFixed(4)].join("/"));
  }
  for (const [kind, keys] of Object.entries(this.state.off)) if (keys.size) said.set(`off-${kind}`, JSON.stringify(Array.from(keys)));
  if (this.openZone) said.set("zone", this.openZone);
  const hash = said.toString();
  try {
    window.history.replaceState(null, "", hash ? `#${hash}` : window.location.pathname + window.location.search);
  } catch { /* a page inside a notebook has no address of its own */ }
};

Y.Frame.prototype.recall = function () {
  const said = new URLSearchParams(window.location.hash.slice(1));
  this.recalling = true;
  for (const [kind, keys] of Object.entries(this.state.off)) {
    keys.clear();
    const boxes = Array.from(document.querySelectorAll("#panel input[type=checkbox]")).filter((box) => box.dataset.kind === kind);
    let wanted = [];
    try { wanted = JSON.parse(said.get(`off-${kind}`) || "[]"); } catch { /* a link that was cut */ }
    for (const box of boxes) {
      box.checked = !(Array.isArray(wanted) && wanted.includes(box.dataset.key));
      if (!box.checked) keys.add(box.dataset.key);
    }
  }
  const [zoom, lat, lon] = (said.get("v") || "").split("/").map(Number);
  if ([zoom, lat, lon].every(Number.isFinite) && said.has("v")) this.map.setView([lat, lon], zoom, { animate: false });
  const zone = this.markers.get(said.get("zone"));
  if (zone) {
    this.layout();
    if (!this.shows(zone.mark)) this.reveal();
    if (!said.has("v")) this.map.setView([zone.mark.lat, zone.mark.lon], Math.max(this.map.getZoom(), 9), { animate: false });
    zone.marker.openPopup();
    this.openZone = zone.mark.name;
  }
  this.recalling = false;
};

Y.Frame.prototype.followAddress = function () {
  this.map.on("moveend", () => this.remember());
  this.map.on("popupopen", (event) => {
    const node = event.popup._source && event.popup._source.getElement && event.popup._source.getElement();
    this.openZone = (node && node.dataset && node.dataset.zone) || "";
    this.remember();
  });
  this.map.on("popupclose", () => { this.openZone = ""; this.remember(); });
  window.addEventListener("hashchange", () => { this.map.closePopup(); this.recall(); this.layout(); });
};

// A figure beside this one opens in the language that the address asks for.
Y.inLanguage = (file) => (new URLSearchParams(window.location.search).has("lang") ? `${file}?lang=${Y.lang}` : file);

Y.Frame.prototype.changeLanguage = function () {
  const said = new URLSearchParams(window.location.search);
  said.set("lang", Y.lang === "en" ? "zh" : "en");
  window.location.search = said.toString();
};
