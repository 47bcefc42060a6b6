// The form of a post: a preview that follows, a warning before leaving, and a copy of what was
// typed, so that neither a closed tab nor an expired login loses work. Without this the form
// works, and its preview by a button.

const form = document.getElementById("post_form");
const show = form.querySelector(".preview button");
const PAUSE = 700; // milliseconds without a key, after which the preview follows

let dirty = false;
let pause;

/* Preview */

const preview = () => form.requestSubmit(show);
const isPreview = (event) => event.submitter?.formTarget === "preview";

function changed() {
  dirty = true;
  clearTimeout(pause);
  pause = setTimeout(() => {
    keep();
    preview();
  }, PAUSE);
}
form.addEventListener("input", changed);
django.jQuery(form).on("change", "select", changed); // Select2 tells nobody else
preview();

/* Leaving */

form.addEventListener("submit", (event) => {
  if (isPreview(event)) return;
  clearTimeout(pause);
  keep(true); // for an expired login would lose it
  dirty = false;
});
addEventListener("beforeunload", (event) => dirty && event.preventDefault());

/* Keeping what was typed */

const key = `post:${location.pathname}`;
const offer = document.querySelector(".kept-draft");
const texts = ["title", "digest", "body_html"].map((name) => form.elements[name]);
const shown = form.elements.shown;

function keep(submitted = false) {
  const fields = Object.fromEntries(texts.map((field) => [field.name, field.value]));
  store({ fields, submitted, shown: shown.value, at: Date.now() });
}

function store(draft) {
  try {
    if (draft) localStorage.setItem(key, JSON.stringify(draft));
    else localStorage.removeItem(key);
  } catch {
    // Storage is full or blocked: then nothing is kept.
  }
}

function kept() {
  try {
    return JSON.parse(localStorage.getItem(key));
  } catch {
    return null;
  }
}

const draft = kept();
const differs = draft && texts.some((field) => draft.fields[field.name] !== field.value);
const arrived = draft?.submitted && !document.referrer.includes("/login/");
if (draft && (!differs || arrived || draft.shown !== shown.value)) {
  store(null); // it was saved, or the post has changed since
} else if (differs) {
  const time = new Date(draft.at).toLocaleString(document.documentElement.lang);
  offer.querySelector("span").textContent = offer.dataset.text.replace("{time}", time);
  offer.hidden = false;
}
offer.addEventListener("click", ({ target }) => {
  if (!target.value) return;
  if (target.value === "take") {
    for (const field of texts) field.value = draft.fields[field.name];
    dirty = true;
    preview();
  } else {
    store(null);
  }
  offer.hidden = true;
});
