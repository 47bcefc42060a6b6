"""Posts of our own making, in every form that the real ones take."""

from .posts import SAMPLE_MARK, SampleFile, sample_posts
from .writing import write_sample_posts

__all__ = ["SAMPLE_MARK", "SampleFile", "sample_posts", "write_sample_posts"]
