"""A14, A15 and A18: how a relation stands: promises, trust, health, journeys, advocates."""
