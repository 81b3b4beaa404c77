// A search box with its list of hits: arrows choose, Enter takes, Escape leaves. `search` may take its time.
Y.searchBox = function ({ placeholder, label, search, choose, most = 12, wait = 0 }) {
  const list = Y.el("ul", { id: "found", role: "listbox", "aria-label": "检索结果", hidden: true });
  const input = Y.el("input", {
    id: "search", type: "search", role: "combobox", autocomplete: "off", spellcheck: "false", placeholder, "aria-label": label,
    "aria-expanded": "false", "aria-controls": "found", "aria-autocomplete": "list",
  });
  let active = -1;
  let hits = [];
  let known = "";
  let timer = 0;
  const close = () => {
    list.hidden = true;
    active = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  };
  const take = (hit) => {
    input.value = Y.say(hit.label);
    known = input.value;
    close();
    choose(hit);
  };
  const mark = (next) => {
    active = hits.length ? (next + hits.length) % hits.length : -1;
    Array.from(list.children).forEach((node, k) => node.setAttribute("aria-selected", String(k === active)));
    if (active < 0) return;
    input.setAttribute("aria-activedescendant", `hit-${active}`);
    list.children[active].scrollIntoView({ block: "nearest" });
  };
  const update = async () => {
    clearTimeout(timer);
    const text = input.value;
    const found = await search(text);
    if (input.value !== text) return;
    known = text;
    hits = found.slice(0, most);
    list.replaceChildren(...hits.map((hit, k) => Y.el("li", {
      id: `hit-${k}`, role: "option", "aria-selected": "false",
      on: { mousedown: (event) => { event.preventDefault(); take(hit); } },
    }, Y.say(hit.label), hit.note && Y.el("span", { class: "hit-note" }, hit.note))));
    if (!hits.length && text.trim()) list.append(Y.el("li", { class: "none" }, "没有找到"));
    list.dataset.of = text;
    list.hidden = !text.trim() || document.activeElement !== input;
    input.setAttribute("aria-expanded", String(!list.hidden));
    active = -1;
  };
  const enter = async () => {
    if (known !== input.value || list.hidden) await update();
    if (hits.length && input.value.trim()) take(hits[Math.max(active, 0)]);
  };
  input.addEventListener("input", () => {
    if (!wait) { update(); return; }
    clearTimeout(timer);
    timer = setTimeout(update, wait);
  });
  input.addEventListener("focus", () => { if (input.value.trim()) update(); });
  input.addEventListener("blur", close);
  input.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown") mark(active + 1);
    else if (event.key === "ArrowUp") mark(active - 1);
    else if (event.key === "Escape") close();
    else if (event.key === "Enter") enter();
    else return;
    event.preventDefault();
  });
  return Y.el("div", { id: "search-box" }, input, list);
};
