"""The systems of the conflict shown: whether a lever moves what it should, and no more with its mechanism off.

`python -m tools.systems output=FOLDER` runs the rows of `tools/systems/list/` and writes docs/systems.md.
"""
