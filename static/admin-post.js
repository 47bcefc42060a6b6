// The form of a post: a preview that follows, who else has it open, a warning before leaving, and
// copies of what was typed, so that neither a closed tab nor a save that failed loses work. Without
// this the form works, and its preview by a button.

const form = document.getElementById("post_form");
const show = form.querySelector(".preview button");
const PAUSE = 700; // milliseconds without a key, after which the preview follows

/* What is typed: a text, a tick, or of a select the values that are chosen, with their labels */

const fields = [...form.elements].filter(
  (field) => field.name && field.matches("textarea, select, input:not([type=hidden], [type=submit])"),
);
const chosen = (select, property) =>
  [...select.options]
    .filter((option) => option.value && option[property])
    .map(({ value, text }) => ({ value, text }));
const tick = (isTicked) => (isTicked ? "✓" : "");
const typed = (field) => {
  if (field.options) return chosen(field, "selected");
  return field.type === "checkbox" ? tick(field.checked) : field.value;
};
const shownAtFirst = (field) => {
  if (field.options) return chosen(field, "defaultSelected");
  if (field.type === "checkbox") return tick(field.defaultChecked);
  return field.localName === "input" ? field.defaultValue.replace(/[\r\n]/g, "") : field.defaultValue;
};
const original = new Map(fields.map((field) => [field.name, shownAtFirst(field)]));
const asText = (value) => (typeof value === "string" ? value : value.map(({ text }) => text).join("、"));
const isSame = (one, other) => JSON.stringify(one) === JSON.stringify(other);
const changedFields = () => fields.filter((field) => !isSame(typed(field), original.get(field.name)));

function type(field, value) {
  if (field.type === "checkbox") {
    field.checked = value !== "";
    return;
  }
  if (!field.options) {
    field.value = value;
    field.dispatchEvent(new Event("change")); // which the editor of the body waits for
    return;
  }
  const options = new Map([...field.options].map((option) => [option.value, option]));
  options.forEach((option) => (option.selected = false));
  for (const { value: key, text } of value) {
    const option = options.get(key) ?? new Option(text, key);
    if (field.multiple || !options.has(key)) field.append(option); // in the order of choice
    option.selected = true;
  }
  django.jQuery(field).trigger("change"); // which Select2 waits for
}

/* Preview: it stays where it is read, and follows where the body is edited */

const frame = form.querySelector(".preview iframe");
const body = form.elements.body_html;
const all = () => JSON.stringify(fields.map(typed));
let previewed;
function preview() {
  previewed = all();
  form.requestSubmit(show);
}
const isPreview = (event) => event.submitter?.formTarget === "preview";

let isLeaving = false;
let pause;
function changed() {
  isLeaving = false;
  clearTimeout(pause);
  pause = setTimeout(() => {
    keep();
    if (all() !== previewed) preview(); // widgets tell of changes that are none as they are set up
  }, PAUSE);
}
form.addEventListener("input", changed);
django.jQuery(form).on("change", "select", changed); // Select2 tells nobody else

let readAt = 0; // pixels
frame.addEventListener("load", () => {
  form.querySelector(".preview-failed").hidden = frame.contentDocument !== null; // as of no page of ours
  const page = frame.contentDocument?.scrollingElement;
  // Where it was scrolled while it loaded, it stays.
  if (page?.scrollTop === 0) page.scrollTo({ top: readAt, behavior: "instant" });
  follow();
});
const letters = (source) => source.replace(/<[^>]*>?|\s+/g, "").length;
function follow() {
  const shown = frame.contentDocument?.querySelector(".post .body");
  if (!shown || !body.parentElement.contains(document.activeElement)) return;
  const texts = frame.contentDocument.createTreeWalker(shown, NodeFilter.SHOW_TEXT);
  let before = letters(body.value.slice(0, body.selectionEnd));
  while (before > 0 && texts.nextNode()) before -= letters(texts.currentNode.data);
  const { top, bottom } = (texts.currentNode.parentElement ?? shown).getBoundingClientRect();
  const { innerHeight: height } = frame.contentWindow;
  if (top >= 0 && bottom <= height) return;
  frame.contentWindow.scrollBy({ top: top - height / 3, behavior: "instant" });
}
for (const kind of ["click", "keyup", "select"]) body.addEventListener(kind, follow);
preview();

/* Who else has this post open */

const whoElse = form.querySelector(".who-else"); // a new post nobody else has
async function ask() {
  const headers = { "X-CSRFToken": form.elements.csrfmiddlewaretoken.value };
  const answer = await fetch(whoElse.dataset.address, { method: "POST", headers }).catch(() => null);
  if (!answer?.ok || answer.redirected) return; // offline or logged out: told by saving, not by this
  const text = await answer.text();
  if (whoElse.textContent !== text) whoElse.textContent = text;
}
if (whoElse) {
  setInterval(ask, 30_000); // milliseconds; a form that is silent for two minutes counts as closed
  addEventListener("focus", ask);
}

/* Keys, as the form shows them: none that Chinese input methods, browsers' own commands for text
   or screen readers use */

const isApple = /Mac|iPhone|iPad/.test(navigator.platform);
const keys = form.querySelector(".keys");
keys.hidden = false;
if (isApple) {
  const names = { Ctrl: "⌘", Alt: "⌥" };
  keys.querySelectorAll("kbd").forEach((key) => (key.textContent = names[key.textContent] ?? key.textContent));
}

