"""The week: one mechanism a file."""
