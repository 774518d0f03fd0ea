"""Texts of settings (titles, decisions, names) in the languages of the pages, from one file."""
