"""Generated command lines, and the files that they name: a third and more are valid, the others odd in every way."""

from __future__ import annotations

import random
from pathlib import Path

LEVERS = {
    "abuses": ["historical", "restraint", "escalation"],
    "blockades": ["historical", "none"],
    "politics": ["as_happened", "none", "endogenous"],
    "draw": ["contested", "all", "none"],
}
SCENARIOS = ["history", "lesson_restraint", "lesson_vacuum_early"]
NUMBERS = [
    "nan",
    "inf",
    "-inf",
    "1e400",
    "-1",
    "0",
    "2.5",
    "9" * 400,
    "9" * 5000,
    "0x" + "f" * 300,
    "1e308",
    "true",
    "''",
]
TEXTS = [
    "[/x]",
    "$\\frac$",
    "\x1b[31m",
    "\ud800",
    "a'b",
    "...",
    "..",
    "/",
    "~nobody",
    "${oc.env:HOME}",
    "é" * 300,
    "a\0b",
]
TEXTS += ["[" * 400, "{a:" * 200, "", " ", "=", "null", "!!python/name:os.system", "x" * 30_000, "@hydra", "-", "--"]
KEYS = ["seed", "replicate", "resolution", "step_days", "parameters.recruitment.rate", "parameters.movement.crowding"]
KEYS += [
    "period.start",
    "period.end",
    "levers.from",
    "schedule.mission_exit.date",
    "actors.league.mobility",
    "scenario",
]
KEYS += ["abuses", "draw", "output", "folder", "processes.combat.on", "processes.combat.variant", "save_at", "from"]
SHORT = "period.end=2012-06-01"
YAML = {
    "deep": "title: " + "[" * 30_000,
    "long": "title: [" + "1," * 400_000 + "]",
    "alias": "a: &x [1]\nb: *x\n",
    "tag": "title: !!python/object/apply:os.system [ls]\n",
    "merge": "a: {<<: {b: 1}}\n",
    "escape": 'title: "\\e[31mred"\n',
    "int": "title: !!int ''\n",
    "bool": "title: !!bool x\n",
    "resolver": "title: ${oc.env:HOME}\n",
    "brackets": "title: '[/x] $\\frac{a$ [red]'\n",
    "list": "- a\n- b\n",
    "twice": "title: a\ntitle: b\n",
    "huge": "title: x\nparameters: {recruitment: {rate: 1e308}}\n",
    "bytes": "\x00\x01\xff",
}


class Lines:
    """Command lines from a seed; `home` is the folder in which they run, `finished` and `case` folders in it."""

    def __init__(self, seed: int, home: Path, finished: str, case: str) -> None:
        self.rng, self.home, self.finished, self.case = random.Random(seed), home, finished, case
        self.number = 0

    def next(self) -> tuple[list[str], bool]:
        """The next line, and whether it is meant to be valid."""
        self.number += 1
        if self.rng.random() < 0.45:
            return self.valid(), True
        return self.odd(), False

    def valid(self) -> list[str]:
        """A line that must run."""
        pick, n = self.rng.choice, self.number
        lever = pick(list(LEVERS))
        choice = f"{lever}={pick(LEVERS[lever])}"
        run = ["run", "-q", "region=teaching", SHORT, f"seed={self.rng.randrange(10**6)}", choice, f"output=r{n}"]
        compare = ["compare", "-q", "region=teaching", SHORT, "scenarios=[history,lesson_restraint]", "replicates=2"]
        options = [
            run,
            run,
            [*run[:-1], "--cfg", "job"],
            ["scenarios", lever] if lever != "draw" else ["scenarios"],
            ["week", choice],
            ["export", self.finished, "outcome=displaced", "place=region"],
            ["export", self.finished, "table=" + pick(["contents", "comparison", "events", "flows", "parameters"])],
            ["check", self.finished],
            ["show", self.finished, "outcome=displaced", "by=year"],
            ["events", "region=teaching"],
            ["outcomes", f"output=u{n}.md"],
            ["new", "scenario", f"own{n}"],
            ["parameters", f"output=p{n}.md"],
            ["columns", f"output=c{n}.md"],
            ["help", pick(["run", "compare", "show", "check"])],
            ["--version"],
        ]
        rare = [
            [*compare, "workers=1", f"retention={pick(['full', 'summary', 'tables'])}", f"output=k{n}"],
            ["show", self.finished],
            ["player", self.finished],
            ["report", self.finished],
            ["displacement", "-q", f"case={self.case}", "days=20", "replicates=2", "workers=1", f"output=d{n}"],
            ["run", "-q", "-m", "region=teaching", SHORT, "seed=1,2", f"output=m{n}"],
            [*run[:-1], "scenario=brackets", f"folder={self.folder('brackets')}", f"output=b{n}"],
        ]
        return pick(rare if self.rng.random() < 0.06 else options)

    def odd(self) -> list[str]:
        """A line with something wrong in it."""
        rng, pick = self.rng, self.rng.choice
        way = rng.randrange(8)
        value = pick(NUMBERS + TEXTS)
        if way == 0:
            return ["run", "-q", "region=teaching", SHORT, f"{pick(KEYS)}={value}", f"output=o{self.number}"]
        if way == 1:
            keys = ["replicates", "workers", "scenarios", "baseline", "precision", "compute", "address", "yes"]
            return ["compare", "-q", "region=teaching", SHORT, f"{pick(keys)}={value}", f"output=o{self.number}"]
        if way == 2:
            # three replicates are too few for variances, which is told
            return [pick(["show", "check", "variance", "export", "validate", "observed"]), pick([value, self.finished])]
        if way == 3:
            kind = pick(list(YAML))
            return ["run", "-q", "region=teaching", SHORT, f"scenario={kind}", f"folder={self.folder(kind)}"]
        if way == 4:
            return [
                "displacement",
                "-q",
                pick([f"case={value}", f"case={self.case}"]),
                f"{pick(['days', 'seed'])}={value}",
            ]
        if way == 5:
            word = pick(["run", "compare", "scenarios", "week", "history", "parameters", "columns", "rnu", value])
            return [word, *(self.mangled(pick(KEYS)) for _ in range(rng.randrange(1, 4)))]
        if way == 6:
            return ["export", self.finished, f"{pick(['outcome', 'place', 'table', 'format', 'columns'])}={value}"]
        return ["run", pick(["--cfg", "--info", "-p", "-c", "--resolve", "--x"]), value, "region=teaching", SHORT]

    def mangled(self, key: str) -> str:
        """A word with signs changed, left out or put in."""
        text = list(f"{key}={self.rng.choice(NUMBERS[:8])[:40]}")
        for _ in range(self.rng.randrange(1, 4)):
            at = self.rng.randrange(len(text))
            text[at : at + self.rng.randrange(2)] = self.rng.choice("=[]{}'\"~+@$,.:/\\ \n\tx0")
        return "".join(text)

    def folder(self, kind: str) -> str:
        """A user's folder with one scenario of some kind in it."""
        path = self.home / f"own_{kind}" / "scenario" / f"{kind}.yaml"
        if not path.exists():
            path.parent.mkdir(parents=True)
            path.write_bytes(YAML[kind].encode("latin-1"))
        return path.parents[1].name
