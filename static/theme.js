// What readers chose, before anything is drawn: colours, the size of text, and the watchlist and what
// was read, for which pages have room.
try {
  const { dataset } = document.documentElement;
  dataset.theme = localStorage.getItem("theme") ?? "";
  dataset.size = localStorage.getItem("size") ?? "";
  const watchlist = localStorage.getItem("watch");
  if (watchlist) dataset.watching = watchlist;
  if (localStorage.getItem("read")) dataset.hasRead = "";
  // Room for as many headlines as the front page had of it the last time, and one more.
  const had = localStorage.getItem("had");
  if (had) document.documentElement.style.setProperty("--room", Math.min(Number(had) + 1, 6));
} catch {
  // Storage is blocked: the system's colours, then.
}
