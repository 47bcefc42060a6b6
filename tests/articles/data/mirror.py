"""A copy of the archive that is kept by what its feed of changes says, as a client keeps one."""

from articles.data.changes import changes_after
from articles.data.posts import FIELDS, data_of, with_data
from articles.models import ChangePlace, Post
from articles.terms import TERMS


class Mirror:
    """Posts by slug, with the addresses of their terms; what the terms are called; and what is at
    each address of a term, as `terms_of_archive` says."""

    def __init__(self):
        self.place = ChangePlace(0)
        self.posts = {}
        self.names = {}
        self.terms = {}
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
        self.terms.pop((kind, address), None)
        if change["state"] == "present":
            self.names[kind, address] = change["term"]["name"]
            self.terms[kind, address] = "present", change["term"]["name"]
        elif change["state"] == "moved":
            self.terms[kind, address] = "moved", change["moved_to"]
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
    """What readers find at each address: the name of a term of which they see a post, or the
    address to which it moved from one where they saw it."""
    found = {}
    for kind in TERMS:
        for term in kind.objects.published().prefetch_related("aliases"):
            address = getattr(term, kind.address_key)
            found[kind.name, address] = "present", term.name
            for alias in term.aliases.filter(was_seen=True).exclude(slug=None):
                found[kind.name, alias.slug] = "moved", address
    return found
