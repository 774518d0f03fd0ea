"""State, and the week: columns, agents, the ordered list of processes."""
