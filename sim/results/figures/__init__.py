"""Figures of finished runs, drawn from their folder alone."""
