"""The two sheets of a scenario: what is assumed, people and areas; then arrivals, what to watch, how sure it is."""

from __future__ import annotations

import textwrap
from functools import cached_property

import numpy as np

from sim.results.brief.areas import Concern, changed_most, concerns
from sim.results.brief.arrivals import arrivals
from sim.results.brief.codes import area_name, code_of, theatre_of
from sim.results.brief.elements import Html, bullets, element, joined
from sim.results.brief.impact import EVERYWHERE, Effect, by_state, effects, everyone_displaced, windows_shown
from sim.results.brief.sureness import sureness
from sim.results.brief.tables import area_name_code, areas_table, arrivals_table, impact_table, states_table
from sim.results.brief.watch import FEWEST as FEWEST_TO_LEARN
from sim.results.brief.watch import HOSTED_FROM, RECORDS, Sign, watch
from sim.results.brief.windows import Window, changes_of, lever_begins
from sim.results.brief.words import Words
from sim.results.intervals import FEWEST
from sim.results.result_folder import Folder
from sim.results.translation.texts import assumption, change_words

#: what fits on two sheets
MOST_AREAS, MOST_CHANGED, MOST_DECISIONS, MOST_STATES, MOST_PLACES = 8, 4, 5, 5, 4
MOST_FOUND = 3
LONGEST = 260  # letters of a scenario's summary
LONGEST_DECISION = 110


