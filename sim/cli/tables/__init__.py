"""Tables on the screen: laid out so that no number is ever cut, and the notes below them."""
