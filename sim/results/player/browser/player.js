// The player: what is shown, what time it is, and who asked for a change.

class Player {
  constructor(root, data, country, series) {
    this.root = root;
    this.data = data;
    this.country = country;
    this.store = new Store(data.packed);
    this.pictures = new Pictures(data, country, this.store);
    this.table = new AreaTable(this.pictures, country);
    const names = data.scenarios.map((item) => item.name);
    this.state = {
      layer: Object.keys(data.layers)[0],
      kind: "month",
      view: names.length > 1 ? "two" : "one",
      a: names[0],
      b: names[1] || names[0],
      step: data.days.month.length - 1, // as it ends: that is what most want to see first
      playing: false,
      speed: 8,
      picked: this.firstCell(),
      tabled: false,
    };
    this.words = new Words(data.phrases, data.language);
    localise(data, country, data.language);
    this.found = buildElements(root);
    this.views = this.found.figures.map(({ canvas }) => new MapView(canvas, country));
    this.chart = new Chart(this.found.chartCanvas, series, data.days.month, data.marks, data.about.projection_from);
    this.chart.first = data.firstDay;
    this.fixKind();
    this.listen();
    sayElements(this.found, this.words, data, this.state);
  }

  // the cell of the most important town, so that its numbers show what pointing at a cell gives
  firstCell() {
    const town = this.country.towns[0];
    if (!town) return -1;
    const [column, row] = this.place(town);
    const cell = this.country.at.get(row * 10000 + column);
    return cell === undefined ? -1 : cell;
  }

  // column and row of the grid that a town lies in
  place([, lon, lat]) {
    const { first_lon: west, first_lat: south, step } = this.country;
    return [Math.round((lon / 100 - west) / step), Math.round((lat / 100 - south) / step)];
  }

  get steps() {
    return this.data.days[this.state.kind].length;
  }

  // the last day of the step that is shown
  get day() {
    return this.data.days[this.state.kind][this.state.step];
  }

  get moment() {
    const { layer, kind, step, a, b, view } = this.state;
    return { layer, kind, step, a, b: view === "one" ? null : b };
  }

  get shown() {
    const names = this.state.view === "one" ? [this.state.a] : [this.state.a, this.state.b];
    return [...new Set(names)].map((name) => this.data.scenarios.find((item) => item.name === name));
  }

  // a layer may have been kept by week only, or by month only
  fixKind() {
    const kinds = Object.keys(this.data.layers[this.state.layer]);
    if (!kinds.includes(this.state.kind)) this.goKind(kinds[0]);
  }

  goKind(kind) {
    const day = this.day;
    this.state.kind = kind;
    this.goDay(day);
  }

  // the step whose last day is nearest
  goDay(day) {
    const days = this.data.days[this.state.kind];
    this.state.step = days.reduce((best, own, at) => (Math.abs(own - day) < Math.abs(days[best] - day) ? at : best), 0);
  }

  go(step) {
    this.state.step = Math.min(Math.max(step, 0), this.steps - 1);
  }

  // changes what is shown, and shows it
  async show(changes = {}) {
    const { kind, ...more } = changes;
    Object.assign(this.state, more);
    if (kind && kind !== this.state.kind) this.goKind(kind);
    this.fixKind();
    const names = this.shown.map((item) => item.name);
    const kinds = this.state.kind === "month" ? ["month", "area"] : ["week"];
    await Promise.all(names.flatMap((name) => kinds.map((own) => this.pictures.ready(name, own))));
    this.draw();
  }

  // -------------------------------------------------------------------------- drawing

  dateText() {
    const text =
      this.state.kind === "month"
        ? this.words.month(this.day)
        : this.words.say("week_to", { day: this.words.day(this.day) });
    const from = this.data.about.projection_from;
    return from !== null && this.day >= from ? `${text} (${this.words.say("projection")})` : text;
  }

  whatText() {
    const { layer, kind, view } = this.state;
    if (view === "difference" && layer === "control") return this.words.say("what_control_change");
    const what = this.words.say(`what_${layer}_${kind}`);
    return view === "difference" ? this.words.say("what_change", { what }) : what;
  }

