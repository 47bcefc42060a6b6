"""A copy of the archive that is kept by what its feed of changes says, as a client keeps one."""

from articles.data.changes import changes_after
from articles.data.posts import FIELDS, data_of, with_data
from articles.models import ChangePlace, Post
from articles.terms import TERMS


class Mirror:
    """Posts by slug, with the addresses of their terms, what the terms are called, and which of
    them are there."""

    def __init__(self):
        self.place = ChangePlace(0)
        self.posts = {}
        self.names = {}
        self.terms = set()
        self.seen = []

    def catch_up(self, size=50):
        """Read on until nothing has changed since, and return what had."""
        read = []
        has_more = True
        while has_more:
            found, self.place, has_more = changes_after(self.place, size, FIELDS)
            for change in found:
                self.apply(change)
            read += found
        self.seen += read
        return read

    def apply(self, change):
        kind, address = change["kind"], change["address"]
        if kind == "post":
            self.posts.pop(address, None)
            if change["state"] == "present":
                self.posts[address] = self.by_address(change["post"])
            return
        self.terms.discard((kind, address))
        if change["state"] == "present":
            self.terms.add((kind, address))
            self.names[kind, address] = change["term"]["name"]
        elif change["state"] == "moved":
            self.move(kind, address, change["moved_to"])

    def by_address(self, post):
        """A post with the addresses of its terms in the place of the terms."""
        kept = dict(post)
        for kind in TERMS:
            terms = post[kind.field]
            one = terms if isinstance(terms, list) else [terms] if terms else []
            for term in one:
                self.names[kind.name, term[kind.address_key]] = term["name"]
            kept[kind.field] = [term[kind.address_key] for term in one]
        return kept

    def move(self, kind, old, new):
        [field] = [one.field for one in TERMS if one.name == kind]
        for post in self.posts.values():
            post[field] = [new if address == old else address for address in post[field]]

    @property
    def contents(self):
        """Every post, with its terms by their names."""
        return {slug: self.named(post) for slug, post in self.posts.items()}

    def named(self, post):
        terms = {
            kind.field: sorted((one, self.names[kind.name, one]) for one in post[kind.field])
            for kind in TERMS
        }
        return post | terms


def archive():
    """What a copy should have: every post that readers see, with its terms by their names."""
    copy = Mirror()
    for post in with_data(Post.objects.published()):
        copy.posts[post.slug] = copy.by_address(data_of(post))
    return copy.contents


def terms_of_archive():
    """The kind and the address of each term of which readers see a post."""
    return {
        (kind.name, getattr(term, kind.address_key))
        for kind in TERMS
        for term in kind.objects.published()
    }
