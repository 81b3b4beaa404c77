// Arrays as packed by packed.py: base64 of gzip, numbers parted into planes of bytes of equal weight.
const P = {};

P.WIDTH = { u8: 1, i16: 2, i32: 4, f32: 4 };
P.TYPE = { u8: Uint8Array, i16: Int16Array, i32: Int32Array, f32: Float32Array };
P.CHUNK = 1 << 18; // characters of base64 taken at a time; a multiple of four

P.bytes = async function (text, known) {
  const unzip = new DecompressionStream("gzip");
  const writer = unzip.writable.getWriter();
  const feed = (async () => {
    for (let at = 0; at < text.length; at += P.CHUNK) {
      const piece = atob(text.slice(at, at + P.CHUNK));
      const block = new Uint8Array(piece.length);
      for (let i = 0; i < piece.length; i += 1) block[i] = piece.charCodeAt(i);
      await writer.write(block);
    }
    await writer.close();
  })();
  const reader = unzip.readable.getReader();
  const whole = known === undefined ? null : new Uint8Array(known);
  const parts = [];
  let length = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    if (whole) whole.set(value, length);
    else parts.push(value);
    length += value.length;
  }
  await feed;
  if (whole) return whole;
  const joined = new Uint8Array(length);
  let at = 0;
  for (const part of parts) { joined.set(part, at); at += part.length; }
  return joined;
};

P.unpack = async function (array) {
  if (array.kind === "text") {
    if (array.length === 0) return [];
    return new TextDecoder().decode(await P.bytes(array.data)).split("\n");
  }
  const width = P.WIDTH[array.kind];
  const count = array.length;
  const planes = await P.bytes(array.data, count * width);
  if (width === 1) return planes;
  const mixed = new Uint8Array(count * width);
  for (let plane = 0; plane < width; plane += 1) {
    const from = plane * count;
    for (let i = 0, to = plane; i < count; i += 1, to += width) mixed[to] = planes[from + i];
  }
  return new P.TYPE[array.kind](mixed.buffer);
};
