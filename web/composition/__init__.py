"""The composition root: finds what there is to serve and puts the application together."""
