"""How good a description is: against the CESSDA Metadata Model and the FAIR principles, with what would mend it."""