  captions() {
    const [a, b] = this.shown.map((item) => item.title);
    if (this.state.view !== "difference") return [a, b];
    const key = this.state.layer === "control" ? "scenario_b_for_a" : "scenario_b_minus_a";
    return [this.words.say(key, { a, b: b || a })];
  }

  draw() {
    if (!this.root.clientWidth) return; // hidden for now, or the page is being closed
    const { found, state, words } = this;
    const two = state.view === "two" && this.shown.length > 1;
    this.root.dataset.view = state.view;
    found.figures[1].figure.hidden = !two;
    this.measure();
    const pictures =
      state.view === "difference"
        ? [this.pictures.change({ ...this.moment, b: this.state.b })]
        : this.shown.map((item) => this.pictures.one(this.moment, item.name));
    pictures.forEach((picture, at) => this.views[at].draw(picture, state.picked));
    this.captions().forEach((text, at) => {
      if (text) found.figures[at].caption.textContent = text;
    });
    found.b.closest(".sp-beside")?.toggleAttribute("hidden", state.view === "one");
    found.slider.max = String(this.steps - 1);
    found.slider.value = String(state.step);
    found.slider.setAttribute("aria-valuetext", this.dateText());
    found.date.textContent = this.dateText();
    found.play.textContent = words.say(state.playing ? "pause" : "play");
    const month = this.monthAt();
    this.chart.draw(words, state.layer, this.shown, this.data.days.month[month], state.kind === "week");
    const passed = this.data.marks.filter((mark) => mark.day <= this.day);
    const last = passed[passed.length - 1];
    // a no-break space keeps the line where there is none, so that nothing jumps
    found.mark.textContent = last ? words.say("last_mark", { day: words.day(last.day), title: last.title }) : "\u00a0";
    this.drawTexts(month);
  }

  // what changes with the choices, and the numbers of the moment
  drawTexts(month) {
    const { found, state, words } = this;
    const about = this.chart.series[state.layer];
    const title = about ? words.say(`series_${state.layer}`, { place: about.place }) : words.say("no_series");
    // what only a choice changes is not made anew for each step of a play
    const choice = [state.layer, state.kind, state.view, state.a, state.b, words.language].join("\n");
    if (choice !== this.drawnChoice) this.drawChoice(about, title);
    this.drawnChoice = choice;
    const date = words.month(this.data.days.month[month]);
    const values = this.chart.values(words, state.layer, this.shown, month);
    const many = this.data.about.replicates > 1 && state.layer !== "support"; // that of support has no band
    const how = many ? [words.say("lines", { n: this.data.about.replicates })] : [];
    if (this.data.about.replicates === 1) how.push(words.say("lines_one"));
    if (many && state.kind === "week") how.push(words.say("line_of_one"));
    found.values.textContent = about ? `${words.say("at_date", { date, values })}. ${how.join(" ")}` : "";
    this.fillCell();
    found.tableButton.textContent = words.say(state.tabled ? "table_hide" : "table_show");
    found.tableButton.setAttribute("aria-expanded", String(state.tabled));
    found.tableWrap.hidden = !state.tabled;
    if (!state.playing) this.drawAtRest(title, values);
  }

  drawChoice(about, title) {
    const { found, state, words } = this;
    found.layer.value = state.layer;
    found.kind.value = state.kind;
    found.view.value = state.view;
    found.a.value = state.a;
    found.b.value = state.b;
    found.what.textContent = this.whatText();
    if (state.view === "difference" && this.pictures.agreement({ ...this.moment, b: state.b })) {
      found.what.append(element("span", {}, words.say("unsure")));
    }
    if (state.view === "difference" && state.kind === "week") {
      found.what.append(element("span", {}, words.say("note_change_week")));
    }
    fillLegend(found.legend, this.pictures.legend(words, this.moment, state.view));
    found.chartTitle.textContent = title;
    found.chartCanvas.hidden = !about;
    found.chartLegend.replaceChildren(...(about ? this.shown.map((item) => this.lineEntry(item)) : []));
  }

