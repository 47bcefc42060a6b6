from articles import reindexing
from articles.management.rebuilding import RebuildCommand


class Command(RebuildCommand):
    help = "Replace search entries that differ from their posts; or name the differences."
    name = "rebuild_search"
    differing = "entry that differs from its post"
    doing, done = "indexing", "indexed"
    rebuild = staticmethod(reindexing.rebuild)
    check_posts = staticmethod(reindexing.check)
