"""Commands that read data of finished runs and of the record: export, observed, validate."""
