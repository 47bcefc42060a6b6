"""The one allow-list for HTML that others wrote. What it returns is safe to put in a page."""

import nh3

TAGS = frozenset(
    (
        "a abbr b blockquote br caption cite code col colgroup dd del dl dt em figcaption figure "
        "h2 h3 h4 h5 h6 hr i img ins li ol p pre q s small strong sub sup table tbody td tfoot th "
        "thead tr u ul"
    ).split()
)
ATTRIBUTES = {
    "a": {"href", "title", "data-code"},
    "abbr": {"title"},
    "figure": {"data-code"},
    "img": {"src", "alt", "title", "width", "height", "loading", "referrerpolicy"},
    "ol": {"start"},
    "col": {"span"},
    "colgroup": {"span"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan", "scope"},
}
CLASSES = {"a": {"security"}, "figure": {"chart"}}

CLEANER = nh3.Cleaner(
    tags=set(TAGS),
    attributes={**ATTRIBUTES, "*": set()},  # or nh3 allows title and lang everywhere
    allowed_classes=CLASSES,
    url_schemes={"http", "https", "mailto"},
    link_rel=None,  # links open in place and Referrer-Policy is a header, so no rel is needed
    set_tag_attribute_values={"img": {"loading": "lazy", "referrerpolicy": "no-referrer"}},
)


def sanitize(html: str) -> str:
    """`html` with nothing but the tags, attributes, classes and URL schemes above.

    Scripts and styles go with their content; of any other element that is not allowed,
    the text stays.
    """
    return CLEANER.clean(html)
