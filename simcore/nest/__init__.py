"""PyNEST's interface over one implicit simulation: ``import simcore.nest as nest``."""
