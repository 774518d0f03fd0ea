"""report.html: what a finished comparison says, on one page for planners, in English or French."""
