"""A simulation of insurgency, displacement and territorial control in the central Sahel."""

from sim.core import kernel_cache

kernel_cache.choose()
