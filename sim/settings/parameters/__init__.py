"""The parameters of the model: unit, default, range, source and meaning of each."""
