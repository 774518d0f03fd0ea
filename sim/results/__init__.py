"""Datasets and tables of finished runs; never a live model."""
