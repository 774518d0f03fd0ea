// Series under the maps: medians and bands of the scenarios that are shown, the replicates of the maps by week, dated
// decisions as numbered lines, and the moment that the maps show.

const CHART = { left: 52, right: 12, top: 22, bottom: 22 };
const DASHES = { "-": [], "--": [7, 4], "-.": [7, 3, 1.5, 3], ":": [2, 3], "wide dots": [2, 6], "short dashes": [4, 2] };

// Series as the page has them, unpacked: by layer and scenario { low, middle, high, one }, null where there is no value.
async function readSeries(series) {
  const found = {};
  for (const [layer, about] of Object.entries(series)) {
    found[layer] = { place: about.place, scenarios: {} };
    for (const [scenario, lines] of Object.entries(about.scenarios)) {
      const own = {};
      for (const [name, line] of Object.entries(lines)) {
        own[name] = (await readIntegers(line)).map((value) => (value < 0 ? null : value / about.parts));
      }
      found[layer].scenarios[scenario] = own;
    }
  }
  return found;
}

// round steps of an axis from nothing to `top`
function ticks(top) {
  if (!(top > 0)) return [0, 1];
  const rough = top / 5;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 2.5, 5, 10].map((factor) => factor * power).find((size) => size >= rough);
  return Array.from({ length: Math.floor(top / step + 1e-9) + 1 }, (_, i) => i * step);
}

class Chart {
  constructor(canvas, series, days, marks, projectionFrom) {
    Object.assign(this, { canvas, series, days, marks, projectionFrom });
    this.first = days[0];
    this.last = days[days.length - 1];
  }

  resize(width) {
    this.ratio = Math.min(3, window.devicePixelRatio || 1);
    this.width = width;
    this.height = width < 500 ? 190 : 230;
    this.canvas.width = Math.round(width * this.ratio);
    this.canvas.height = Math.round(this.height * this.ratio);
    this.canvas.style.height = this.height + "px";
  }

  x(day) {
    const span = Math.max(1, this.last - this.first);
    return CHART.left + ((day - this.first) / span) * (this.width - CHART.left - CHART.right);
  }

  day(x) {
    const span = this.width - CHART.left - CHART.right;
    return this.first + (Math.min(Math.max(x - CHART.left, 0), span) / span) * (this.last - this.first);
  }

  y(value) {
    return CHART.top + (1 - value / this.top) * (this.height - CHART.top - CHART.bottom);
  }

  // scenarios: those shown, with colour and line; `one`: whether the replicates of the maps are drawn, too
  draw(words, layer, scenarios, day, one) {
    const context = this.canvas.getContext("2d");
    context.setTransform(this.ratio, 0, 0, this.ratio, 0, 0);
    context.fillStyle = "#ffffff";
    context.fillRect(0, 0, this.width, this.height);
    const about = this.series[layer];
    if (!about) return;
    const factor = layer === "control" || layer === "support" ? 100 : 1; // shares as percent
    const lines = scenarios.map((scenario) => [scenario, about.scenarios[scenario.name] || {}]);
    const every = lines.flatMap(([, line]) => [line.middle, line.high, one ? line.one : undefined]);
    this.top = Math.max(...every.filter(Boolean).flat().map((value) => (value || 0) * factor), 0);
    const steps = ticks(this.top);
    this.top = Math.max(this.top, steps[steps.length - 1], 1e-9) * 1.04;
    this.drawFrame(context, words, steps);
    for (const [scenario, line] of lines) this.drawBand(context, scenario, line, factor);
    for (const [scenario, line] of lines) {
      if (one && line.one) this.drawLine(context, scenario, line.one, factor, 0.8, []);
      if (line.middle) this.drawLine(context, scenario, line.middle, factor, 2, DASHES[scenario.line]);
    }
    this.drawMoment(context, day);
  }

  drawFrame(context, words, steps) {
    const { width, height } = this;
    context.font = `11px ${FONT}`;
    context.textBaseline = "middle";
    if (this.projectionFrom !== null && this.projectionFrom < this.last) {
      const left = this.x(Math.max(this.projectionFrom, this.first));
      context.fillStyle = "#eeeeee";
      context.fillRect(left, CHART.top, width - CHART.right - left, height - CHART.top - CHART.bottom);
      context.fillStyle = "#555555";
      context.textAlign = "right";
      context.fillText(words.say("projection"), width - CHART.right - 3, height - CHART.bottom - 8);
    }
    context.lineWidth = 1;
    context.textAlign = "right";
    for (const value of steps) {
      context.strokeStyle = value ? "#e2e2e2" : "#888888";
      context.beginPath();
      context.moveTo(CHART.left, this.y(value));
      context.lineTo(width - CHART.right, this.y(value));
      context.stroke();
      context.fillStyle = "#444444";
      context.fillText(short(words, value), CHART.left - 6, this.y(value));
    }
    this.drawYears(context, words);
    context.textAlign = "center";
    context.font = `10px ${FONT}`;
    const groups = [];
    for (const mark of this.marks) {
      const x = this.x(mark.day);
      context.strokeStyle = "#999999";
      context.setLineDash([1, 3]);
      context.beginPath();
      context.moveTo(x, CHART.top);
      context.lineTo(x, height - CHART.bottom);
      context.stroke();
      context.setLineDash([]);
      this.group(context, groups, { first: mark.number, last: mark.number, from: x, to: x });
    }
    context.fillStyle = "#444444";
    for (const item of groups) context.fillText(item.text, item.middle, CHART.top - 9);
  }

