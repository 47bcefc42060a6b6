from articles import regrouping
from articles.management.rebuilding import RebuildCommand


class Command(RebuildCommand):
    help = "Group posts that tell the same story again, where they differ; or name the differences."
    name = "rebuild_stories"
    differing = "post whose story differs"
    doing, done = "grouping", "grouped"
    rebuild = staticmethod(regrouping.rebuild)
    check_posts = staticmethod(regrouping.check)
