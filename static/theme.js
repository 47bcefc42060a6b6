// What readers chose, before anything is drawn: colours, the size of text, and the watchlist, for
// which the front page and the tape have room.
try {
  const { dataset } = document.documentElement;
  dataset.theme = localStorage.getItem("theme") ?? "";
  dataset.size = localStorage.getItem("size") ?? "";
  const watchlist = localStorage.getItem("watch");
  if (watchlist) dataset.watching = watchlist;
} catch {
  // Storage is blocked: the system's colours, then.
}
