"""Small cases written to a folder for a test: sound files, of which a test replaces what it is about."""

from pathlib import Path

import pytest

from sim.cases.reader import read_case
from sim.core.errors import UserError

FILES = {
    "input/locations.csv": """\
#name,region,country,latitude,longitude,location_type,conflict_date,population
Ada,North,Home,3.0,4.0,conflict_zone,0,5000
Bru,South,Home,3.5,4.5,town,,
Cora,Far,Away,4.0,5.0,camp,,900
Dom,Near,Away,4.5,4.0,camp,,-1
""",
    "input/routes.csv": "#name1,name2,distance,forced\nAda,Bru,50,0\nBru,Cora,80,0\nAda,Dom,120,0\n",
    "input/conflicts.csv": "#Day,Ada,Bru\n" + "".join(f"{day},1,0\n" for day in range(10)),
    "input/closures.csv": "#closure_type,name1,name2,closure_start,closure_end\ncountry,Home,Away,0,3\n",
    "input/sim_period.csv": "StartDate,2012-02-29\nLength,10\n",
    "validation/data_layout.csv": "total,refugees.csv\nCora,cora.csv\nDom,dom.csv\n",
    "validation/refugees.csv": "Date,n\n2012-02-29,30\n2012-03-09,500\n",
    "validation/cora.csv": "#Date,n\n2012-02-29,10\n2012-03-04,50\n2012-03-09,60\n",
    "validation/dom.csv": "2012-02-29,20\n2012-03-05,100\n2012-03-07,80\n2012-03-09,110\n",
}


def write_case(folder: Path, **changed: str | bytes | None) -> Path:
    """Write a case; `routes="..."` replaces a file of that stem, None leaves it out, new stems are series."""
    stems = {Path(name).stem: name for name in FILES}
    files: dict[str, str | bytes | None] = dict(FILES)
    for stem, text in changed.items():
        files[stems.get(stem, f"validation/{stem}.csv")] = text
    for name, text in files.items():
        if text is not None:
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return folder


def read_changed(folder: Path, **changed):
    """A case of which some files are replaced, as in `write_case`."""
    return read_case(write_case(folder, **changed))


def assert_reported(case, *parts: str) -> str:
    """The one line of the oddities that holds all parts."""
    lines = [line for line in case.oddities if all(part in line for part in parts)]
    assert len(lines) == 1, f"{parts} in {case.oddities}"
    return lines[0]


def assert_refused(folder: Path, *parts: str, **changed) -> None:
    """Reading is refused in one line that holds all parts."""
    with pytest.raises(UserError) as error:
        read_changed(folder, **changed)
    for part in parts:
        assert part in str(error.value)
    assert "\n" not in str(error.value)
