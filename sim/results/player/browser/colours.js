// Colours of values, and the classes of a legend.

const EMPTY = "#f1f1ee"; // land of which there is nothing to tell
const NOBODY_LIVES = "#ffffff";

// the class of a value: how many bounds it has reached
function classOf(value, bounds) {
  let found = 0;
  while (found < bounds.length && value >= bounds[found]) found++;
  return found;
}

function rgb(hex) {
  return [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16));
}

// a colour thinned with another (of paper, where none is said): weight 1 is the full colour
const thinnedColours = new Map();
function thinned(hex, weight, paper = "#ffffff") {
  const key = hex + weight.toFixed(2) + paper;
  if (!thinnedColours.has(key)) {
    const [own, other] = [rgb(hex), rgb(paper)];
    const mixed = own.map((part, i) => Math.round(other[i] + weight * (part - other[i])));
    thinnedColours.set(key, `rgb(${mixed.join(",")})`);
  }
  return thinnedColours.get(key);
}

// from half pale (a bare plurality) to the full colour (all agree), as in the figures of a comparison
function weightOfShare(share) {
  return 0.35 + 0.65 * Math.min(1, Math.max(0, (share / 100 - 0.4) / 0.6));
}

// Entries of a legend of classes: [colour, text].
function classEntries(words, bounds, colours, change) {
  const text = (value) => (change ? words.signed(value) : words.number(value));
  return colours.map((colour, i) => {
    if (change && i === bounds.length / 2) return [colour, words.say("little_changed")];
    if (i === 0) return [colour, words.say("below", { high: text(bounds[0]) })];
    if (i === bounds.length) return [colour, words.say("from_on", { low: text(bounds[i - 1]) })];
    return [colour, words.say("from_to", { low: text(bounds[i - 1]), high: text(bounds[i]) })];
  });
}
