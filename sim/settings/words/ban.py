"""What is assumed about the fuel ban beyond the known facts, and which scenarios are about blockades.

History's ban of September 2025 has no end by order: whether it eases is an outcome. Beyond the known facts two
assumptions are shipped, `blockades=ban_goes_on` and `blockades=ban_ended`, and what blockades is compared with both.
"""

from __future__ import annotations

from datetime import date, timedelta

from sim.settings.events import Event
from sim.settings.settings import Settings
from sim.settings.words.effects import end_of

#: scenarios that are history but for what is assumed about the ban
ASSUMPTIONS = ("ban_goes_on", "ban_ended")

#: options of the lever that leave history's orders as they were
AS_ORDERED = ("historical", *ASSUMPTIONS)


def reaches_beyond(settings: Settings) -> bool:
    """Whether the period goes beyond the known facts."""
    return settings.end > settings.region_info.known_until


def is_about_blockades(settings: Settings) -> bool:
    """Whether a scenario changes who is blockaded."""
    return settings.levers.get("blockades", "historical") not in AS_ORDERED


def standing_orders(settings: Settings, day: date) -> list[Event]:
    """Orders to blockade or besiege that stand on a day, by the schedule alone."""
    standing: list[Event] = []
    for event in settings.events:
        if event.date > day or event.effect not in ("order", "lift"):
            continue
        places = set(event["places"])
        standing = [e for e in standing if not (e["actor"] == event["actor"] and places & set(e["places"]))]
        if event.effect == "order":
            standing.append(event)
    return [e for e in standing if e["weeks"] is None or e.date + timedelta(weeks=e["weeks"]) > day]


def has_open_ban(settings: Settings) -> bool:
    """Whether an order that was given before the known facts end still stands when they do."""
    return bool(standing_orders(settings, settings.region_info.known_until))


def assumption_words(settings: Settings) -> str | None:
    """What a scenario assumes about orders to blockade beyond the known facts; None where it has nothing of it."""
    if not reaches_beyond(settings):
        return None
    known = settings.region_info.known_until
    after = known + timedelta(days=1)
    assumed = [e for e in settings.events if known < e.date <= settings.end and e.effect in ("order", "lift")]
    told = []
    for title in dict.fromkeys(e.title or e.name for e in assumed):
        same = [e for e in assumed if (e.title or e.name) == title]
        days = f"{same[0].date}{_end_of(same[0])}" if len(same) == 1 else f"{same[0].date} to {same[-1].date}"
        told.append(f"{title} ({days}{f', {len(same)} times' if len(same) > 1 else ''})")
    touched = {(e["actor"], place) for e in assumed if e.date <= after for place in e["places"]}
    for event in standing_orders(settings, known):
        if not touched & {(event["actor"], place) for place in event["places"]}:
            end = _end_of(event) or ", no end ordered: whether it eases is an outcome"
            told.insert(0, f"stands as ordered: {event.title or event.name} ({event.date}{end})")
    if told:
        return "; ".join(told)
    blocked = settings.no_blockades_from
    return "no group blockades or besieges" if blocked else "no order to blockade stands"


def _end_of(event: Event) -> str:
    """` to 2027-07-16` for an order that ends."""
    end = end_of(event.effect, event.date, event.fields) if event.effect == "order" else None
    return f" to {end}" if end else ""
