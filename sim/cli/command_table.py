"""What there is to type: every command with its line of meaning, what it takes, and its help in full.

Nothing is imported here but by name, so that help answers at once.
"""

from __future__ import annotations

from collections import namedtuple

OVERVIEW = "compare what abuses, withdrawals and blockades do to displacement and territorial control."

EXAMPLES = """\
sahel COMMAND --help tells what can be said to a command. Such as:
  sahel run scenario=history seed=1
  sahel run scenario=un_stays abuses=restraint period.end=2026-12-31
  sahel compare scenarios=[history,restraint,un_stays] replicates=12 workers=2 output=some/folder
"""

OVERRIDES = """\
overrides (key=value, in Hydra's way):
  region=teaching                    another region; sahel is the default
  abuses=restraint withdrawals=un_stays blockades=bamako_2025   options of levers (sahel scenarios)
  period=outlook                     or period.start=2019-01-01 period.end=2026-12-31: what is recorded
  levers.from=2022-01-01             the day from which levers act (default: period.start); in a scenario's file it
                                     stands under levers: and is that scenario's own
  blockades=own blockade.place=Bamako blockade.from=2027-01-15 blockade.weeks=26    a blockade of your own
  schedule.minusma_exit.date=2025-06-30    move an event; date=never cancels it
  actors.jnim.mobility=60            change an actor's profile
  parameters.recruitment.rate=0.2    change a parameter (sahel parameters)
  processes.combat.on=false          switch a process off; .scale=0.5 scales it; .variant=lanchester takes another
                                     version (sahel week)
  seed=1 draw=contested              random numbers; parameters drawn anew: contested, all, none
  folder=my/folder                   your own scenario/*.yaml, actors/*.yaml, abuses/*.yaml, ...
"""


#: a command: one line of meaning, what it takes, the function that does it ("module:function"), and help in full;
#: `flags` is "all" (Hydra's too), "own" (quiet, config-dir) or "none"; `settings` says that it takes the overrides of a
#: run. No dataclass, whose import takes a sixth of `sahel --help`
Command = namedtuple("Command", "summary usage function details flags settings", defaults=("", "own", False))


