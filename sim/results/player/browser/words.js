// Phrases, numbers and dates in the language of the reader. Days are counted from 1970-01-01, as in the files.

const DAY = 86400000;

class Words {
  constructor(phrases, language) {
    this.phrases = phrases;
    this.language = language;
    this.locale = language === "en" ? "en-GB" : language; // of dates; 2M is not 2m, as en-GB has it
  }

  say(key, values = {}) {
    const phrase = this.phrases[this.language][key];
    if (phrase === undefined) throw new Error("no phrase " + key);
    return phrase.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? values[name] : whole));
  }

  number(value, digits = 3) {
    const rounded = Math.abs(value) >= 1 ? { maximumSignificantDigits: digits } : { maximumFractionDigits: 1 };
    return new Intl.NumberFormat(this.language, rounded).format(value);
  }

  // with its sign, for differences
  signed(value, digits = 3) {
    const text = this.number(Math.abs(value), digits);
    return value > 0 ? "+" + text : value < 0 ? "−" + text : text;
  }

  day(day) {
    const form = { day: "numeric", month: "short", year: "numeric", timeZone: "UTC" };
    return new Intl.DateTimeFormat(this.locale, form).format(new Date(day * DAY));
  }

  month(day) {
    const form = { month: "long", year: "numeric", timeZone: "UTC" };
    return new Intl.DateTimeFormat(this.locale, form).format(new Date(day * DAY));
  }
}

// A value of a layer as text, with its unit.
function valueText(words, layer, value, change = false) {
  if (value === null || Number.isNaN(value)) return words.say("no_people");
  const text = change ? words.signed(value) : words.number(value);
  if (layer === "fuel") return words.say("days", { n: text });
  if (layer === "support") return words.say("percent", { n: text });
  return text;
}

function controllerText(words, controller) {
  if (controller.name === "contested") return words.say("contested");
  if (controller.name === "none") return words.say("nobody");
  return controller.name === "government" ? words.say("government") : controller.label;
}

// Titles, decisions and names of states and actors in the language of the reader; what ships with no other stays.
function localise(data, country, language) {
  const told = (text) => (language === "fr" && data.texts[text]) || text;
  for (const [items, key] of [[data.scenarios, "title"], [data.controllers, "label"], [data.marks, "title"]]) {
    for (const item of items) {
      item.own = item.own || item[key];
      item[key] = told(item.own);
    }
  }
  country.own_names = country.own_names || country.country_names;
  country.country_names = country.own_names.map(told);
}
