// What a moment looks like: from codes of layers to colours, numbers and legends. `moment` says what is asked for:
// { layer, kind ("week" or "month"), step, a, b } with names of scenarios, b null where only one is shown.

class Pictures {
  constructor(data, country, store) {
    this.data = data;
    this.country = country;
    this.store = store;
    this.values = {};
    for (const [name, kinds] of Object.entries(data.levels)) {
      this.values[name] = {};
      for (const [kind, levels] of Object.entries(kinds)) this.values[name][kind] = [null, ...levels];
    }
  }

  // unpacks what a map, the cell's numbers and the table need of a scenario
  async ready(scenario, kind) {
    const names = Object.keys(this.data.packed[scenario][kind]);
    await Promise.all(names.map((name) => this.store.load(scenario, kind, name)));
  }

  codes(scenario, kind, name, step) {
    return this.store.codes(scenario, kind, name, step);
  }

  // values of a layer of numbers in a step: a function of the cell, null where nobody lives
  numbers(scenario, kind, name, step) {
    const codes = this.codes(scenario, kind, name, step);
    const values = this.values[name][kind];
    return (cell) => (codes ? values[codes[cell]] : null);
  }

  controller(scenario, kind, step) {
    const codes = this.codes(scenario, kind, "control", step);
    return (cell) => (codes && codes[cell] ? this.data.controllers[codes[cell] - 1] : null);
  }

  one(moment, scenario) {
    const { layer, kind, step } = moment;
    if (layer === "control") {
      const controller = this.controller(scenario, kind, step);
      const share = this.numbers(scenario, kind, "share", step);
      const colour = (cell) => {
        const found = controller(cell);
        if (!found) return NOBODY_LIVES;
        return found.name === "none" ? EMPTY : thinned(found.colour, weightOfShare(share(cell)));
      };
      return { colour, hatched: (cell) => (controller(cell) || {}).name === "contested" };
    }
    const { bounds, colours } = this.data.layers[layer][kind];
    const value = this.numbers(scenario, kind, layer, step);
    const colour = (cell) => (value(cell) === null ? NOBODY_LIVES : colours[classOf(value(cell), bounds)]);
    return { colour, hatched: () => false };
  }

  // the second scenario minus the first; of control: who holds cells in the second that another holds in the first
  change(moment) {
    const { layer, kind, step, a, b } = moment;
    if (layer === "control") {
      const [first, second] = [a, b].map((scenario) => this.controller(scenario, kind, step));
      const differs = (cell) => Boolean(second(cell)) && second(cell) !== first(cell);
      const colour = (cell) => {
        if (!second(cell)) return NOBODY_LIVES;
        if (!differs(cell)) return EMPTY;
        return second(cell).name === "none" ? "#d9cfc4" : second(cell).colour;
      };
      return { colour, hatched: (cell) => differs(cell) && second(cell).name === "contested" };
    }
    const { change_bounds: bounds, change_colours: colours } = this.data.layers[layer][kind];
    const [first, second] = [a, b].map((scenario) => this.numbers(scenario, kind, layer, step));
    const agree = this.agreement(moment);
    const colour = (cell) => {
      if (first(cell) === null || second(cell) === null) return NOBODY_LIVES;
      return colours[classOf(second(cell) - first(cell), bounds)];
    };
    const hatched = (cell) => Boolean(agree) && agree[cell] === 1 && colour(cell) !== EMPTY;
    return { colour, hatched };
  }

  // codes of whether pairs of replicates agree (2) or not (1); only against the baseline, of displaced people by month
  agreement({ layer, kind, step, a, b }) {
    const baseline = this.data.about.baseline;
    if (layer !== "displaced" || kind !== "month" || a === b || (a !== baseline && b !== baseline)) return null;
    return this.codes(a === baseline ? b : a, kind, "agree", step);
  }

  // entries of the legend: [colour, text, whether hatched]
  legend(words, moment, view) {
    const { layer, kind } = moment;
    const change = view === "difference";
    if (layer === "control") {
      const shown = this.data.controllers.filter((item) => item.shown);
      const entries = shown.map((item) => [
        item.name === "none" ? (change ? "#d9cfc4" : EMPTY) : item.colour,
        controllerText(words, item),
        item.name === "contested",
      ]);
      return change ? [...entries, [EMPTY, words.say("same"), false]] : entries;
    }
    const found = this.data.layers[layer][kind];
    const entries = change
      ? classEntries(words, found.change_bounds, found.change_colours, true)
      : classEntries(words, found.bounds, found.colours, false);
    if (layer === "dead" && kind === "week" && !change) entries[0][1] = words.say("nothing");
    return [...entries, [NOBODY_LIVES, words.say("no_people"), false]];
  }

  // a sentence on a map for those who do not see it
  summary(words, moment, scenario) {
    const { layer, kind, step } = moment;
    const every = Array.from({ length: this.country.cells }, (_, cell) => cell);
    if (layer === "control") {
      const count = this.count(this.controller(scenario, kind, step), every);
      return words.say("summary_control", { cells: this.counted(words, count) });
    }
    const value = this.numbers(scenario, kind, layer, step);
    const found = every.map(value).filter((number) => number !== null);
    const sum = found.reduce((total, number) => total + number, 0);
    if (layer === "displaced" || layer === "dead") return words.say("summary_sum", { n: words.number(sum) });
    return words.say("summary_mean", { n: valueText(words, layer, sum / Math.max(1, found.length)) });
  }

  // how many of some cells each controller holds
  count(controller, cells) {
    const found = new Map();
    for (const cell of cells) {
      const own = controller(cell);
      if (own) found.set(own, (found.get(own) || 0) + 1);
    }
    return found;
  }

  counted(words, count) {
    const order = [...count.entries()].sort((one, other) => other[1] - one[1]);
    return order.map(([controller, cells]) => `${plainController(words, controller)} ${words.number(cells, 6)}`).join(", ");
  }
}

// without the word on hatching, which is for legends
function plainController(words, controller) {
  return controllerText(words, controller).replace(/ \(.*\)$/, "");
}