function meant({ key, ctrlKey, metaKey, altKey, shiftKey }) {
  const isCommand = isApple ? metaKey && !ctrlKey : ctrlKey && !metaKey;
  if (isCommand && !altKey && !shiftKey && key.toLowerCase() === "s") return "_continue";
  if (key !== "Enter") return null;
  if (isCommand && !altKey) return shiftKey ? "_publish" : "_next";
  return altKey && !ctrlKey && !metaKey && !shiftKey ? "preview" : null;
}

addEventListener("keydown", (event) => {
  const isHere = event.target === document.body || form.contains(event.target);
  const name = isHere && !event.isComposing && meant(event);
  const button = name === "preview" ? show : name && form.querySelector(`[name="${name}"]`);
  if (!name) return;
  event.preventDefault();
  if (button && !event.repeat) form.requestSubmit(button);
  if (button === show) show.scrollIntoView({ block: "nearest" });
});

/* Leaving */

const copies = form.querySelector(".kept-copies");
const isRefused = "refused" in copies.dataset; // what the form shows is stored nowhere

form.addEventListener("submit", (event) => {
  if (isPreview(event)) {
    readAt = frame.contentDocument?.scrollingElement?.scrollTop ?? readAt;
    return;
  }
  clearTimeout(pause);
  keep();
  isLeaving = true;
});
addEventListener("beforeunload", (event) => {
  if (!isLeaving && (isRefused || changedFields().length)) event.preventDefault();
});
document.addEventListener("visibilitychange", () => document.hidden && keep());

/* Copies: each form that is opened keeps its own, until the server has stored it or it is dropped */

const PREFIX = "post:";
const AROUND = 40; // characters shown beside what differs
const DIFFERENT = 400; // characters shown of what differs: its beginning and its end
const own = form.elements.submission.value;

function keep() {
  const before = isRefused ? read(own)?.fields : {};
  const now = changedFields().map((field) => [field.name, typed(field)]);
  const values = { ...before, ...Object.fromEntries(now) };
  if (Object.keys(values).length) write(own, { path: location.pathname, at: Date.now(), fields: values });
  else drop(own);
}

function write(submission, copy) {
  try {
    localStorage.setItem(PREFIX + submission, JSON.stringify(copy));
  } catch {
    // Storage is full or blocked: then nothing is kept.
  }
}

function read(submission) {
  try {
    return JSON.parse(localStorage.getItem(PREFIX + submission));
  } catch {
    return null;
  }
}

function drop(submission) {
  try {
    localStorage.removeItem(PREFIX + submission);
  } catch {
    // It is blocked, and holds nothing.
  }
}

function submissions() {
  try {
    return Object.keys(localStorage).filter((key) => key.startsWith(PREFIX));
  } catch {
    return [];
  }
}

const stored = new Set(copies.dataset.stored.split(" "));
const found = submissions().map((key) => key.slice(PREFIX.length));
const newestFirst = found.map((submission) => [submission, read(submission)]);
newestFirst.sort(([, one], [, other]) => (other?.at ?? 0) - (one?.at ?? 0));
for (const [submission, copy] of newestFirst) {
  if (stored.has(submission)) drop(submission);
  else if (submission !== own && !isRefused) offer(submission, copy);
}

function offer(submission, copy) {
  if (copy?.path !== location.pathname) return;
  const kept = fields.filter(
    ({ name }) => name in copy.fields && !isSame(copy.fields[name], original.get(name)),
  );
  if (!kept.length) {
    drop(submission); // it was stored by another form
    return;
  }
  const section = form.querySelector("#kept-copy").content.firstElementChild.cloneNode(true);
  const title = section.querySelector("h2");
  const time = new Date(copy.at).toLocaleString(document.documentElement.lang);
  title.textContent = title.textContent.replace("{time}", time);
  for (const field of kept) {
    const row = section.querySelector("tbody").insertRow();
    const label = field.closest(".form-row").querySelector("label, legend");
    row.append(Object.assign(document.createElement("th"), { scope: "row" }));
    row.firstChild.textContent = label.textContent.replace(/[:：]\s*$/, "").trim();
    const texts = [original.get(field.name), copy.fields[field.name]].map(asText);
    texts.forEach((text, number) => {
      const cell = row.insertCell();
      cell.dataset.label = section.querySelectorAll("thead th")[number + 1].textContent;
      cell.append(...compared(text, texts[1 - number]));
    });
  }
  section.addEventListener("click", ({ target }) => {
    if (!target.value) return;
    if (target.value === "take") {
      for (const field of kept) type(field, copy.fields[field.name]);
      keep();
      preview();
    }
    drop(submission);
    section.remove();
  });
  copies.append(section);
}

function compared(text, other) {
  const most = Math.min(text.length, other.length);
  let start = 0;
  while (start < most && text[start] === other[start]) start++;
  let end = 0;
  while (end < most - start && text.at(-1 - end) === other.at(-1 - end)) end++;
  const stop = text.length - end;
  const mark = document.createElement("mark");
  mark.textContent = shortened(text.slice(start, stop));
  return [
    start > AROUND ? "…" : "",
    text.slice(Math.max(0, start - AROUND), start),
    mark,
    text.slice(stop, stop + AROUND),
    end > AROUND ? "…" : "",
  ];
}

function shortened(text) {
  if (text.length <= DIFFERENT) return text;
  return `${text.slice(0, DIFFERENT / 2)} … ${text.slice(-DIFFERENT / 2)}`;
}
