// What popups, table and search show: columns, unpacked when they are first asked for, texts block by block.
P.Columns = class {
  constructor(specs, count, nothing) {
    this.specs = specs;
    this.count = count;
    this.nothing = nothing;
    this.open = new Map();
  }

  once(key, read) {
    if (!this.open.has(key)) this.open.set(key, read());
    return this.open.get(key);
  }

  numbers(array, key) { return this.once(key, () => P.numbers(array)); }

  texts(array, key, block) { return this.once(`${key}/${block}`, () => P.texts(array, block)); }

  async line(array, key, i) {
    const lines = await this.texts(array, key, Math.floor(i / array.per));
    return lines[i % array.per];
  }

  async value(spec, i) {
    if (spec.labels) return this.line(spec.labels, `${spec.key}:`, (await this.numbers(spec.index, spec.key))[i]);
    if (spec.values.kind === "text") return this.line(spec.values, spec.key, i);
    return (await this.numbers(spec.values, spec.key))[i];
  }

  async cell(spec, i) { return P.written(await this.value(spec, i), spec, this.nothing); }

  async rows(i) {
    const rows = [];
    for (const spec of this.specs) {
      const value = await this.cell(spec, i);
      if (value !== "") rows.push([spec, value]);
    }
    return rows;
  }

  // Polygons one of whose texts holds what is wanted; those whose text begins with it come first.
  async search(text, most) {
    const wanted = text.toLowerCase();
    const [best, rest] = [new Set(), new Set()];
    const note = (at, i) => {
      if (at === 0 && best.size < most) best.add(i);
      else if (at > 0 && rest.size < most) rest.add(i);
    };
    const full = () => best.size >= most;
    for (const spec of this.specs.filter((each) => each.search)) {
      if (spec.labels) await this.searchLabels(spec, wanted, note, full);
      else await this.searchTexts(spec, wanted, note, full);
    }
    return Array.from(new Set([...best, ...rest])).slice(0, most);
  }

  async searchTexts(spec, wanted, note, full) {
    for (let block = 0; block < spec.values.data.length && !full(); block += 1) {
      const lines = await this.texts(spec.values, spec.key, block);
      lines.forEach((line, k) => note(line.toLowerCase().indexOf(wanted), block * spec.values.per + k));
    }
  }

  async searchLabels(spec, wanted, note, full) {
    const found = [];
    for (let block = 0; block < spec.labels.data.length; block += 1) {
      for (const label of await this.texts(spec.labels, `${spec.key}:`, block)) found.push(label.toLowerCase().indexOf(wanted));
    }
    if (found.every((at) => at < 0)) return;
    const index = await this.numbers(spec.index, spec.key);
    for (let i = 0; i < this.count && !full(); i += 1) note(found[index[i]], i);
  }
};

// Files beside the page only: an address with a scheme stays text.
P.link = (spec, value) => (/^[^/?#]*:/.test(value) ? value : Y.el("a", { href: value, target: "_blank", rel: "noopener" }, spec.label));

P.written = function (value, spec, nothing) {
  if (typeof value === "string") return value;
  if (Number.isNaN(value) || value === nothing) return "";
  if (spec.form === "plain") return String(value / 10 ** spec.digits);
  if (spec.form === "day") return new Date(value * 86400000).toISOString().slice(0, 10);
  const told = (number, digits) => number.toLocaleString("zh-CN", { minimumFractionDigits: digits, maximumFractionDigits: digits });
  if (spec.form === "area") return `${told(value / 1e4, 4)} 公顷（${told(value * 0.0015, 2)} 亩）`;
  if (spec.form === "overdue") return value < 0 ? `还有 ${told(-value, 0)} 日` : `${told(value, 0)} 日`;
  return spec.unit ? `${told(value, spec.digits)} ${spec.unit}` : told(value, spec.digits);
};
