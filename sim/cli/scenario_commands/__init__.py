"""Commands about scenarios and events before a run, and the comparison of blockades with what is assumed of the ban."""
