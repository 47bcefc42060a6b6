"""Posts of our own making, in every form that the real ones take."""

from .posts import SAMPLE_MARK, SampleFile, sample_posts
from .told import told_stories
from .writing import write_sample_posts, write_told_stories

__all__ = [
    "SAMPLE_MARK",
    "SampleFile",
    "sample_posts",
    "told_stories",
    "write_sample_posts",
    "write_told_stories",
]
