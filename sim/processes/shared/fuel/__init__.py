"""Fuel under a ban: what a state foresees and does, what a ban costs both sides, convoys massed on one corridor."""
