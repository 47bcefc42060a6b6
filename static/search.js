// Search as one types: completions in a list box, and results that follow. Without this the form
// works as any form does.

const form = document.querySelector("form.search");
const input = form.elements.q;
const status = document.getElementById("search-status");
const unanswered = document.getElementById("unanswered");
const content = document.getElementById("content");

const PAUSE = 150; // milliseconds without a key, after which to ask
const SETTLED = 2000; // milliseconds after which what was typed has its own place in history

// While an input method composes, what stands in the field is not yet what is meant: nothing is asked,
// and nothing is shown of what was.
let composing = false;
input.addEventListener("compositionstart", () => {
  composing = true;
  clearTimeout(pause);
  askPage.giveUp();
  completions.giveUp();
});
input.addEventListener("compositionend", () => {
  composing = false;
  changed();
});
form.addEventListener("submit", (event) => composing && event.preventDefault());
// Safari ends the composition before the key that ends it, which has this code in every browser.
const isOfInputMethod = (event) => event.isComposing || event.keyCode === 229;

// One live region for both, so that neither takes the other's words, whichever comes later.
const said = { results: "", suggestions: "" };
function say(part, text) {
  said[part] = text;
  status.textContent = Object.values(said).filter(Boolean).join(" · ");
}

let pause;
function changed() {
  clearTimeout(pause);
  pause = setTimeout(() => {
    completions.suggest();
    if (listing()) show(address(), remember);
  }, PAUSE);
}
input.addEventListener("input", () => composing || changed());

// Each asker answers with its newest question alone, however late an older answer comes: with null
// for one that was given up. `said` is what readers are told where there is no answer.
function newest() {
  let controller;
  const ask = async (url) => {
    controller?.abort();
    const mine = (controller = new AbortController());
    try {
      const response = await fetch(url, { signal: mine.signal });
      const text = await response.text();
      if (mine.signal.aborted) return null;
      return { response, text, said: response.status < 429 ? "" : unanswered.dataset.failed };
    } catch (error) {
      if (mine.signal.aborted) return null;
      if (error instanceof TypeError) return { said: unanswered.dataset.offline };
      throw error;
    }
  };
  ask.giveUp = () => controller?.abort();
  return ask;
}

// As soon as the network is back, what was typed meanwhile is asked for.
addEventListener("online", () => unanswered.textContent && !composing && changed());

/* Results */

const askPage = newest();
const here = () => location.href.split("#")[0];
let shown = here();
let at = shown; // the place in history
let asked = shown; // what is shown, or will be when the answer comes
let settled;

const listing = () => location.pathname === new URL(form.action).pathname;

function address() {
  const url = new URL(form.action);
  for (const [name, value] of new FormData(form)) {
    if (value.trim()) url.searchParams.append(name, value.trim());
  }
  return url;
}

// What is typed in one go is one step of history, not one for each key.
function remember(url) {
  if (url.href === here()) return; // typed, and taken back before the answer came
  history[settled ? "replaceState" : "pushState"](null, "", url);
  at = here();
  clearTimeout(settled);
  settled = setTimeout(() => (settled = undefined), SETTLED);
}

async function show(url, then) {
  if (url.href === shown) unanswered.textContent = "";
  if (url.href === asked && then) return;
  asked = url.href;
  content.setAttribute("aria-busy", "true");
  const answer = await askPage(url);
  if (asked !== url.href) return; // something newer was asked
  content.removeAttribute("aria-busy");
  const page = answer?.text && new DOMParser().parseFromString(answer.text, "text/html");
  const found = page && page.getElementById("content"); // also says that a search took too long
  if (answer) unanswered.textContent = found ? "" : answer.said;
  if (!found) {
    asked = shown;
    return;
  }
  shown = asked;
  const details = content.querySelector(".filters details");
  const open = details?.open;
  content.replaceChildren(...found.childNodes);
  form.querySelectorAll("[type=hidden]").forEach((kept) => kept.remove());
  form.querySelector("button").before(...page.querySelectorAll("form.search [type=hidden]"));
  completeFilters();
  if (open) content.querySelector(".filters details")?.setAttribute("open", "");
  document.title = page.title;
  then?.(url);
  // What is said: that there is nothing, or how many there are, or what else the page is about.
  const told = [".empty", ".nothing p", "#count", "h1"].map((selector) => content.querySelector(selector));
  say("results", told.find(Boolean).textContent.trim().replace(/\s+/g, " "));
}