class ScenarioBrief:
    """A scenario of a folder in the words of a language; `anchor` is the name of its place on the page."""

    def __init__(self, found: Folder, scenario: str, words: Words, anchor: str) -> None:
        self.found, self.scenario, self.words, self.anchor = found, scenario, words, anchor
        self.title, self.baseline = (words.translated(found.title(name)) for name in (scenario, found.baseline))
        self.states = words.names([words.country(code, found.map) for code in theatre_of(found)])
        self.alone = scenario == found.baseline

    def html(self) -> Html:
        """Both sheets."""
        return element(
            "article",
            element("section", *self._first(), self._foot(1), cls="sheet"),
            element("section", *self._second(), self._foot(2), cls="sheet"),
            cls="scenario",
            id=self.anchor,
        )

    # ------------------------------------------------------------------------ numbers

    @cached_property
    def effects(self) -> list[Effect]:
        """People, over each window."""
        return effects(self.found, self.scenario)

    @cached_property
    def window(self) -> Window:
        """The window of areas, states and arrivals: the first twelve months, or all of the period."""
        windows = windows_shown(self.found, self.scenario)
        return windows[-2] if len(windows) > 1 else windows[-1]

    @cached_property
    def areas(self) -> list[Concern]:
        """Areas of the states that the scenarios are about, those with most displaced people first."""
        return concerns(self.found, self.scenario, self.window)

    @cached_property
    def changed(self) -> list[Concern]:
        """The areas where it changes most."""
        return changed_most(self.areas, MOST_CHANGED)

    @cached_property
    def by_state(self) -> list[Effect]:
        """People from those states, by state of stay."""
        return by_state(self.found, self.scenario, self.window)

    def window_words(self, window: Window, first: bool = False) -> str:
        """`first 12 months, to 30 June 2026`; with a capital where it comes `first`."""
        text = self.words(f"window_{window.name}", day=self.words.day(window.last))
        text = text[:1].upper() + text[1:] if first else text
        return f"{text} {self.words('window_cut')}" if window.cut else text

    # ------------------------------------------------------------------------ first sheet

    def _first(self) -> list[object]:
        words = self.words
        return [
            *self._head(),
            element("div", *(element("p", text) for text in self.findings()), cls="lead"),
            element(
                "div",
                element("div", element("h3", words("assumed")), *self._assumed()),
                element("div", element("h3", words("triggers")), *self._triggers()),
                cls="two",
            ),
            element(
                "h3", words("impact_alone" if self.alone else "impact", baseline=self.baseline, states=self.states)
            ),
            impact_table(words, self.effects, self.window_words),
            None if self.alone else element("p", words("impact_note", baseline=self.baseline), cls="note"),
            element("h3", words("areas", states=self.states)),
            *self._areas(),
        ]

    def _head(self) -> list[object]:
        words, found = self.words, self.found
        period, begins = found.run["period"], lever_begins(found, self.scenario)
        info = found.run.get("configuration", {}).get(found.baseline, {}).get("region_info") or {}
        about = [
            words.translated(str(info.get("title") or found.map.get("name", ""))),
            words("fictional") if found.map.get("fictional") else "",
            words("alone") if self.alone else words("beside", baseline=self.baseline),
            words("period", start=words.day(period["start"]), end=words.day(period["end"])),
            words("replicates", n=found.replicates) if found.replicates > 1 else words("replicates_one"),
            words("begins", day=words.day(begins)) if begins is not None else "",
            words("projection", day=words.day(found.projection_from)) if found.projection_from is not None else "",
        ]
        return [
            element("p", words("kicker"), cls="kicker"),
            element("h2", textwrap.shorten(self.title, 140, placeholder=" ...")),
            element("p", " · ".join(str(part) for part in about if part), cls="about"),
        ]

    def findings(self) -> list[str]:
        """Up to three sentences made from the numbers, and what cannot be told apart."""
        words, n = self.words, self.found.replicates
        told = [] if self.alone else self._differences(n)
        if self.areas:
            top = self.areas[0]
            key = "found_area" if np.isfinite(top.low) else "found_area_one"
            numbers = {"n": words.people(top.people), "low": words.people(top.low), "high": words.people(top.high)}
            told.append(words(key, area=area_name_code(top), states=self.states, **numbers))
        return told

    def _differences(self, replicates: int) -> list[str]:
        words = self.words
        judged = [effect for effect in self.effects if effect.judged is not None]
        if judged and all(x.judged.difference == x.judged.low == x.judged.high == 0 for x in judged):
            return [words("found_same", baseline=self.baseline)]
        if replicates < FEWEST:
            return [words("found_few", n=replicates, fewest=FEWEST)]
        clear = [effect for effect in judged if effect.stars]
        if not clear:
            return [words("found_none", baseline=self.baseline, n=replicates), *self._clear_places()]
        told = []
        for outcome in dict.fromkeys(effect.outcome for effect in clear):
            own = [effect for effect in clear if effect.outcome == outcome]
            chosen = next((effect for effect in own if effect.window == self.window), own[-1])
            told.append(self._difference(chosen))
        rest = [x.outcome for x in judged if x.outcome not in {effect.outcome for effect in clear}]
        names = [words(f"name_{outcome}") for outcome in dict.fromkeys(rest)]
        return told[:MOST_FOUND] + ([words("found_rest", what=", ".join(names))] if names else [])

    def _clear_places(self) -> list[str]:
        """What is clear by place all the same, where the sums over the states are not."""
        clear = [area_name_code(area) for area in self.areas[:MOST_AREAS] + self.changed if area.stars]
        clear += [
            self.words.country(x.place, self.found.map) for x in self.by_state if x.stars and x.place != EVERYWHERE
        ]
        clear = list(dict.fromkeys(clear))
        return [self.words("found_places", places=", ".join(clear))] if clear else []

    def _difference(self, effect: Effect) -> str:
        found, words = effect.judged, self.words
        less = found.difference < 0
        size = sorted(abs(value) for value in (found.low, found.high))
        return words(
            "found_less" if less else "found_more",
            what=words(f"what_{effect.outcome}"),
            window=self.window_words(effect.window),
            n=words.people(abs(found.difference)),
            baseline=self.baseline,
            low=words.people(size[0]),
            high=words.people(size[1]),
        ) + words("found_holds" if effect.stars > 1 else "found_alone")

    def _assumed(self) -> list[object]:
        words, found = self.words, self.found
        item = next(entry for entry in found.run["scenarios"] if entry["name"] == self.scenario)
        configurations = found.run.get("configuration", {})
        ours, theirs = (configurations.get(name, {}).get("levers") or {} for name in (self.scenario, found.baseline))
        levers = [
            (f"{words(f'lever_{name}')} ({name}={option})" if words.knows(f"lever_{name}") else f"{name}={option}")
            for name, option in ours.items()
            if option != theirs.get(name)
        ]
        kind = f"assumed_kind_{item.get('variant')}"
        said = [
            words("assumed_levers", levers=", ".join(levers)) if levers else None,
            words(kind) if words.knows(kind) and not self.alone else None,
            words("assumed_blockades", what=assumption(item["assumption"], words.language))
            if item.get("assumption")
            else None,
            words("assumed_changes", what="; ".join(map(str, item["changes"]))) if item.get("changes") else None,
        ]
        if not self.alone and lever_begins(found, self.scenario) is None:
            said.append(words("assumed_nothing", baseline=self.baseline))
        summary = textwrap.shorten(words.translated(str(item.get("summary") or "")), LONGEST, placeholder=" ...")
        rest = [textwrap.shorten(text, LONGEST, placeholder=" ...") for text in said if text]
        return [element("p", summary) if summary else None, bullets(rest) if rest else None]

    def _triggers(self) -> list[object]:
        words = self.words
        changes = changes_of(self.found, self.scenario)
        if not changes:
            begins = lever_begins(self.found, self.scenario)
            if begins is None:
                return [element("p", words("assumed_nothing", baseline=self.baseline))]
            return [element("p", words("triggers_none", day=words.day(begins)))]
        start = self.found.run["period"]["start"]
        told: list[object] = [
            f"{words.day(max(change.day.isoformat(), start))}{words('colon')}"
            + textwrap.shorten(change_words(change, words.language), LONGEST_DECISION, placeholder=" ...")
            for change in changes[:MOST_DECISIONS]
        ]
        more = len(changes) - MOST_DECISIONS
        return [bullets([*told, words("triggers_more", n=more)] if more > 0 else told)]

    def _areas(self) -> list[object]:
        words = self.words
        if not self.areas:
            return [element("p", words("areas_none"))]
        codes = "" if self.found.map.get("fictional") else words("codes_note")
        note = words("areas_note", window=self.window_words(self.window), codes=codes)
        shown = areas_table(words, self.areas[:MOST_AREAS], self.alone, self.found.map)
        return [shown, element("p", note, cls="note")]

    # ------------------------------------------------------------------------ second sheet

    def _second(self) -> list[object]:
        words = self.words
        where = [element("h3", words("caseload", states=self.states)), *self._states()]
        if self.alone:
            return [*where, self._covers_more(), *self._arrivals(), *self._sure()]
        most = (
            areas_table(words, self.changed, self.alone, self.found.map)
            if self.changed
            else element("p", words("changed_none", baseline=self.baseline))
        )
        return [
            element("p", self.title, cls="kicker"),
            element(
                "div",
                element("div", *where),
                element("div", element("h3", words("changed", states=self.states)), most),
                cls="two",
            ),
            self._covers_more(),
            *self._arrivals(),
            element("h3", words("watch")),
            *self._watch(),
            *self._sure(),
        ]

    def _states(self) -> list[object]:
        words = self.words
        rows = self.by_state
        if not rows:
            return [element("p", words("caseload_none"))]
        key = "caseload_note_alone" if self.alone else "caseload_note"
        note = words(key, window=self.window_words(self.window, first=True), baseline=self.baseline)
        return [states_table(words, rows, self.found.map, MOST_STATES), element("p", note, cls="note")]

    def _covers_more(self) -> Html | None:
        """How many displaced people caseload.csv has beyond those of the states, and of these sheets."""
        words, every = self.words, everyone_displaced(self.found, self.window)
        own = sum(x.baseline for x in self.by_state if x.place == EVERYWHERE)
        if not (np.isfinite(every) and every > own > 0):
            return None
        more = {"n": words.people(every), "own": words.people(own), "day": words.day(self.window.last)}
        return element("p", words("caseload_more", baseline=self.baseline, states=self.states, **more), cls="note")

    def _arrivals(self) -> list[object]:
        words = self.words
        states, areas, n = arrivals(self.found, self.scenario, self.window, MOST_PLACES)
        head = element("h3", words("arrivals", states=self.states))
        if not n:
            return [head, element("p", words("arrivals_none"))]
        key = "arrivals_note_alone" if self.alone else "arrivals_note"
        note = words(key, window=self.window_words(self.window, first=True), n=n, baseline=self.baseline)
        tables = [
            arrivals_table(words, rows, words(title), self.alone, self.found.map)
            for rows, title in ((states, "arrivals_states"), (areas, "arrivals_areas"))
        ]
        return [
            head,
            element("div", *(element("div", item) for item in tables), cls="two"),
            element("p", note, cls="note"),
        ]

    def _watch(self) -> list[object]:
        words, found = self.words, watch(self.found, self.scenario)
        if found.why:
            about = {"few": {"n": self.found.replicates, "fewest": FEWEST_TO_LEARN}, "same": {}}
            more = {"tried": found.tried, "learnt": found.learnt, "baseline": self.baseline}
            return [element("p", words(f"watch_{found.why}", **about.get(found.why, more)))]
        tested = self.found.replicates - found.learnt
        about = {"tried": found.tried, "learnt": found.learnt, "tested": tested, "baseline": self.baseline}
        about |= {"signs": found.tested, "held": len(found.signs)}
        if not found.signs:
            return [element("p", words("watch_weak", **about))]
        signs = [self.sign_words(sign) for sign in found.signs]
        return [
            element("p", words("watch_first", **about)),
            bullets(signs),
            element("p", words("watch_records"), cls="note"),
        ]

    def sign_words(self, sign: Sign) -> str:
        """A threshold in words, with its error on the tested runs."""
        words = self.words
        way = f"watch_{'sum' if sign.flow else 'change'}_{'above' if sign.above else 'below'}"
        counts = sign.unit.split("/")[0] in ("persons", "events")
        n = words.people(sign.threshold, not sign.flow) if counts else words.short(sign.threshold, not sign.flow)
        place = self.place_words(sign.place)
        said = words(way, what=self.outcome_words(sign.outcome), place=place, n=n, months=sign.months)
        most = round(100 * sign.most_wrong)
        return said + words("watch_error", wrong=sign.wrong, tested=sign.tested, most=most)

    def outcome_words(self, outcome: str) -> str:
        """An outcome that somebody records, in words."""
        words = self.words
        if outcome.startswith(HOSTED_FROM):
            return words(
                "o_refugees_hosted_from", state=words.country(outcome.removeprefix(HOSTED_FROM), self.found.map)
            )
        for record in RECORDS:
            if outcome.endswith(record):
                return words(f"as{record}", what=self.outcome_words(outcome.removesuffix(record)))
        return words(f"o_{outcome}") if words.knows(f"o_{outcome}") else outcome.replace("_", " ")

    def place_words(self, place: str) -> str:
        """A place in words: the region, a state, an area with its code, a town."""
        if place == "region":
            return self.states
        if place in self.found.map.get("admin1_names", []):
            code = code_of(place, self.found.map).code
            return f"{area_name(place)} ({code})" if code else area_name(place)
        return self.words.country(place, self.found.map)

    def _sure(self) -> list[object]:
        words = self.words
        items = sureness(self.found, self.scenario, words)
        return [
            element(
                "div",
                element("div", element("h3", words("sure")), bullets(items)),
                element("div", element("h3", words("no_probability")), element("p", words("no_probability_text"))),
                cls="two small",
            )
        ]

    def _foot(self, number: int) -> Html:
        words, found = self.words, self.found
        versions = found.run.get("provenance", {}).get("versions", {})
        made = words(
            "made_by",
            version=versions.get("sahel-scenarios", "?"),
            seed=found.run.get("seeds", {}).get("seed", "?"),
            folder=found.path.resolve().name,
        )
        rest = f" {self.title} · {words('page_of', n=number)} · {made}"
        return element("p", joined([element("b", words("no_prediction")), rest]), cls="limit")
