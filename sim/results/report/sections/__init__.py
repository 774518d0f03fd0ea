"""The sections of report.html, one a file: each takes the facts of a folder and gives HTML."""