COMMANDS = {
    "scenarios": Command(
        "every scenario and every option of every lever, in a line each",
        "[LEVER ...] [folder=my/folder]",
        "sim.cli.list_command:scenarios",
        """\
List every scenario and every option of every lever; your own scenarios with their levers, decisions and dates.

  sahel scenarios withdrawals        only that lever
  sahel scenarios folder=my/folder   yours, too
""",
    ),
    "events": Command(
        "every decision with its date, title and fields; every effect that a new one can have",
        "[NAME ...] [scenario=NAME] [OVERRIDE ...]",
        "sim.cli.scenario_commands.events_command:events",
        """\
List the dated decisions of a region as a scenario has them, each with its effect, its fields, what it falls with and
its tags, and every effect with the fields that a new event needs.

  sahel events minusma_exit coup     only those of that name, effect or tag
  sahel events region=teaching scenario=un_stays    of another region, of another scenario
""",
        settings=True,
    ),
    "new": Command(
        "write a commented scenario file to edit",
        "scenario NAME [folder=my/folder] [region=NAME]",
        "sim.cli.scenario_commands.new_scenario:new",
        """\
Write my_scenarios/scenario/NAME.yaml, or into the folder that folder= names: a scenario with a comment at every key.
A file that exists is left alone.
""",
    ),
    "check": Command(
        "what a scenario's file means, in words, and how long it takes; or whether a folder of results is whole",
        "FILE [OVERRIDE ...] | FOLDER",
        "sim.cli.data_commands.check_command:check",
        """\
Of a file: read it as a comparison would, and say what it means: levers, decisions that differ from history with their
dates, parameters with their ranges, what it assumes beyond the known facts, what did not apply, and about how long it
takes.

  sahel check my/folder/scenario/slow_exit.yaml
  sahel check slow_exit.yaml period=outlook region=teaching    as it would be with these overrides

Of a folder of results: read all of it, hashes of its tables, every replicate file, saved state and figure, links that
lead out of it and files that are none of this program's. Prints what is damaged and what it would take to heal it;
nothing is written. Exit code 0 where all is whole, 1 where something is not.

  sahel check some/folder
""",
        settings=True,
    ),
    "run": Command(
        "one replicate, with a progress bar and a summary",
        "[scenario=NAME] [OVERRIDE ...]",
        "sim.cli.commands:run",
        """\
Simulate one replicate and print a summary. An override of a lever wins over the scenario's own choice.

  replicate=0                        which replicate (a seed and a draw of the parameters)
  save_at=2025-09-01                 save the state of that day (or of each of [2024-01-01,2025-09-01]):
                                     OUTPUT/states/2025-09-01.npz
  from=FILE                          go on from a saved state, the same bits as from the beginning;
                                     region, seed, period are taken from it, and what else is overridden
                                     may differ from the saved run from the state's day on
  output=some/folder                 where the results go (default: results/<time>)
""",
        flags="all",
        settings=True,
    ),
    "compare": Command(
        "several scenarios side by side, into a folder of tables and figures",
        "[scenarios=[A,B,...]] [OVERRIDE ...]",
        "sim.cli.commands:compare",
        """\
Simulate scenarios side by side and compare them. An override of a lever holds for every scenario; one that a listed
scenario sets itself is refused. Alone, sahel compare is the main job (scenarios=main).

  scenarios=[history,restraint]      the first is what the others are compared with
  baseline=history                   another baseline
  scenarios=[history,own_blockade] blockade.place=Bamako blockade.from=2027-01-15 blockade.weeks=26 period=outlook
                                     a blockade of your own; what blockades beyond the known facts is also compared
                                     with ban_goes_on and ban_ended (ban_assumptions=false: not)
  factorial.abuses=[historical,restraint] factorial.withdrawals=[historical,un_stays]
                                     cross levels of levers instead: main effects, simple effects, interactions;
                                     parameters, too: factorial.recruitment.contact_rate=[0.005,0.01]
  outcome=displaced place=MLI        the primary outcome, named before the runs: it is judged by itself
  least_effect=0.05                  nothing below 5 % of the baseline's mean gets a star (usually 0.01)
  replicates=12 seed=1 workers=2     workers: all cores where nothing is said
  replicates=auto precision=0.05     as many as it takes until the difference in outcome=displaced
                                     place=region is known to 5 % of the baseline's mean;
                                     within=20000: in its own unit; at_least=20 at_most=400
  compute=dask address=tcp://HOST:8786    workers of a running Dask cluster; without address,
                                     a cluster of workers=2 on this machine
  yes=true                           begin what takes more than a day, or than the disk or memory has free
  retention=auto                     of each run: full (up to 200 runs), summary (a tenth of it; more replicates
                                     can still be added) or tables (replicate files are removed in the end)
  output=some/folder                 a new folder; an interrupted comparison goes on in its folder
  save_at=2025-09-01                 save the state of that day of every replicate of the first scenario:
                                     OUTPUT/states/2025-09-01/0000.npz, ...
  from=FOLDER/states/2025-09-01      every replicate goes on from its saved state; levers act from then
""",
        flags="all",
        settings=True,
    ),
    "show": Command(
        "the table of a finished comparison again, or any outcome, place and stretch of time of it",
        "FOLDER [outcome=NAME] [place=NAME] [from=DAY] [to=DAY] [KEY=VALUE ...]",
        "sim.cli.tables.show_command:show",
        """\
Print the table of a finished comparison again, or a table of a window of your own. Figures are drawn on request only.

  from=2025-09 to=2026-07            a year, month or day each; weeks belong to the day in their middle
  place=BFA                          region, a state (ISO3), an admin-1 area (MLI.Mopti) or a town (Gao); or a list
  outcome=displaced                  or a list; sahel outcomes defines each
  aggregate=peak                     end, mean, sum, peak, lowest, worst_month (peaks with their date); or a list
  by=year                            a row for each calendar year of the window
  least_effect=0.05                  nothing below 5 % of the baseline's mean is starred (usually 0.01)
  figures=true                       draw the figures again
""",
        flags="none",
    ),
    "outcomes": Command(
        "what every outcome means: definition, unit, where it is recorded, how it is summed up",
        "[NAME ...] [output=FILE]",
        "sim.cli.list_command:outcomes",
        """\
Print the definition of every outcome, or of those that are named.

  sahel outcomes displaced served    these two
  sahel outcomes output=FILE         write the page instead (docs/outcomes.md)
""",
    ),
    "export": Command(
        "rows of a finished folder as CSV or as an Excel sheet",
        "FOLDER outcome=NAME [place=NAME] [KEY=VALUE ...]",
        "sim.cli.data_commands.export_command:export",
        """\
Write rows of a finished folder: tidy outcomes (scenario, replicate, date, place, outcome, value, unit), or another
table.

  outcome=displaced place=region     or lists: outcome=[displaced,civilians_killed] place=[MLI,BFA]
  scenario=restraint                 of one scenario; of all where nothing is said
  format=csv out=some/file.csv       csv goes to the terminal without out=; format=xlsx out=some/file.xlsx
  overwrite=true                     replace a file that exists
  table=contents                     what was recorded, with units; also comparison, events, flows, parameters
  table=events recorded=ucdp         only events that a record like UCDP's (or acled) would have caught
  replicates=[0,1] columns=[id,best] some replicates, some columns of events or flows
""",
        flags="none",
    ),
    "player": Command(
        "a page that plays the maps of a finished comparison, for any browser, without a network",
        "FOLDER [language=en]",
        "sim.cli.data_commands.player_command:player",
        """\
Write FOLDER/player.html: control, displaced people, dead, fuel and support, by week of one replicate and by month of
the whole ensemble; two scenarios side by side or their difference; series and a table. One file that holds its data.

  language=fr                        in French first; the page changes between English and French
""",
        flags="none",
    ),
    "report": Command(
        "the page that says what came out of a finished comparison, for any browser, without a network",
        "FOLDER [language=en]",
        "sim.cli.data_commands.report_command:report",
        """\
Write FOLDER/report.html again, as every comparison does: findings in sentences, scenarios and their schedules, maps to
play, flows of displacement, series, supply, who killed whom, all differences, what the model gets wrong, assumptions,
and how to reproduce it. One file that holds its data and prints on A4 or Letter.

  language=fr                        in French; titles stay as their authors wrote them
""",
        flags="none",
    ),
    "brief": Command(
        "a page for planners: assumptions, areas, caseload, arrivals, what to watch; prints to two pages a scenario",
        "FOLDER [language=en]",
        "sim.cli.data_commands.brief_commands:brief",
        """\
Write FOLDER/brief.html, two printed pages a scenario: what is assumed and which decisions make the difference, people
displaced, without supply and in besieged towns beside the baseline over the first 3 and 12 months, admin-1 areas ranked
with codes and intervals, arrivals a day in bands, what to watch (a threshold tested out of sample), how sure it is. No
probability that a scenario will happen.

  language=fr                        in French
""",
        flags="none",
    ),
    "caseload": Command(
        "displaced people by admin-1 area with codes and HXL tags: caseload.csv, or .xlsx",
        "FOLDER [format=csv]",
        "sim.cli.data_commands.brief_commands:caseload",
        """\
Write FOLDER/caseload.csv, which every comparison writes, anew: people by scenario, admin-1 area (P-code, or ISO
3166-2), group and reference period, with ranges and what is additional beside the baseline. Columns are named as in HDX
HAPI; the second row holds HXL tags. docs/brief.md tells them.

  format=xlsx                        caseload.xlsx instead; pip install 'sahel-scenarios[xlsx]'
""",
        flags="none",
    ),
    "variance": Command(
        "what common random numbers save in a finished comparison",
        "FOLDER",
        "sim.cli.commands:variance",
        """\
For each scenario and headline outcome of a finished comparison, by how much the variance of paired differences lies
below that of independent runs, with intervals, and how it falls with the weeks. Writes variance_reduction.csv and
figures/variance_reduction.png into the folder; docs/variance_reduction.md explains them.
""",
        flags="none",
    ),
    "validate": Command(
        "the model beside the record: every pattern, deaths, displaced people, control, misses first",
        "[FOLDER] [replicates=40] [observed=FOLDER] [OVERRIDE ...]",
        "sim.cli.data_commands.validate_command:validate",
        """\
Run the history of 2012 to 2025, or read a finished folder that holds it, and set it beside the record: deaths by
country, year,
period, type and perpetrator; cells in which people died; displaced people by host and area; every pattern; fighters and
control. Prints a summary, and writes validation.md, validation.csv, patterns.csv and figures into the folder.

  sahel validate some/folder         of a folder that exists; scenario=NAME where not its baseline
  observed=some/downloads            your own downloads of recorded events (sahel observed), for the comparison by cell;
                                     without it the folder that the environment variable SAHEL_DATA names
  replicates=40 seed=1 workers=2     workers: all cores where nothing is said
  coups=false                        without the second scenario, in which coups are outcomes (pattern P21)
  output=some/folder                 of a run: its folder; of a folder that exists: where the files go
""",
        settings=True,
    ),
    "history": Command(
        "the short form of validate: sums of 2012 to 2022",
        "[replicates=12] [OVERRIDE ...]",
        "sim.cli.commands:history",
        """\
Simulate 2012 to 2022 with decisions as they were taken, and print what was observed beside what was simulated, misses
included.

  replicates=12 seed=1 workers=2     workers: all cores where nothing is said
  compute=dask address=tcp://HOST:8786    workers of a running Dask cluster, as with sahel compare
""",
        settings=True,
    ),
    "observed": Command(
        "your own downloads of UCDP, ACLED, IDMC and UNHCR, read onto the model's names",
        "FOLDER [out=FOLDER]",
        "sim.cli.data_commands.observed_command:observed",
        """\
Read a folder of downloads, as their publishers give them (CSV, ZIP, xlsx), onto the model's names: events by cell and
month, deaths and displaced people by country and year. Files are recognised by their columns. Prints a row for each
file and what was left out, with line and reason; docs/observed.md tells the forms that are read.

  out=some/folder                    write observed.nc (netCDF), left_out.csv and observed.json there
  mapping=FILE                       another mapping of ACLED's types and actors than the shipped one
  list=10                            how many faulty rows to print

It needs an extra: pip install "sahel-scenarios[observed]"
""",
        flags="none",
    ),
    "displacement": Command(
        "a case of displacement in Flee's format, beside what was recorded",
        "case=FOLDER [OVERRIDE ...]",
        "sim.cli.displacement_command:displacement",
        """\
Simulate a case in Flee's format and compare it with what was recorded.

  case=small                         a folder with input/ and validation/ in it, or a shipped case
  validation=some/folder             the recorded series, where they lie elsewhere
  replicates=20 seed=1 workers=2     workers: all cores where nothing is said
  output=some/folder                 tables, figures, run.json (default: results/<time>)
  arrivals=given                     arrivals per day as recorded; own: by the conflict alone, beside the given
  draw=none                          all: parameters drawn anew within their ranges in each replicate
  days=150                           only the first days of the case
  parameters.displacement.stay_share=0.3    change a parameter (sahel parameters)
""",
    ),
    "week": Command(
        "the processes of a week in order: what they read and write, switches, variants",
        "[OVERRIDE ...]",
        "sim.cli.week_command:week",
        """\
Print the week: its processes in order, which columns of the state each reads and writes (docs/columns.md), whether it
is on, and the variants of it that can be chosen.

  sahel week processes.combat.variant=lanchester processes.politics.on=false     as they would be in such a run
""",
    ),
    "parameters": Command(
        "write docs/parameters.md: every parameter, its range and source",
        "[output=FILE]",
        "sim.cli.list_command:parameters",
        "Write the table of all parameters (default: docs/parameters.md).\n",
    ),
    "columns": Command(
        "write docs/columns.md: every column of the state, its unit, who reads and writes it",
        "[output=FILE]",
        "sim.cli.list_command:columns",
        "Write the tables of all columns of the state (default: docs/columns.md).\n",
    ),
}

#: former names of commands, which are understood, with a note
FORMER_COMMANDS = {"pairing": "variance"}
