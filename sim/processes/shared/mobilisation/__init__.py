"""How armed actors win people: pools, joining, founding of cells, risings of militias, the call-up of armies."""
