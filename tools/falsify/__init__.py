"""The falsifier: do any values of a mechanism's parameters, within their ranges, hit the lines that it must move?"""
