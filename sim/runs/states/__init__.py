"""Saved states: the state of a model and its record between two steps, in a file that may come from a stranger."""
