"""A person's own downloads of UCDP, ACLED, IDMC and UNHCR as they are published, under the model's names."""

from sim.validation.downloads.observed import Observed
from sim.validation.downloads.read import read_observed

__all__ = ["Observed", "read_observed"]