  // the table and what is told to those who listen: too much to do, and to hear, while it plays
  drawAtRest(title, values) {
    const { found, words, state } = this;
    const what = this.whatText();
    this.captions().forEach((text, at) => {
      if (!text) return;
      const summary =
        state.view === "difference" ? "" : this.pictures.summary(words, this.moment, this.shown[at].name);
      const label = words.say("map_of", { title: text, date: this.dateText(), what, summary });
      found.figures[at].canvas.setAttribute("aria-label", label.trim());
    });
    found.chartCanvas.setAttribute("aria-label", words.say("chart_of", { what: title, values }));
    found.status.textContent = `${this.dateText()}. ${values}`;
    if (state.tabled) this.fillTable();
  }

  fillTable() {
    const { found, words, state } = this;
    const what = words.say(state.layer === "dead" ? `short_dead_${state.kind}` : `short_${state.layer}`);
    const caption = words.say("table_of", { what, date: this.dateText() });
    found.tableHead.textContent = caption;
    this.table.fill(words, found.table, this.moment, state.view, this.shown, caption);
    found.tableWrap.setAttribute("aria-label", caption);
    const how = this.table.how(this.moment, this.shown[0].name);
    found.tableNote.textContent = how ? words.say(how, { within: this.data.about.within }) : "";
  }

  lineEntry(scenario) {
    const item = element("li");
    const swatch = element("span", { class: "sp-line", "aria-hidden": "true" });
    swatch.style.borderTopColor = scenario.colour;
    const dotted = scenario.line === ":" || scenario.line === "wide dots";
    swatch.style.borderTopStyle = scenario.line === "-" ? "solid" : dotted ? "dotted" : "dashed";
    item.append(swatch, scenario.title);
    return item;
  }

  // names and numbers of the cell that was pointed at
  fillCell() {
    const { found, words, country, state } = this;
    const cell = state.picked;
    found.cell.replaceChildren();
    if (cell < 0) {
      found.cell.append(element("p", { class: "sp-hint" }, words.say("no_cell")));
      return;
    }
    const code = country.country[cell];
    const names = [areaName(country, country.admin1[cell]), country.country_names[code]];
    if (!country.theatre[code]) names.push(words.say("outside"));
    const near = this.townsIn(cell);
    found.cell.append(element("p", { class: "sp-name" }, names.filter(Boolean).join(", ")));
    const more = [words.say("cell", { gid: country.gid[cell] }), near.join(", ")].filter(Boolean).join(": ");
    found.cell.append(element("p", { class: "sp-hint" }, more));
    const table = element("table");
    const head = table.createTHead().insertRow();
    [words.say("what"), ...this.shown.map((item) => item.title)].forEach((text) =>
      head.append(element("th", { scope: "col" }, text)),
    );
    const body = table.createTBody();
    for (const layer of Object.keys(this.data.layers)) {
      if (!this.data.layers[layer][state.kind]) continue;
      const row = body.insertRow();
      row.append(element("th", { scope: "row" }, words.say(`layer_${layer}`)));
      for (const item of this.shown) row.insertCell().textContent = this.cellText(layer, item.name, cell);
    }
    found.cell.append(table);
  }

  cellText(layer, scenario, cell) {
    const { kind, step } = this.state;
    if (layer !== "control") {
      return valueText(this.words, layer, this.pictures.numbers(scenario, kind, layer, step)(cell));
    }
    const controller = this.pictures.controller(scenario, kind, step)(cell);
    if (!controller) return this.words.say("nothing");
    const share = this.pictures.numbers(scenario, kind, "share", step)(cell);
    const key = kind === "month" ? "share_of_replicates" : "share_of_influence";
    return `${plainController(this.words, controller)}, ${this.words.say(key, { n: this.words.number(share) })}`;
  }

  // towns in a cell, the most important first
  townsIn(cell) {
    const { country } = this;
    const inside = (town) => {
      const [column, row] = this.place(town);
      return column === country.columns[cell] && row === country.rows[cell];
    };
    return country.towns.filter(inside).slice(0, 3).map((item) => item[0]);
  }

  // the month that the maps show, or that the week lies in
  monthAt() {
    if (this.state.kind === "month") return this.state.step;
    const found = this.data.days.month.findIndex((end) => end >= this.day);
    return found < 0 ? this.data.days.month.length - 1 : found;
  }

  measure() {
    const width = (canvas) => Math.floor(canvas.parentElement.clientWidth);
    this.views.forEach((view, at) => {
      if (!this.found.figures[at].figure.hidden) view.resize(width(view.canvas));
    });
    this.chart.resize(Math.floor(this.found.chart.clientWidth));
  }

