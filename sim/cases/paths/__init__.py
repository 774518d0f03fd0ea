"""Ways of least cost along the open routes of a case, searched, and remembered from one day to the next."""
