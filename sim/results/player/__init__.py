"""A player of maps for the browser: one page without network, or a block of a larger page, from a finished folder."""
