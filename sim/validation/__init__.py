"""The model beside the record: observed figures, criteria, effects of single processes."""
