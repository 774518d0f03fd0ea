"""What one run leaves behind: the record of a replicate and its file."""
