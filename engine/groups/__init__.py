"""The commands of an engine by what they are about, each for one actor and in one transaction."""
