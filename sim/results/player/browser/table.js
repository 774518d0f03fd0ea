// The moment as a table by admin-1 area: what the maps show, for those who do not see them, and for reading numbers.

class AreaTable {
  constructor(pictures, country) {
    this.pictures = pictures;
    this.country = country;
    const cells = new Map();
    country.admin1.forEach((area, cell) => {
      if (!cells.has(area)) cells.set(area, []);
      cells.get(area).push(cell);
    });
    // the theatre first, then by country and name
    this.areas = [...cells.entries()].map(([area, own]) => ({ area, cells: own, country: country.country[own[0]] }));
    this.areas.sort((one, other) => this.rank(one) - this.rank(other) || this.name(one).localeCompare(this.name(other)));
  }

  rank(item) {
    return (this.country.theatre[item.country] ? 0 : 1000) + item.country;
  }

  // "MLI.Gao" as "Gao"
  name(item) {
    return areaName(this.country, item.area);
  }

  // The value of an area: { text, number }, number null for control.
  value(words, moment, scenario, item) {
    const { layer, kind, step } = moment;
    const pictures = this.pictures;
    if (layer === "control") {
      const count = pictures.count(pictures.controller(scenario, kind, step), item.cells);
      return { text: pictures.counted(words, count) || words.say("no_people"), number: null };
    }
    const median = this.median(moment, scenario, item);
    if (median) {
      const [low, middle, high] = median;
      return { text: `${words.number(middle)} (${words.number(low)}–${words.number(high)})`, number: middle };
    }
    const value = pictures.numbers(scenario, kind, layer, step);
    const found = item.cells.map(value).filter((number) => number !== null);
    if (!found.length) return { text: words.say("no_people"), number: null };
    const sum = found.reduce((total, number) => total + number, 0);
    const number = layer === "displaced" || layer === "dead" ? sum : sum / found.length;
    return { text: valueText(words, layer, number), number };
  }

  // 5 %, median and 95 % of the whole area, where they were recorded
  median({ layer, kind, step }, scenario, item) {
    if (kind !== "month" || !this.hasMedians(layer, scenario)) return null;
    const values = this.pictures.values[layer].month;
    const found = ["low", "middle", "high"].map((name) => {
      const codes = this.pictures.codes(scenario, "area", `${layer}.${name}`, step);
      return codes ? values[codes[item.area]] : null;
    });
    return found.includes(null) ? null : found;
  }

  hasMedians(layer, scenario) {
    return this.pictures.store.has(scenario, "area", `${layer}.middle`);
  }

  // which sentence says how the numbers came about
  how(moment, scenario) {
    if (moment.layer === "control") return null;
    if (moment.layer === "fuel" || moment.layer === "support") return "table_means";
    return moment.kind === "month" && this.hasMedians(moment.layer, scenario) ? "table_medians" : "table_sums";
  }

  // fills a table element; titles: of the scenarios shown
  fill(words, table, moment, view, scenarios, caption) {
    table.replaceChildren();
    // hidden: a caption is as wide as its table, which a narrow screen cuts; the heading above says the same
    const told = table.createCaption();
    told.className = "sp-hidden";
    told.textContent = caption;
    const change = view === "difference" && moment.layer !== "control";
    const heads = [words.say("area"), words.say("country"), ...scenarios.map((item) => item.title)];
    if (change) heads.push(words.say("difference"));
    const head = table.createTHead().insertRow();
    heads.forEach((text, at) => {
      const cell = element("th", { scope: "col" }, text);
      if (at > 1 && moment.layer !== "control") cell.className = "sp-number";
      head.append(cell);
    });
    const body = table.createTBody();
    for (const item of this.areas) {
      const values = scenarios.map((scenario) => this.value(words, moment, scenario.name, item));
      const row = body.insertRow();
      row.append(element("th", { scope: "row" }, this.name(item)));
      row.insertCell().textContent = this.country.country_names[item.country];
      for (const value of values) {
        const cell = row.insertCell();
        cell.textContent = value.text;
        if (moment.layer !== "control") cell.className = "sp-number";
      }
      if (change) {
        const cell = row.insertCell();
        const known = values.length === 2 && values.every((value) => value.number !== null);
        cell.textContent = known ? valueText(words, moment.layer, values[1].number - values[0].number, true) : "";
        cell.className = "sp-number";
      }
    }
  }
}

function areaName(country, area) {
  const name = country.admin1_names[area] || "";
  return name.includes(".") ? name.slice(name.indexOf(".") + 1) : name;
}

// An element with attributes and a text; texts of folders are never read as markup.
function element(tag, attributes = {}, text = null) {
  const found = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) found.setAttribute(name, value);
  if (text !== null) found.textContent = text;
  return found;
}
