"""How long records about people are kept, and what happens then."""
