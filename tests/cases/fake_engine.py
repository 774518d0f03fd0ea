"""A stand-in for the engine: people spread over the camps in fixed shares, with a little chance."""

from types import SimpleNamespace

import numpy as np


def simulate_case(case, seed, replicate, parameters, given_arrivals=True):
    """Four fifths of all people are in camps at once, the rest at the first place."""
    stream = np.random.default_rng([seed, replicate])
    arrivals = case.arrivals if given_arrivals else np.full(case.days, 7)
    people = case.initial.sum() + np.cumsum(arrivals)
    weight = parameters.displacement.stay_share * np.arange(1, len(case.camps) + 1) + stream.uniform(
        0, 0.05, len(case.camps)
    )
    persons = np.zeros((case.days, len(case.places.names)), np.int64)
    persons[:, case.camps] = (0.8 * people)[:, None] * weight / weight.sum()
    persons[:, 0] = people - persons.sum(axis=1)
    flows = stream.integers(0, 500, (len(case.routes.km), 2))
    return SimpleNamespace(
        persons=persons, travelling=np.zeros(case.days, np.int64), flows=flows, arrivals=arrivals, seconds=0.01
    )
