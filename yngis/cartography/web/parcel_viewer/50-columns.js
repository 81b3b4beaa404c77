// What popups and search show: columns, unpacked when they are first asked for.
P.Columns = class {
  constructor(specs, count) {
    this.specs = specs;
    this.count = count;
    this.open = new Map();
  }

  async column(spec) {
    if (!this.open.has(spec.key)) this.open.set(spec.key, this.read(spec));
    return this.open.get(spec.key);
  }

  async read(spec) {
    if (spec.labels) {
      const labels = await P.unpack(spec.labels);
      const index = await P.unpack(spec.index);
      return (i) => labels[index[i]];
    }
    const values = await P.unpack(spec.values);
    return (i) => values[i];
  }

  async rows(i) {
    const rows = [];
    for (const spec of this.specs) {
      const value = P.written((await this.column(spec))(i), spec);
      if (value !== "") rows.push([spec.label, value]);
    }
    return rows;
  }

  async search(text, most) {
    const wanted = text.toLowerCase();
    const found = [];
    for (const spec of this.specs.filter((each) => each.search)) {
      const value = await this.column(spec);
      for (let i = 0; i < this.count && found.length < most; i += 1) {
        if (value(i).toLowerCase().includes(wanted) && !found.includes(i)) found.push(i);
      }
    }
    return found;
  }
};

P.written = function (value, spec) {
  if (typeof value === "string") return value;
  if (value === undefined || Number.isNaN(value) || value === P.NOTHING) return "";
  if (spec.form === "day") return new Date(value * 86400000).toISOString().slice(0, 10);
  const digits = spec.digits || 0;
  const number = value.toLocaleString("zh-CN", { minimumFractionDigits: digits, maximumFractionDigits: digits });
  return spec.unit ? `${number} ${spec.unit}` : number;
};

P.NOTHING = -2147483648;
