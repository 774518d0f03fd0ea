"""Bases of foreign forces: where their people come to, and which country they serve."""

from __future__ import annotations

import numpy as np

from sim.core.draws import uniform


class ForeignBases:
    """What `ConflictModel` knows of the bases of foreign forces; a part of `ModelState`."""

    def set_places(self, row: int, places: dict[str, float]) -> None:
        """Bases to which people of a foreign force come, with their shares."""
        self.places_of[row] = dict(places)

    def base_in(self, row: int, country: int, places: dict[str, float]) -> None:
        """Add bases in a country to those of a foreign force: those of `places` that lie there, else the capital."""
        w = self.world
        here = {name: part for name, part in places.items() if w.country[self.cells_at(name)[0]] == country}
        if not here:
            capital = np.flatnonzero(w.towns.cell == self.capital_cell[country])
            here = {w.towns.name[capital[0]] if len(capital) else w.countries[country]: 1.0}
        kept = self.places_of.get(row, {}) if self.actors.persons[row] > 0 else {}
        self.places_of[row] = kept | here

    def drop_places(self, row: int, places) -> None:
        """Bases that were given up."""
        for place in places:
            self.places_of.get(row, {}).pop(place, None)

    def place_persons(self, row: int, persons: int) -> None:
        """New units of `persons` in all, each where the actor lacks most against its shares of places."""
        size = max(1, int(self.actors.unit_size[row]))
        places = self.places_of.get(row) or {self.world.countries[self.host_country(row)]: 1.0}
        names = list(places)
        cells = [self.cells_at(name) for name in names]
        shares = np.array([places[name] for name in names], dtype=float)
        shares /= shares.sum()
        u = self.units
        mine = np.flatnonzero((u.actor == row) & (u.manpower > 0))
        homes, people = u.home[mine], u.manpower[mine]
        there, stream = np.zeros(len(cells)), self.stream("build")
        for i, at in enumerate(cells):
            base = np.zeros(self.world.n_cells + 1, dtype=bool)  # the last for those without a home (-1)
            base[at] = True
            there[i] = people[base[homes]].sum()
        first, chosen, parts = int(self.actors.units_made[row]), [], []
        while persons > 0:
            take = min(size, persons)
            lack = shares * (there.sum() + take) - there
            pick = int(np.argmax(lack))
            draw = uniform(stream, self.actors.key[row], first + len(chosen))
            chosen.append(int(cells[pick][int(draw * len(cells[pick]))]))
            parts.append(take)
            there[pick] += take
            persons -= take
        self.make_units(np.full(len(chosen), row), cell=chosen, manpower=parts, home=chosen)

    def host_country(self, row: int) -> int:
        """Country in which a foreign force serves first: that of its first base, else the first it may be in."""
        places = self.places_of.get(row)
        if not places:
            return int(self.actors._views["countries"][row].argmax())
        place = next(iter(places))
        found = self._country_of.get(place)
        if found is None:
            found = self._country_of[place] = int(self.world.country[self.cells_at(place)[0]])
        return found

    def hosts(self) -> np.ndarray:
        """Country that each actor on the state's side serves first (A,): its own state, or a foreign force's host."""
        host = self.actors._views["state"].copy()
        for row in self.foreign_rows:
            host[row] = self.host_country(row)
        return host
