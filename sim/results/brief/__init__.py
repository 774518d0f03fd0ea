"""For planners: caseload.csv, how many people where with codes, and brief.html, a page a scenario."""
