"""The yardstick: the model beside the record by period, place and perpetrator, from the tables of a run folder."""