  // numbers that would cover one another stand together: 8–11
  group(context, groups, item) {
    item.text = item.first === item.last ? String(item.first) : `${item.first}–${item.last}`;
    item.middle = (item.from + item.to) / 2;
    item.half = context.measureText(item.text).width / 2 + 1;
    const before = groups[groups.length - 1];
    if (before && item.middle - item.half < before.middle + before.half) {
      groups.pop();
      this.group(context, groups, { first: before.first, last: item.last, from: before.from, to: item.to });
    } else groups.push(item);
  }

  // years on the axis, or months where there are few years; every second or third where room is short
  drawYears(context, words) {
    const date = (day) => new Date(day * DAY);
    const [from, until] = [date(this.first).getUTCFullYear(), date(this.last).getUTCFullYear()];
    const entries = [];
    if (until - from >= 3) {
      for (let year = from + 1; year <= until; year++) entries.push([Date.UTC(year, 0, 1) / DAY, String(year)]);
    } else {
      for (let month = 0; month <= 12 * (until - from + 1); month += 3) {
        const day = Date.UTC(from, month, 1) / DAY;
        const form = { month: "short", year: "2-digit", timeZone: "UTC" };
        entries.push([day, new Intl.DateTimeFormat(words.locale, form).format(date(day))]);
      }
    }
    const inside = entries.filter(([day]) => day >= this.first && day <= this.last);
    const widest = Math.max(0, ...inside.map(([, text]) => context.measureText(text).width)) + 12;
    const room = Math.max(1, Math.floor((this.width - CHART.left - CHART.right) / widest));
    const every = Math.ceil(inside.length / room);
    context.textAlign = "center";
    inside.forEach(([day, text], i) => {
      const x = this.x(day);
      context.strokeStyle = "#888888";
      context.beginPath();
      context.moveTo(x, this.height - CHART.bottom);
      context.lineTo(x, this.height - CHART.bottom + 4);
      context.stroke();
      const half = context.measureText(text).width / 2;
      if (i % every === 0 && x + half < this.width) context.fillText(text, x, this.height - CHART.bottom + 13);
    });
  }

  drawBand(context, scenario, line, factor) {
    if (!line.low) return;
    const inside = this.days.map((_, i) => i).filter((i) => line.low[i] !== null && line.high[i] !== null);
    context.beginPath();
    inside.forEach((i) => context.lineTo(this.x(this.days[i]), this.y(line.high[i] * factor)));
    inside.reverse().forEach((i) => context.lineTo(this.x(this.days[i]), this.y(line.low[i] * factor)));
    context.globalAlpha = 0.15;
    context.fillStyle = scenario.colour;
    context.fill();
    context.globalAlpha = 1;
  }

  drawLine(context, scenario, values, factor, width, dash) {
    context.beginPath();
    let begun = false;
    values.forEach((value, i) => {
      if (value === null) return;
      const point = [this.x(this.days[i]), this.y(value * factor)];
      if (begun) context.lineTo(...point);
      else context.moveTo(...point);
      begun = true;
    });
    context.strokeStyle = scenario.colour;
    context.lineWidth = width;
    context.setLineDash(dash || []);
    context.stroke();
    context.setLineDash([]);
  }

  drawMoment(context, day) {
    const x = Math.round(this.x(Math.min(Math.max(day, this.first), this.last))) + 0.5;
    context.strokeStyle = "#B00020";
    context.lineWidth = 1.5;
    context.beginPath();
    context.moveTo(x, CHART.top - 2);
    context.lineTo(x, this.height - CHART.bottom);
    context.stroke();
  }

  // medians with their intervals at a month, as a sentence
  values(words, layer, scenarios, month) {
    const about = this.series[layer];
    if (!about) return words.say("no_series");
    const factor = layer === "control" || layer === "support" ? 100 : 1;
    const text = (value) => words.number(value * factor);
    const parts = scenarios.map((scenario) => {
      const line = about.scenarios[scenario.name] || {};
      if (!line.middle || line.middle[month] === null) return null;
      const values = { title: scenario.title, middle: text(line.middle[month]) };
      if (!line.low) return words.say("value_alone", values);
      return words.say("value_band", { ...values, low: text(line.low[month]), high: text(line.high[month]) });
    });
    return parts.filter(Boolean).join("; ");
  }
}

// numbers of an axis: 2M, 300k
function short(words, value) {
  const form = { notation: "compact", maximumSignificantDigits: 3 };
  return new Intl.NumberFormat(words.language, form).format(value);
}
