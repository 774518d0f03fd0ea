"""A simulation of insurgency, displacement and territorial control in the central Sahel."""

from sim import kernel_cache

kernel_cache.choose()
