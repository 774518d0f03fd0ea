// Where names stand on a map, so that none covers another: the most important first, each at the first of a few
// places that is free; a name without a free place is left out.

class Labels {
  constructor(context, width, height) {
    this.context = context;
    this.width = width;
    this.height = height;
    this.boxes = [];
  }

  free(box) {
    if (box.left < 2 || box.right > this.width - 2 || box.top < 2 || box.bottom > this.height - 2) return false;
    return !this.boxes.some(
      (other) => box.left < other.right && other.left < box.right && box.top < other.bottom && other.top < box.bottom,
    );
  }

  // A name beside a dot: right of it, left, above, below. Returns whether it found a place.
  beside(name, x, y, font, size) {
    this.context.font = font;
    const length = this.context.measureText(name).width;
    const gap = 4;
    const places = [
      [x + gap, y],
      [x - gap - length, y],
      [x - length / 2, y - size * 0.9],
      [x - length / 2, y + size * 0.9],
    ];
    for (const [left, middle] of places) {
      const box = { left: left - 2, right: left + length + 2, top: middle - size * 0.6, bottom: middle + size * 0.6 };
      const withDot = {
        left: Math.min(box.left, x - 3),
        right: Math.max(box.right, x + 3),
        top: Math.min(box.top, y - 3),
        bottom: Math.max(box.bottom, y + 3),
      };
      if (this.free(withDot)) {
        this.boxes.push(withDot);
        this.write(name, left, middle, size);
        return true;
      }
    }
    return false;
  }

  // A name over its place, such as that of a country.
  over(name, x, y, font, size) {
    this.context.font = font;
    const length = this.context.measureText(name).width;
    for (const shift of [0, -1.4, 1.4, -2.8, 2.8]) {
      const middle = y + shift * size;
      const box = {
        left: x - length / 2 - 2,
        right: x + length / 2 + 2,
        top: middle - size * 0.6,
        bottom: middle + size * 0.6,
      };
      if (this.free(box)) {
        this.boxes.push(box);
        this.write(name, x - length / 2, middle, size);
        return true;
      }
    }
    return false;
  }

  // dark on a light edge, to be read on every colour
  write(name, left, middle, size) {
    const context = this.context;
    context.textBaseline = "middle";
    context.lineJoin = "round";
    context.lineWidth = size / 4;
    context.strokeStyle = "rgba(255,255,255,0.85)";
    context.strokeText(name, left, middle);
    context.fillText(name, left, middle);
  }
}