// On a phone the filters are a drawer over the posts. It stays open while one chooses, but a period is
// chosen alone, to see what happened then.
content.addEventListener("click", (event) => {
  const link = event.target.closest(".drawer a[href]");
  const isDrawer = link && getComputedStyle(link.closest(".drawer")).position === "fixed";
  if (!isDrawer || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  if (link.closest("#facet-date")) link.closest("details").open = false;
  show(new URL(link.href), (url) => {
    remember(url);
    content.querySelector(".filters summary")?.focus(); // the link is gone
  });
});

addEventListener("popstate", () => {
  if (here() === at) return; // another part of the page: the link to its content was followed
  at = here();
  input.value = new URL(location).searchParams.get("q") ?? "";
  completions.giveUp();
  show(new URL(at));
});

/* Completions: https://www.w3.org/WAI/ARIA/apg/patterns/combobox/ */

// Make a list box for a field: `ask` gives the address that answers with options, or none; `take`
// does what the chosen option is for. Returns how to suggest anew and how to give that up.
function combobox(field, list, ask, take) {
  field.setAttribute("role", "combobox");
  field.setAttribute("aria-autocomplete", "list");
  field.setAttribute("aria-controls", list.id);
  field.setAttribute("aria-expanded", "false");

  const askSuggestions = newest();
  let options = [];
  let active = -1;

  async function suggest() {
    const url = ask();
    if (!url) return close();
    const answer = await askSuggestions(url);
    if (answer && !(field === input && listing())) unanswered.textContent = answer.said;
    if (!answer?.response?.ok || document.activeElement !== field) return;
    options = JSON.parse(answer.text).options;
    list.replaceChildren(...options.map(item));
    activate(-1);
    list.hidden = options.length === 0;
    field.setAttribute("aria-expanded", String(!list.hidden));
    say("suggestions", options.length ? status.dataset.suggestions.replace("{n}", options.length) : "");
  }

  function item(option, number) {
    const li = document.createElement("li");
    li.id = `${list.id}-${number}`;
    li.role = "option";
    li.ariaSelected = "false";
    const [name, note, kind] = ["b", "span", "small"].map((tag) => document.createElement(tag));
    name.textContent = option.name;
    name.lang = "zh-Hans";
    note.textContent = option.note;
    kind.textContent = option.kind;
    li.append(name, " ", note, " ", kind);
    li.addEventListener("mousedown", (event) => event.preventDefault()); // the field keeps the focus
    li.addEventListener("click", () => choose(number));
    return li;
  }

  function activate(number) {
    list.children[active]?.setAttribute("aria-selected", "false");
    active = number;
    const li = list.children[active];
    li?.setAttribute("aria-selected", "true");
    li?.scrollIntoView({ block: "nearest" });
    if (li) field.setAttribute("aria-activedescendant", li.id);
    else field.removeAttribute("aria-activedescendant");
  }

  function choose(number) {
    close();
    take(options[number]);
  }

  function close() {
    if (!list.hidden) say("suggestions", "");
    list.hidden = true;
    active = -1;
    field.setAttribute("aria-expanded", "false");
    field.removeAttribute("aria-activedescendant");
  }
  field.addEventListener("blur", close);

  field.addEventListener("keydown", (event) => {
    if (isOfInputMethod(event) || list.hidden) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      const step = event.key === "ArrowDown" ? 1 : -1;
      const places = options.length + 1; // and the field itself
      activate(((active + 1 + step + places) % places) - 1);
    } else if (event.key === "Enter" && active >= 0) {
      choose(active);
    } else if (event.key === "Escape") {
      close();
    } else {
      return;
    }
    event.preventDefault();
  });
  const giveUp = () => {
    askSuggestions.giveUp();
    close();
  };
  return { suggest, giveUp };
}

const suggested = (text, kind = "") =>
  text.trim() && `${form.dataset.suggest}?${new URLSearchParams(kind ? { q: text, kind } : { q: text })}`;

const completions = combobox(
  input,
  document.getElementById("suggestions"),
  () => suggested(input.value.slice(0, input.selectionStart)),
  ({ query, url }) => {
    if (url) return location.assign(url);
    const rest = input.value.slice(input.selectionStart).trimStart();
    input.value = `${query} ${rest}`;
    input.setSelectionRange(query.length + 1, query.length + 1);
    changed();
  },
);

// The boxes of filters are completed as the query is, with terms of their kind.
function completeFilters() {
  for (const [number, box] of content.querySelectorAll("input[data-kind]").entries()) {
    const list = document.createElement("ul");
    list.id = `suggestions-${number}`;
    list.className = "suggestions";
    list.role = "listbox";
    list.ariaLabel = document.getElementById("suggestions").ariaLabel;
    list.hidden = true;
    box.after(list);
    const ofKind = combobox(
      box,
      list,
      () => suggested(box.value, box.dataset.kind),
      ({ value }) => (box.value = value),
    );
    let wait;
    const typed = () => {
      clearTimeout(wait);
      wait = setTimeout(ofKind.suggest, PAUSE);
    };
    box.addEventListener("input", (event) => event.isComposing || typed());
    box.addEventListener("compositionstart", () => {
      clearTimeout(wait);
      ofKind.giveUp();
    });
    box.addEventListener("compositionend", typed);
  }
}
completeFilters();