  // -------------------------------------------------------------------------- time

  play() {
    if (this.state.step >= this.steps - 1) this.state.step = 0;
    this.state.playing = true;
    this.draw();
    this.wait();
  }

  pause() {
    this.state.playing = false;
    clearTimeout(this.timer);
    this.draw();
  }

  toggle() {
    if (this.state.playing) this.pause();
    else this.play();
  }

  wait() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      if (!this.state.playing) return;
      if (this.state.step >= this.steps - 1) {
        this.pause();
        return;
      }
      this.go(this.state.step + 1);
      this.draw();
      this.wait();
    }, 1000 / this.state.speed);
  }

  // -------------------------------------------------------------------------- who asks

  listen() {
    const { found } = this;
    for (const name of ["layer", "kind", "view", "a", "b"]) {
      found[name].addEventListener("change", () => this.show({ [name]: found[name].value }));
    }
    found.speed.addEventListener("change", () => (this.state.speed = Number(found.speed.value)));
    found.play.addEventListener("click", () => this.toggle());
    found.slider.addEventListener("input", () => {
      this.go(Number(found.slider.value));
      this.draw();
    });
    found.language.addEventListener("click", () => {
      this.words = new Words(this.data.phrases, this.words.language === "en" ? "fr" : "en");
      this.root.lang = this.words.language;
      if (this.root.hasAttribute("data-whole-page")) document.documentElement.lang = this.words.language;
      localise(this.data, this.country, this.words.language);
      for (const view of this.views) view.drawStill();
      sayElements(found, this.words, this.data, this.state);
      found.language.focus();
      this.draw();
    });
    found.tableButton.addEventListener("click", () => {
      this.state.tabled = !this.state.tabled;
      this.draw();
    });
    found.figures.forEach(({ canvas }, at) => {
      const pick = (event) => this.pick(this.views[at].cellAt(event.offsetX, event.offsetY));
      canvas.addEventListener("pointermove", pick);
      canvas.addEventListener("pointerdown", pick);
    });
    found.chartCanvas.addEventListener("pointerdown", (event) => {
      this.goDay(this.chart.day(event.offsetX));
      this.draw();
    });
    const keys = this.root.hasAttribute("data-whole-page") ? document : this.root;
    keys.addEventListener("keydown", (event) => this.key(event));
    window.addEventListener("resize", () => this.draw());
    window.addEventListener("beforeprint", () => this.draw());
  }

  pick(cell) {
    if (cell === this.state.picked) return;
    this.state.picked = cell;
    this.draw();
  }

  key(event) {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const tag = event.target.tagName;
    // lists, buttons and the table have keys of their own
    if (tag === "SELECT" || event.target === this.found.tableWrap) return;
    if (event.key === " " && (tag === "BUTTON" || tag === "SUMMARY")) return;
    const steps = { ArrowLeft: -1, ArrowRight: 1 }; // up and down are left to scrolling
    if (event.key === " ") this.toggle();
    else if (event.key === "Home") this.go(0);
    else if (event.key === "End") this.go(this.steps - 1);
    else if (event.key in steps) this.go(this.state.step + steps[event.key]);
    else return;
    event.preventDefault();
    if (event.key !== " ") this.draw();
  }
}

// Starts the player in an element; `data` is what the page holds. Gives the player, for those who steer it.
async function start(root, data) {
  const country = await readCountry(data.places);
  const [week, month] = await Promise.all([readIntegers(data.steps.week), readIntegers(data.steps.month)]);
  // weeks are dated by the day after, months by their first: both are shown by their last day
  const ends = month.map((day) => {
    const date = new Date(day * DAY);
    return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 1) / DAY - 1;
  });
  const whole = { ...data, days: { week: week.map((day) => day - 1), month: ends }, firstDay: month[0] };
  const player = new Player(root, whole, country, await readSeries(data.series));
  await player.show();
  root.sahelPlayer = player;
  root.dataset.ready = "yes";
  return player;
}

for (const root of document.querySelectorAll(".sahel-player:not([data-ready])")) {
  const data = root.parentElement.querySelector("script.sahel-player-data");
  if (data) start(root, JSON.parse(data.textContent));
}
window.SahelPlayer = { start };
