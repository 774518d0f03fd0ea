"""A trial of faults: kills, full disks, flipped bits, generated command lines and files. `make chaos`."""
