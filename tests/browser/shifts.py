"""Layout shifts: what moves though nobody asked for it."""

#: What moved as the page was loaded.
SHIFTS = """() => new Promise((resolve) => {
  new PerformanceObserver((list) => resolve(list.getEntries().flatMap(({ sources }) =>
    sources.map(({ node }) => (node?.outerHTML ?? String(node?.textContent)).slice(0, 200)))
  )).observe({ type: "layout-shift", buffered: true });
  setTimeout(() => resolve([]), 500);
})"""
