"""Getting to know: what customers tell, whether they trust us, and how the relation is."""
