"""Stories: which posts tell the same news.

`rarity`, `evidence` and `similarity` compare two posts. They are pure.
"""
