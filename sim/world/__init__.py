"""The map, which nothing changes: cells, travel, places, the supply graph."""
