// The country of a page and a map of it on a canvas: cells in the colours of the moment below, and lines and names,
// which stay, on a canvas of their own that is laid over them.

const FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', 'DejaVu Sans', sans-serif";

// Cells, borders and towns as the page has them, unpacked.
async function readCountry(places) {
  const names = ["rows", "columns", "gid", "country", "admin1"];
  const [rows, columns, gid, country, admin1] = await Promise.all(names.map((name) => readIntegers(places[name])));
  const lines = await Promise.all(places.borders.map(readIntegers));
  const borders = lines.map((line) => {
    const half = line.length / 2;
    return Array.from({ length: half }, (_, i) => [line[i] / 100, line[half + i] / 100]);
  });
  const at = new Map(rows.map((row, cell) => [row * 10000 + columns[cell], cell]));
  return { ...places, rows, columns, gid, country, admin1, borders, at, cells: rows.length };
}

class MapView {
  constructor(canvas, country) {
    this.canvas = canvas;
    this.country = country;
    this.still = document.createElement("canvas");
    const half = country.step / 2;
    const west = country.first_lon - half;
    const south = country.first_lat - half;
    const east = country.first_lon + country.step * Math.max(...country.columns) + half;
    const north = country.first_lat + country.step * Math.max(...country.rows) + half;
    this.projection = new Projection(west, south, east, north);
    this.size = 0;
  }

  // Sets the width in CSS pixels; lines and names are drawn anew.
  resize(width) {
    const ratio = Math.min(3, window.devicePixelRatio || 1);
    if (width === this.size && ratio === this.ratio) return;
    this.size = width;
    this.ratio = ratio;
    this.height = this.projection.fit(width);
    for (const canvas of [this.canvas, this.still]) {
      canvas.width = Math.round(width * ratio);
      canvas.height = Math.round(this.height * ratio);
    }
    this.canvas.style.height = this.height + "px";
    this.findEdges();
    this.drawStill();
  }

  // pixels of the edges of columns and rows, whole ones, so that no gap shows between cells
  findEdges() {
    const { country, projection, ratio } = this;
    const half = country.step / 2;
    const edge = (first, count, of) =>
      Array.from({ length: count + 2 }, (_, i) => Math.round(of(first + country.step * i - half) * ratio));
    this.xs = edge(country.first_lon, Math.max(...country.columns), (lon) => projection.x(lon));
    this.ys = edge(country.first_lat, Math.max(...country.rows), (lat) => projection.y(lat));
  }

  // left, top, width, height of a cell
  box(cell) {
    const column = this.country.columns[cell];
    const row = this.country.rows[cell];
    const [left, bottom] = [this.xs[column], this.ys[row]];
    return [left, this.ys[row + 1], this.xs[column + 1] - left, bottom - this.ys[row + 1]];
  }

  // the cell at a point of the canvas, in CSS pixels; -1 where there is none
  cellAt(x, y) {
    const { country, projection } = this;
    const column = Math.round((projection.lon(x) - country.first_lon) / country.step);
    const row = Math.round((projection.lat(y) - country.first_lat) / country.step);
    const cell = country.at.get(row * 10000 + column);
    return cell === undefined ? -1 : cell;
  }

