// What is clicked or boxed, told to the widget around the page.
E.Selection = class {
  constructor(viewer) {
    this.viewer = viewer;
    this.boxing = false;
    const { map } = viewer;
    map.boxZoom.disable(); // Shift and a box select
    document.getElementById("clear").addEventListener("click", () => this.set([]));
    const button = document.getElementById("boxing");
    button.addEventListener("click", () => {
      this.boxing = !this.boxing;
      button.setAttribute("aria-pressed", String(this.boxing));
      if (this.boxing) map.dragging.disable();
      else map.dragging.enable();
    });
    this.listen();
    this.tell();
  }

  get picked() { return this.viewer.layer.picked; }

  listen() {
    const { map } = this.viewer;
    const container = map.getContainer();
    container.addEventListener("pointerdown", (event) => {
      if (!(event.shiftKey || this.boxing) || event.button !== 0 || event.target.closest(".leaflet-control, .leaflet-popup")) return;
      map.dragging.disable();
      const from = map.mouseEventToLatLng(event);
      const box = L.rectangle([from, from], { pane: "chosen", renderer: this.viewer.renderers.chosen, interactive: false, color: "#1F2328", weight: 1.5, dashArray: "4 3", fillOpacity: 0.08 }).addTo(map);
      const move = (moved) => box.setBounds(L.latLngBounds(from, map.mouseEventToLatLng(moved)));
      const end = (last) => {
        window.removeEventListener("pointermove", move);
        window.removeEventListener("pointerup", end);
        box.remove();
        if (!this.boxing) map.dragging.enable();
        const to = map.mouseEventToLatLng(last);
        if (map.latLngToContainerPoint(from).distanceTo(map.latLngToContainerPoint(to)) < 4) return;
        this.ended = performance.now();
        this.take(from, to, last.ctrlKey || last.metaKey);
      };
      window.addEventListener("pointermove", move);
      window.addEventListener("pointerup", end);
    });
  }

  // Everything that has a part in the box; with Ctrl beside what was selected before.
  take(from, to, more) {
    const { store, layer } = this.viewer;
    const [ax, ay] = P.toPlane(from, store.world);
    const [bx, by] = P.toPlane(to, store.world);
    const box = [Math.min(ax, bx), Math.min(ay, by), Math.max(ax, bx), Math.max(ay, by)];
    const found = more ? Array.from(this.picked) : [];
    store.near(...box, (i) => { if (layer.shown[layer.classOf[i]] && store.meets(i, ...box)) found.push(i); });
    this.set(found);
  }

  // A click selects one, or none; with Ctrl it adds or takes away.
  click(i, more) {
    if (performance.now() - (this.ended || -1000) < 300) return; // the end of a box
    if (!more) { this.set(i === undefined ? [] : [i]); return; }
    if (i === undefined) return;
    const kept = Array.from(this.picked).filter((each) => each !== i);
    this.set(this.picked.has(i) ? kept : [...kept, i]);
  }

  set(list) {
    this.viewer.layer.picked = new Set(list);
    this.viewer.layer.refresh();
    this.tell();
    window.parent.postMessage({ yngis: "selected", places: Array.from(this.picked).sort((a, b) => a - b) }, "*");
  }

  tell() { this.viewer.panel.picked.textContent = `已选 ${this.picked.size.toLocaleString("zh-CN")} / selected　点选；按住 Shift 框选；Ctrl 增减`; }
};
