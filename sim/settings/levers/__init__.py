"""The levers of a scenario: what each option changes in the schedule and the settings."""
