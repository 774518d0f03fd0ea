"""Every number of docs/teacher.md, made by runs of the teaching region."""
