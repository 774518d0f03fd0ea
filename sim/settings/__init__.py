"""All that a run is a function of: actor profiles, schedule, levers, parameters, composed from what a user says."""
