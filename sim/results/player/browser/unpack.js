// From the text in the page back to numbers: the other side of sim/results/player/packing.py.

async function inflated(base64) {
  const text = atob(base64);
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  if (typeof DecompressionStream !== "function") return inflatePlain(bytes);
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

// Whole numbers from 0 on, seven bits a byte, the lowest first.
class NumberReader {
  constructor(bytes) {
    this.bytes = bytes;
    this.at = 0;
  }

  next() {
    let number = 0;
    let factor = 1;
    for (;;) {
      const byte = this.bytes[this.at++];
      number += (byte & 127) * factor; // no shift: numbers may pass 32 bits
      if (byte < 128) return number;
      factor *= 128;
    }
  }
}

async function readIntegers(packed) {
  const reader = new NumberReader(await inflated(packed.data));
  const values = new Array(packed.count);
  let value = 0;
  for (let i = 0; i < packed.count; i++) {
    const step = reader.next();
    value += step % 2 ? -(step + 1) / 2 : step / 2;
    values[i] = value;
  }
  return values;
}

// Codes of a layer, step after step: codes[step * cells + cell].
async function readChanges(packed) {
  const { steps, cells, head } = packed;
  const bytes = await inflated(packed.data);
  const reader = new NumberReader(bytes);
  const codes = new Uint8Array(steps * cells);
  let tail = head;
  for (let cell = 0; cell < cells; cell++) {
    let changes = reader.next();
    let step = 0;
    let code = 0;
    while (changes--) {
      const until = step + reader.next();
      for (; step < until; step++) codes[step * cells + cell] = code;
      code = (code + bytes[tail++]) & 255;
      codes[step++ * cells + cell] = code;
    }
    for (; step < steps; step++) codes[step * cells + cell] = code;
  }
  return { steps, cells, codes };
}

// Layers by scenario, kind of step and name; each is unpacked when it is first asked for, and kept.
class Store {
  constructor(packed) {
    this.packed = packed;
    this.waiting = new Map();
    this.found = new Map();
  }

  has(scenario, kind, name) {
    return Boolean(this.packed[scenario][kind] && this.packed[scenario][kind][name]);
  }

  load(scenario, kind, name) {
    const key = JSON.stringify([scenario, kind, name]);
    if (!this.waiting.has(key)) {
      const reading = readChanges(this.packed[scenario][kind][name]).then((layer) => {
        this.found.set(key, layer);
        return layer;
      });
      this.waiting.set(key, reading);
    }
    return this.waiting.get(key);
  }

  // codes of one step, or null where the layer is not there (yet)
  codes(scenario, kind, name, step) {
    const layer = this.found.get(JSON.stringify([scenario, kind, name]));
    return layer ? layer.codes.subarray(step * layer.cells, (step + 1) * layer.cells) : null;
  }
}
