"""Links for people outside: to answer one task, or to see and serve one record."""
