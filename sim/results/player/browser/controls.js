// The elements of the player, in the order in which the keyboard reaches them.

const SPEEDS = [1, 2, 4, 8, 16];
let players = 0; // so that labels of several players on a page do not meet

function labelled(parent, id, text, control, className = "") {
  const wrap = element("div", { class: `sp-choice ${className}` });
  control.id = id;
  wrap.append(element("label", { for: id }, text), control);
  parent.append(wrap);
  return wrap;
}

function options(select, entries, chosen) {
  select.replaceChildren(
    ...entries.map(([value, text]) => {
      const option = element("option", { value }, text);
      option.selected = value === chosen;
      return option;
    }),
  );
}

function buildElements(root) {
  const id = `sahel-player-${++players}`;
  const make = (tag, className, attributes = {}) => element(tag, { class: className, ...attributes });
  const found = { id };
  found.choices = make("div", "sp-choices", { role: "group" });
  for (const name of ["layer", "kind", "view", "a", "b"]) found[name] = element("select");
  found.language = element("button", { type: "button", class: "sp-language" });
  found.maps = make("div", "sp-maps");
  found.figures = [0, 1].map(() => {
    const figure = make("figure", "sp-map");
    const caption = element("figcaption");
    const canvas = element("canvas", { role: "img" });
    figure.append(caption, canvas);
    found.maps.append(figure);
    return { figure, caption, canvas };
  });
  found.bar = make("div", "sp-bar", { role: "group" });
  found.play = element("button", { type: "button", class: "sp-play" });
  found.slider = element("input", { type: "range", min: "0", step: "1" });
  found.date = make("span", "sp-date"); // no output element: that would be read aloud at each step of a play
  found.speed = element("select");
  found.mark = make("p", "sp-mark");
  found.what = make("p", "sp-what");
  found.legend = make("ul", "sp-legend");
  found.cell = make("div", "sp-cell");
  found.chart = make("figure", "sp-chart");
  found.chartTitle = element("figcaption");
  found.chartCanvas = element("canvas", { role: "img" });
  found.chartLegend = make("ul", "sp-legend");
  found.values = make("p", "sp-values");
  found.chart.append(found.chartTitle, found.chartLegend, found.chartCanvas, found.values);
  found.marks = make("details", "sp-marks");
  found.marks.append(element("summary"), element("ol"));
  found.tableButton = element("button", { type: "button", "aria-expanded": "false", "aria-controls": `${id}-table` });
  found.tableWrap = make("div", "sp-table", { id: `${id}-table`, role: "region", tabindex: "0" });
  found.tableHead = element("p", { class: "sp-name", "aria-hidden": "true" });
  found.table = element("table");
  found.tableNote = element("p");
  found.tableWrap.append(found.tableHead, found.table, found.tableNote);
  found.tableWrap.hidden = true;
  found.notes = make("ul", "sp-notes");
  // told to those who listen, but only when the player has come to rest
  found.status = make("p", "sp-hidden", { role: "status", "aria-live": "polite" });
  const side = make("div", "sp-side");
  side.append(found.what, found.legend, found.cell);
  found.stage = make("div", "sp-stage");
  const main = make("div", "sp-main");
  main.append(found.maps, found.bar, found.mark);
  found.stage.append(main, side);
  root.append(
    found.choices, found.stage, found.chart, found.marks, found.tableButton, found.tableWrap, found.notes, found.status,
  );
  return found;
}

// Labels and options in the language of the reader.
function sayElements(found, words, data, state) {
  const { id } = found;
  found.choices.replaceChildren();
  found.choices.setAttribute("aria-label", words.say("choices"));
  const layers = Object.keys(data.layers).map((name) => [name, words.say(`layer_${name}`)]);
  options(found.layer, layers, state.layer);
  const many = data.about.replicates > 1;
  const kinds = [
    ["month", words.say(many ? "by_month" : "by_month_one", { n: data.about.replicates })],
    ["week", words.say("by_week")],
  ];
  options(found.kind, kinds, state.kind);
  const scenarios = data.scenarios.map((item) => [item.name, item.title]);
  options(found.a, scenarios, state.a);
  options(found.b, scenarios, state.b);
  labelled(found.choices, `${id}-layer`, words.say("show"), found.layer);
  labelled(found.choices, `${id}-kind`, words.say("time"), found.kind);
  if (scenarios.length > 1) {
    const views = ["one", "two", "difference"].map((view) => [view, words.say(`view_${view}`)]);
    options(found.view, views, state.view);
    labelled(found.choices, `${id}-view`, words.say("view"), found.view);
    labelled(found.choices, `${id}-a`, words.say("scenario"), found.a);
    labelled(found.choices, `${id}-b`, words.say("beside"), found.b, "sp-beside");
  }
  found.language.textContent = words.say("other_language");
  found.language.lang = words.language === "en" ? "fr" : "en";
  found.choices.append(found.language);
  found.bar.replaceChildren(found.play);
  found.bar.setAttribute("aria-label", words.say("player_bar"));
  labelled(found.bar, `${id}-slider`, words.say("slider"), found.slider, "sp-slider");
  found.bar.append(found.date);
  options(found.speed, SPEEDS.map((n) => [String(n), words.say("speed_value", { n })]), String(state.speed));
  labelled(found.bar, `${id}-speed`, words.say("speed"), found.speed);
  found.legend.setAttribute("aria-label", words.say("legend"));
  found.marks.hidden = !data.marks.length;
  const baseline = data.scenarios.find((item) => item.name === data.about.baseline);
  found.marks.firstChild.textContent = words.say("marks", { title: baseline ? baseline.title : "" });
  found.marks.lastChild.replaceChildren(
    ...data.marks.map((mark) => element("li", { value: String(mark.number) }, `${words.day(mark.day)}: ${mark.title}`)),
  );
  found.notes.replaceChildren(...notes(words, data).map((text) => element("li", {}, text)));
}

function notes(words, data) {
  const { about } = data;
  const which = data.scenarios.map((item) => words.say("note_which", { title: item.title, n: about.replicate[item.name] }));
  const found = [words.say("no_prediction")];
  if (about.fictional) found.push(words.say("fictional"));
  found.push(words.say("note_week", { which: which.join(", ") }));
  found.push(words.say("note_sums", { km: words.number(data.places.step), within: about.within }));
  if (about.every > 1) found.push(words.say("note_every", { n: about.every }));
  if (about.within > 5) found.push(words.say("note_coarse"));
  found.push(words.say("note_map"), words.say("keys"), words.say("chart_hint"));
  found.push(words.say("note_source", { version: about.version, seed: about.seed }));
  return found;
}

function fillLegend(list, entries) {
  list.replaceChildren(
    ...entries.map(([colour, text, hatched]) => {
      const item = element("li");
      const swatch = element("span", { class: hatched ? "sp-swatch sp-hatched" : "sp-swatch", "aria-hidden": "true" });
      swatch.style.backgroundColor = colour;
      item.append(swatch, text);
      return item;
    }),
  );
}