  drawStill() {
    const context = this.still.getContext("2d");
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, this.still.width, this.still.height);
    this.drawAreas(context);
    context.setTransform(this.ratio, 0, 0, this.ratio, 0, 0);
    this.drawBorders(context);
    this.drawNames(context);
  }

  // admin-1 areas: lines between neighbouring cells of different areas of a country
  drawAreas(context) {
    const { country } = this;
    context.beginPath();
    for (let cell = 0; cell < country.cells; cell++) {
      const [left, top, width, height] = this.box(cell);
      const east = country.at.get(country.rows[cell] * 10000 + country.columns[cell] + 1);
      const north = country.at.get((country.rows[cell] + 1) * 10000 + country.columns[cell]);
      if (this.parted(cell, east)) {
        context.moveTo(left + width, top);
        context.lineTo(left + width, top + height);
      }
      if (this.parted(cell, north)) {
        context.moveTo(left, top);
        context.lineTo(left + width, top);
      }
    }
    context.strokeStyle = "rgba(70,70,70,0.45)";
    context.lineWidth = 0.7 * this.ratio;
    context.stroke();
  }

  parted(cell, other) {
    const { country } = this;
    if (other === undefined || country.country[cell] !== country.country[other]) return false;
    return country.admin1[cell] !== country.admin1[other];
  }

  drawBorders(context) {
    const { projection } = this;
    context.beginPath();
    for (const border of this.country.borders) {
      border.forEach(([lon, lat], i) => {
        const point = [projection.x(lon), projection.y(lat)];
        if (i) context.lineTo(...point);
        else context.moveTo(...point);
      });
    }
    context.lineJoin = "round";
    context.strokeStyle = "#333333";
    context.lineWidth = this.size < 500 ? 0.8 : 1.1;
    context.stroke();
  }

  // capitals of the theatre first, then its countries, then seats of areas and large towns while there is room
  drawNames(context) {
    const { country, projection } = this;
    const labels = new Labels(context, this.size, this.height);
    const size = this.size < 500 ? 10 : 12;
    const town = ([name, lon, lat, rank]) => {
      const [x, y] = [projection.x(lon / 100), projection.y(lat / 100)];
      context.fillStyle = "#111111";
      if (!labels.beside(name, x, y, `${rank === 0 ? "600 " : ""}${size}px ${FONT}`, size)) return false;
      context.beginPath();
      context.arc(x, y, rank === 0 ? 2.6 : 1.9, 0, 2 * Math.PI);
      context.fill();
      return true;
    };
    const capitals = country.towns.filter((item) => item[3] === 0);
    capitals.forEach(town);
    country.country_names.forEach((name, code) => {
      const at = country.country_at[code];
      if (!at) return;
      const inside = country.theatre[code];
      context.fillStyle = inside ? "#333333" : "#666666";
      const font = `${inside ? "600 " : ""}${size - (inside ? 0 : 1)}px ${FONT}`;
      labels.over(name.toUpperCase(), projection.x(at[0]), projection.y(at[1]), font, size);
    });
    let room = Math.round((this.size * this.height) / 14000) - capitals.length;
    for (const item of country.towns) {
      if (room <= 0) break;
      if (item[3] > 0 && item[3] < 3 && town(item)) room--;
    }
  }

  // picture: colour(cell), and hatched(cell) where something is contested
  draw(picture, picked) {
    const context = this.canvas.getContext("2d");
    context.fillStyle = "#ffffff";
    context.fillRect(0, 0, this.canvas.width, this.canvas.height);
    const hatched = [];
    for (let cell = 0; cell < this.country.cells; cell++) {
      context.fillStyle = picture.colour(cell);
      context.fillRect(...this.box(cell));
      if (picture.hatched(cell)) hatched.push(cell);
    }
    this.hatch(context, hatched);
    if (picked >= 0) {
      const [left, top, width, height] = this.box(picked);
      context.lineWidth = 4 * this.ratio;
      context.strokeStyle = "#ffffff";
      context.strokeRect(left, top, width, height);
      context.lineWidth = 2 * this.ratio;
      context.strokeStyle = "#000000";
      context.strokeRect(left, top, width, height);
    }
    context.drawImage(this.still, 0, 0); // names lie above the frame of the cell
  }

  // oblique lines that run on from cell to cell
  hatch(context, cells) {
    if (!cells.length) return;
    context.save();
    context.beginPath();
    for (const cell of cells) context.rect(...this.box(cell));
    context.clip();
    context.beginPath();
    const { width, height } = this.canvas;
    for (let x = -height; x < width; x += 5 * this.ratio) {
      context.moveTo(x, height);
      context.lineTo(x + height, 0);
    }
    context.strokeStyle = "rgba(60,60,60,0.55)";
    context.lineWidth = this.ratio;
    context.stroke();
    context.restore();
  }
}
