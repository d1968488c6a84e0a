"""On which basis somebody is contacted: the table of each market, and what a basis rests on."""
