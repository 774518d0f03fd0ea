"""From one replicate to an ensemble: workers, saved states, folders that can be gone on with."""
