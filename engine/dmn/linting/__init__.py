"""What is wrong or doubtful in a DMN file: where, and what to do about it."""

from engine.dmn.linting.unit import lint

__all__ = ["lint"]
