// What readers chose, before anything is drawn: colours, the size of text, and whether there is a
// watchlist, for which the front page has room.
try {
  const { dataset } = document.documentElement;
  dataset.theme = localStorage.getItem("theme") ?? "";
  dataset.size = localStorage.getItem("size") ?? "";
  if (localStorage.getItem("watch")) dataset.watching = "";
} catch {
  // Storage is blocked: the system's colours, then.
}
