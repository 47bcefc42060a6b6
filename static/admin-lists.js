// Lists of the desk: the heading of its column for each cell, which narrow screens show before it,
// and the whole of what a line cuts off. Without this lists are shown without either.

const list = document.getElementById("result_list");

const headings = [...(list?.tHead.rows[0].cells ?? [])].map((cell) => cell.innerText.trim());
for (const row of list?.tBodies[0].rows ?? []) {
  [...row.cells].forEach((cell, place) => (cell.dataset.label = headings[place]));
}

list?.addEventListener("mouseover", ({ target }) => {
  const cell = target.closest("tbody :is(td, th)");
  if (cell && cell.scrollWidth > cell.clientWidth) cell.title = cell.innerText;
});
