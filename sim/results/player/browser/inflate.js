// Inflate (RFC 1950 and 1951) in plain JavaScript, for browsers without DecompressionStream.
// Slow beside the browser's own, quick enough for layers of some 30 kB.

const LENGTH_BASE = [3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258];
const LENGTH_BITS = [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0];
const FAR_BASE = [1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537, 2049, 3073, 4097, 6145, 8193, 12289, 16385, 24577];
const FAR_BITS = [0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 10, 10, 11, 11, 12, 12, 13, 13];
// the order in which lengths of the code of codes are written
const ORDER = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

class BitReader {
  constructor(bytes, at) {
    this.bytes = bytes;
    this.at = at;
    this.hold = 0;
    this.held = 0;
  }

  bits(count) {
    while (this.held < count) {
      this.hold |= this.bytes[this.at++] << this.held;
      this.held += 8;
    }
    const value = this.hold & ((1 << count) - 1);
    this.hold >>>= count;
    this.held -= count;
    return value;
  }

  // blocks that are stored as they are begin at a whole byte
  dropToByte() {
    this.hold = 0;
    this.held = 0;
  }
}

// A canonical Huffman code: how many symbols have each length, and the symbols in order of their code.
function huffman(lengths) {
  const count = new Uint16Array(16);
  for (const length of lengths) count[length]++;
  count[0] = 0;
  const offset = new Uint16Array(16);
  for (let i = 1; i < 16; i++) offset[i] = offset[i - 1] + count[i - 1];
  const symbols = new Uint16Array(lengths.length);
  lengths.forEach((length, symbol) => {
    if (length) symbols[offset[length]++] = symbol;
  });
  return { count, symbols };
}

function symbolOf(reader, code) {
  let value = 0;
  let first = 0;
  let index = 0;
  for (let length = 1; length < 16; length++) {
    value |= reader.bits(1);
    const count = code.count[length];
    if (value - count < first) return code.symbols[index + value - first];
    index += count;
    first = (first + count) << 1;
    value <<= 1;
  }
  throw new Error("data cannot be unpacked");
}

function fixedCodes() {
  const lengths = [];
  for (let i = 0; i < 288; i++) lengths.push(i < 144 ? 8 : i < 256 ? 9 : i < 280 ? 7 : 8);
  return [huffman(lengths), huffman(new Array(30).fill(5))];
}

function writtenCodes(reader) {
  const literals = reader.bits(5) + 257;
  const fars = reader.bits(5) + 1;
  const written = reader.bits(4) + 4;
  const own = new Array(19).fill(0);
  for (let i = 0; i < written; i++) own[ORDER[i]] = reader.bits(3);
  const code = huffman(own);
  const lengths = [];
  while (lengths.length < literals + fars) {
    const symbol = symbolOf(reader, code);
    if (symbol < 16) {
      lengths.push(symbol);
    } else {
      const value = symbol === 16 ? lengths[lengths.length - 1] : 0;
      let times = symbol === 16 ? 3 + reader.bits(2) : symbol === 17 ? 3 + reader.bits(3) : 11 + reader.bits(7);
      while (times--) lengths.push(value);
    }
  }
  return [huffman(lengths.slice(0, literals)), huffman(lengths.slice(literals))];
}

function inflatePlain(bytes) {
  const reader = new BitReader(bytes, 2); // behind zlib's head
  const out = [];
  let last = 0;
  while (!last) {
    last = reader.bits(1);
    const kind = reader.bits(2);
    if (kind === 0) {
      reader.dropToByte();
      const length = bytes[reader.at] | (bytes[reader.at + 1] << 8);
      reader.at += 4;
      for (let i = 0; i < length; i++) out.push(bytes[reader.at++]);
      continue;
    }
    const [literal, far] = kind === 1 ? fixedCodes() : writtenCodes(reader);
    for (;;) {
      const symbol = symbolOf(reader, literal);
      if (symbol === 256) break;
      if (symbol < 256) {
        out.push(symbol);
        continue;
      }
      const length = LENGTH_BASE[symbol - 257] + reader.bits(LENGTH_BITS[symbol - 257]);
      const which = symbolOf(reader, far);
      const back = FAR_BASE[which] + reader.bits(FAR_BITS[which]);
      for (let i = 0; i < length; i++) out.push(out[out.length - back]);
    }
  }
  return Uint8Array.from(out);
}
