"""A request for posts → a listing of them, which pages, feeds and the desk render. No HTTP."""
