"""Displacement cases in the format of Flee, moved by the engine of the region."""
