// Arrays as packed by packed.py: base64 of gzip, numbers parted into planes of bytes of equal weight.
const P = {};

P.WIDTH = { u8: 1, i16: 2, i32: 4, f32: 4 };
P.TYPE = { u8: Uint8Array, i16: Int16Array, i32: Int32Array, f32: Float32Array };
P.CHUNK = 1 << 18; // characters of base64 taken at a time; a multiple of four

P.bytes = async function (text, length) {
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
  const parts = [];
  const whole = new Uint8Array(length);
  let at = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    if (length) whole.set(value, at);
    else parts.push(value);
    at += value.length;
  }
  await feed;
  if (length && at !== length) throw new Error("图形数据不完整");
  return length ? whole : new Uint8Array(await new Blob(parts).arrayBuffer());
};

P.numbers = async function (array) {
  const width = P.WIDTH[array.kind];
  const count = array.length;
  const planes = await P.bytes(array.data, count * width);
  if (width === 1 || count === 0) return new P.TYPE[array.kind](planes.buffer, 0, count);
  const mixed = new Uint8Array(count * width);
  for (let plane = 0; plane < width; plane += 1) {
    const from = plane * count;
    for (let i = 0, to = plane; i < count; i += 1, to += width) mixed[to] = planes[from + i];
  }
  return new P.TYPE[array.kind](mixed.buffer);
};

// The texts of one block; a text that begins with a byte order mark keeps it.
P.texts = async (array, block) => new TextDecoder("utf-8", { ignoreBOM: true }).decode(await P.bytes(array.data[block], 0)).split("\n");
