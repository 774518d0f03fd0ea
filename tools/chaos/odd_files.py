"""Odd files of the kinds that a folder of results does not hold: saved states, displacement cases, downloads.

One of the trial's own is damaged at a time: a bit is flipped, a piece is cut out or doubled, a cell becomes another
value. Whatever comes of it, the program says a sentence, or prints what it printed (a saved state: nothing else).
"""

from __future__ import annotations

import random
from pathlib import Path

from tools.chaos.lines import NUMBERS, SHORT, TEXTS

#: the day of the saved state, within the short period of the trial
SAVED = "2012-03-05"

#: events as UCDP gives them, made up
EVENTS = """id,year,type_of_violence,side_a,side_b,country,country_id,priogrid_gid,latitude,longitude,where_prec,\
date_start,date_end,date_prec,deaths_a,deaths_b,deaths_civilians,deaths_unknown,best,high,low
1,2012,1,Government of Mali,AQIM,Mali,432,153000,16.27,-0.04,1,2012-04-05,2012-04-05,1,2,3,1,0,6,8,5
2,2013,3,AQIM,Civilians,Mali,432,153000,16.5,-3.0,2,2013-04-05 00:00:00.000,2013-04-09 00:00:00.000,2,0,0,4,0,4,4,4
3,2014,2,A,B,Niger,436,151000,14.5,3.0,2,2014-04-05 00:00:00.000,2014-04-05 00:00:00.000,1,1,1,0,0,2,2,2
"""


def make(home: Path) -> dict[str, list[str]]:
    """Commands that make what is damaged later, by the file or folder each makes; the downloads are written here."""
    downloads = home / "downloads"
    downloads.mkdir()
    (downloads / "GEDEvent_v23_1.csv").write_text(EVENTS)
    run = ["run", "-q", "region=teaching", SHORT, "seed=4"]
    return {"past": [*run, f"save_at={SAVED}", "output=past"]}


def targets(home: Path) -> list[tuple[Path, list[str], bool]]:
    """Files that are damaged in turn, the line that reads each, and whether its output may not become another."""
    state = home / "past" / "states" / f"{SAVED}.npz"
    found = [
        (state, ["run", "region=teaching", SHORT, "seed=4", f"from={state.relative_to(home)}", "output=went"], True)
    ]
    files = sorted(path for path in (home / "case").rglob("*.csv"))
    case = ["displacement", "-q", "case=case", "days=10", "replicates=2", "workers=1", "output=case_out"]
    found += [(path, case, False) for path in files]
    return [*found, (home / "downloads" / "GEDEvent_v23_1.csv", ["observed", "downloads"], False)]


def damaged(content: bytes, rng: random.Random) -> bytes:
    """The content with one thing changed."""
    way = rng.randrange(5)
    at = rng.randrange(max(1, len(content)))
    if way == 0:
        changed = bytearray(content)
        changed[at] ^= 1 << rng.randrange(8)
        return bytes(changed)
    if way == 1:
        return content[:at]
    if way == 2:
        return content[:at] + content[at : at + 200] + content[at:]
    if way == 3:
        return content[:at] + content[at + rng.randrange(1, 300) :]
    if b"," not in content:
        return b""
    cells = content.split(b",")
    cells[rng.randrange(len(cells))] = rng.choice(NUMBERS + TEXTS).encode("utf-8", "surrogatepass")
    return b",".join(cells)
