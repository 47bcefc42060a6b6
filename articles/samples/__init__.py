"""Posts of our own making, in every form that the real ones take."""

from .posts import SampleFile, sample_posts

__all__ = ["SampleFile", "sample_posts"]
