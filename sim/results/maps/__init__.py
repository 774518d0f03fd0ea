"""Maps of a run folder: of the ensemble by month, of one replicate by week, and who held each cell for how long."""
