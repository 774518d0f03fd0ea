"""Conversions of units: numbers that follow from what words mean, and shape no outcome."""

WEEK_DAYS = 7.0
DAY_HOURS = 24.0
YEAR_DAYS = 365.25
PER_10_000 = 1e4  # dead per 10,000 people
THOUSAND = 1000.0
KM_PER_DEGREE = 111.195  # of a great circle on a sphere of 6,371 km
