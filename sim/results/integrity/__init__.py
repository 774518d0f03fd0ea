"""Whether a folder of results is whole: hashes of its files, damage, one command at a time."""
