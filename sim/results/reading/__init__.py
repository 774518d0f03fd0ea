"""Reading a finished folder's tables back: some series, some rows, never the whole."""
