"""Tests of the readers of a person's own downloads, on small files written by hand."""
