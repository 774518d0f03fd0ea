"""The `sahel` command: the first word says what to do, the others are handed to it.

Nothing heavy is imported here, so that help answers at once. Whatever a user can put right comes
back as one sentence and exit code 2; Ctrl-C gives 130.
"""

from __future__ import annotations

import gc
import os
import sys

from sim.core.errors import UserError, unknown

OVERVIEW = """\
sahel: compare what abuses, withdrawals and blockades do to displacement and territorial control.

  sahel scenarios               every scenario and every option of every lever, in a line each
  sahel run WORDS               one replicate, with a progress bar and a summary
  sahel compare WORDS           several scenarios side by side, into a folder of tables and figures
  sahel show FOLDER             print the table of a finished comparison again, redraw its figures
  sahel pairing FOLDER          what common random numbers save in a finished comparison
  sahel history WORDS           observed beside simulated, from 2012 to 2022
  sahel displacement WORDS      a case of displacement in Flee's format, beside what was recorded
  sahel parameters              write docs/parameters.md: every parameter, its range and source
  sahel COMMAND --help          what can be said to a command

Such as:
  sahel run scenario=history seed=1
  sahel run scenario=un_stays abuses=restraint period.end=2026-12-31
  sahel compare scenarios=[history,restraint,un_stays] replicates=12 workers=2 output=some/folder
"""

WORDS = """\
Words (key=value, in Hydra's way):
  region=teaching                    another region; sahel is the default
  abuses=restraint withdrawals=un_stays blockades=bamako_2025   options of levers (sahel scenarios)
  period=outlook                     or period.start=2019-01-01 period.end=2026-12-31: what is recorded
  levers.from=2022-01-01             the day from which levers act (default: period.start)
  schedule.minusma_exit.date=2025-06-30    move an event; date=never cancels it
  actors.jnim.mobility=60            change an actor's profile
  parameters.recruitment.rate=0.2    change a parameter (sahel parameters)
  processes.combat.on=false          switch a process off; .scale=0.5 scales it; .variant=lanchester takes another version
  seed=1 draw=contested              random numbers; parameters drawn anew: contested, all, none
  folder=my/folder                   your own scenario/*.yaml, actors/*.yaml, abuses/*.yaml, ...
Flags:
  --config-dir DIR                   the same as folder=DIR
  --cfg job                          print the whole configuration and stop
  --multirun                         run each of several values: abuses=historical,restraint
  --quiet                            no progress bar
"""

HELP = {
    "run": """\
sahel run [scenario=NAME] WORDS: simulate one replicate and print a summary.

A lever said in words wins over the scenario's own choice.
  replicate=0                        which replicate (a seed and a draw of the parameters)
  save_at=2025-09-01                 save the state of that day (or of each of [2024-01-01,2025-09-01]):
                                     OUTPUT/states/2025-09-01.npz
  from=FILE                          go on from a saved state, the same bits as from the beginning;
                                     region, seed, period are taken from it, and what is said else
                                     may differ from the saved run from the state's day on
  output=some/folder                 where the results go (default: results/<time>)

""",
    "compare": """\
sahel compare [scenarios=[A,B,...]] WORDS: simulate scenarios side by side and compare them.

  scenarios=[history,restraint]      the first is what the others are compared with
  baseline=history                   another baseline
  factorial.abuses=[historical,restraint] factorial.withdrawals=[historical,un_stays]
                                     cross levels of levers instead: main effects and interactions
  replicates=12 seed=1 workers=2     workers: all cores unless said otherwise
  replicates=auto precision=0.05     as many as it takes until the difference in outcome=displaced
                                     place=region is known to 5 % of the baseline's mean;
                                     within=20000: in its own unit; at_least=20 at_most=400
  compute=dask address=tcp://HOST:8786    workers of a running Dask cluster; without address,
                                     a cluster of workers=2 on this machine
  retention=auto                     of each run: full (up to 200 runs), summary (a tenth of it; more replicates
                                     can still be added) or tables (replicate files are removed in the end)
  output=some/folder                 a new folder; an interrupted comparison goes on in its folder
  save_at=2025-09-01                 save the state of that day of every replicate of the first scenario:
                                     OUTPUT/states/2025-09-01/0000.npz, ...
  from=FOLDER/states/2025-09-01      every replicate goes on from its saved state; levers act from then

A lever in words holds for every scenario; one that a listed scenario sets itself is refused.

""",
    "scenarios": """\
sahel scenarios [GROUP ...] [folder=my/folder]: list every scenario and every option of every lever.

  sahel scenarios withdrawals        only that lever
""",
    "show": """\
sahel show FOLDER: print the table of a finished comparison again and redraw its figures.
""",
    "pairing": """\
sahel pairing FOLDER: for each scenario and headline outcome of a finished comparison, by how much the variance
of paired differences lies below that of independent runs, with intervals, and how it falls with the weeks.
Writes pairing.csv and figures/pairing.png into the folder; docs/pairing.md explains them.
""",
    "history": """\
sahel history [replicates=12] [seed=1] [workers=2] WORDS: simulate 2012 to 2022 with decisions as they
were taken, and print what was observed beside what was simulated, misses included.

  compute=dask address=tcp://HOST:8786    workers of a running Dask cluster, as with sahel compare

""",
    "displacement": """\
sahel displacement case=FOLDER WORDS: simulate a case in Flee's format and compare it with what was recorded.

  case=small                         a folder with input/ and validation/ in it, or a shipped case
  validation=some/folder             the recorded series, where they lie elsewhere
  replicates=20 seed=1 workers=2     workers: all cores unless said otherwise
  output=some/folder                 tables, figures, run.json (default: results/<time>)
  arrivals=given                     arrivals per day as recorded; own: by the conflict alone, beside the given
  draw=none                          all: parameters drawn anew within their ranges in each replicate
  days=150                           only the first days of the case
  parameters.displacement.stay_share=0.3    change a parameter (sahel parameters)
Flags:
  --quiet                            no progress bar
""",
    "parameters": """\
sahel parameters [output=FILE]: write the table of all parameters (default: docs/parameters.md).
""",
}

_WITH_WORDS = ("run", "compare", "history")


def main(argv: list[str] | None = None) -> int:
    """Run the command and return its exit code."""
    argv = list(sys.argv[1:] if argv is None else argv)
    # imports make much that lives and hardly any cycles: looking for those took a fifth of the start
    gc.set_threshold(100_000, 20, 20)
    try:
        return dispatch(argv)
    except UserError as error:
        print(f"sahel: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("sahel: stopped.", file=sys.stderr)
        return 130
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def dispatch(argv: list[str]) -> int:
    """Hand the words to the command that the first one names."""
    command, words = (argv[0], argv[1:]) if argv else ("help", [])
    if command in ("--version", "-V"):
        from importlib.metadata import version

        print(f"sahel {version('sahel-scenarios')}")
        return 0
    if command in ("help", "--help", "-h"):
        about = words[0] if words else None
        print(OVERVIEW if about not in HELP else help_of(about), end="")
        return 0
    if command not in HELP:
        if "=" in command:
            raise UserError(f"'{command}' comes too early; say: sahel run {' '.join(argv)}")
        raise unknown("command", command, HELP)
    if "--help" in words or "-h" in words:
        print(help_of(command), end="")
        return 0
    from sim.cli import commands

    return commands.COMMANDS[command](words) or 0


def help_of(command: str) -> str:
    """Return what can be said to a command."""
    return HELP[command] + (WORDS if command in _WITH_WORDS else "")


if __name__ == "__main__":
    sys.exit(main())
