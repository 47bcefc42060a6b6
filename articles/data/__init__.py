"""The archive as data: what the API, exports and the feed of changes give of a post or a term."""
