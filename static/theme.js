// The reader's choice of colours, before anything is drawn.
try {
  document.documentElement.dataset.theme = localStorage.getItem("theme") ?? "";
} catch {
  // Storage is blocked: the system's colours, then.
}
