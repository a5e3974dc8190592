"""From values to verdicts: the case, the ordered rules, the referee who applies them."""
