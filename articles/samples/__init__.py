"""Posts of our own making, in every form that the real ones take."""

from .posts import MARK, SampleFile, sample_posts

__all__ = ["MARK", "SampleFile", "sample_posts"]
