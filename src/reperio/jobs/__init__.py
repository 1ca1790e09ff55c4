"""The stages, wired: done here by a `Workshop`, or shared with other processes by a `Crew`."""

from reperio.jobs.crew import Crew
from reperio.jobs.workshop import Progress, Workshop, quiet

__all__ = ["Crew", "Progress", "Workshop", "quiet"]
