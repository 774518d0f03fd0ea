"""Tools that know no word of the domain but its codes: columns, draws, files, errors."""
