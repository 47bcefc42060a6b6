// What makes reading pleasanter: colours, keys, news of new posts, times told by how long ago.

const root = document.documentElement;
const { timeZone } = document.body.dataset; // of all times on the site
const $ = (selector) => document.querySelector(selector);
const isTyping = (event) =>
  event.isComposing || event.ctrlKey || event.metaKey || event.altKey ||
  event.target.closest("input, textarea, select, [contenteditable]");

function keep(name, value) {
  try {
    localStorage.setItem(name, value);
  } catch {
    // Not kept, but in force on this page.
  }
}

/* Colours and the size of text: each is a group of buttons, of which one is in force */

document.querySelectorAll(".theme [data-choice]").forEach((group) => {
  const name = group.dataset.choice;
  const show = () =>
    group.querySelectorAll("button").forEach((button) => {
      button.setAttribute("aria-pressed", String(button.value === (root.dataset[name] || "auto")));
    });
  group.addEventListener("click", ({ target }) => {
    if (!target.value) return;
    root.dataset[name] = target.value === "auto" ? "" : target.value;
    keep(name, root.dataset[name]);
    show();
  });
  show();
});
$(".theme").hidden = false;

/* Keys */

// Whoever speaks to the computer says letters by accident: these keys can be switched off (WCAG 2.1.4).
const keys = $("#keys");
const areOn = keys.querySelector("input");
try {
  areOn.checked = localStorage.getItem("keys") !== "off";
} catch {
  // Storage is blocked: they are on.
}
areOn.addEventListener("change", () => keep("keys", areOn.checked ? "" : "off"));
$("#show-keys").addEventListener("click", () => keys.showModal());

addEventListener("keydown", (event) => {
  if (event.key === "Escape") $(".filters details")?.removeAttribute("open");
  if (isTyping(event) || !areOn.checked) return;
  if (event.key === "/") {
    $("#q").focus();
    $("#q").select();
  } else if (event.key === "?") {
    keys.showModal();
  } else if (event.key === "j" || event.key === "k") {
    step(event.key === "j" ? 1 : -1);
  } else {
    return;
  }
  event.preventDefault();
});

function step(by) {
  const links = [...document.querySelectorAll(headlines)];
  const here = links.indexOf(document.activeElement);
  const link = links[here < 0 && by < 0 ? 0 : Math.min(Math.max(here + by, 0), links.length - 1)];
  link?.focus();
  link?.scrollIntoView({ block: "center" });
}

// A post that is read from a list is where keys and tabs go on, back there: the entry of the list in the
// browser's history remembers it, if the browser does not keep the page itself.
const headlines = ".entry :is(h2, h3, h4) a";
document.addEventListener("click", ({ target }) => {
  const link = target.closest(headlines);
  if (link) history.replaceState({ ...history.state, read: link.pathname }, "");
});
if (history.state?.read && performance.getEntriesByType("navigation")[0].type === "back_forward") {
  const links = [...document.querySelectorAll(headlines)];
  links.find((link) => link.pathname === history.state.read)?.focus({ preventScroll: true });
}

/* News of new posts: asked for while the page is looked at */

const fresh = $(".fresh");
// Who followed the line goes on in what it led to, unless storage is blocked.
try {
  if (sessionStorage.fresh) $("#content").focus();
  delete sessionStorage.fresh;
} catch {}
const EVERY = 60_000;
if (fresh) {
  const ask = async () => {
    if (document.hidden) return;
    try {
      const response = await fetch(fresh.dataset.news, { cache: "no-cache" });
      const { count } = await response.json();
      const text = count === 1 ? fresh.dataset.one : fresh.dataset.many.replace("{n}", count);
      if (count) fresh.firstElementChild.textContent = text;
      fresh.hidden = !count;
    } catch {
      // Offline: the next time, perhaps.
    }
  };
  setInterval(ask, EVERY);
  fresh.addEventListener("click", () => {
    try {
      sessionStorage.fresh = "yes";
    } catch {}
  });
  document.addEventListener("visibilitychange", ask);
}

/* How long ago, where the pointer rests on a time */

let relative; // made when it is first needed: that takes longer than all else here
const UNITS = [["year", 31_536_000], ["month", 2_592_000], ["day", 86_400], ["hour", 3600], ["minute", 60]];
document.addEventListener("pointerover", ({ target }) => {
  if (target.localName !== "time" || target.title) return;
  const seconds = (new Date(target.dateTime) - Date.now()) / 1000;
  const [unit, length] = UNITS.find(([, size]) => Math.abs(seconds) >= size) ?? UNITS.at(-1);
  relative ??= new Intl.RelativeTimeFormat(root.lang);
  target.title = relative.format(Math.round(seconds / length), unit);
});

/* Copying a post's address, or how to cite it, and giving it to other programs */

const cited = $(".cited");
if (cited) {
  cited.querySelector("span").textContent = `[${new Date().toLocaleDateString("sv", { timeZone })}]`; // 2022-03-01
}

async function copy(text) {
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  // Over plain HTTP there is none: what is selected can be copied as one would by hand.
  const area = document.createElement("textarea");
  area.value = text;
  area.className = "visually-hidden";
  document.body.append(area);
  const focused = document.activeElement;
  area.select();
  const isDone = document.execCommand("copy");
  area.remove();
  focused?.focus();
  if (!isDone) throw new Error("not copied");
}

document.querySelectorAll("button[data-copy]").forEach((button) => {
  button.hidden = false;
  button.addEventListener("click", async () => {
    await copy(button.dataset.copy || cited.textContent);
    const label = button.textContent;
    button.textContent = button.dataset.done;
    setTimeout(() => (button.textContent = label), 2000);
  });
});

document.querySelectorAll("button[data-share]").forEach((button) => {
  button.hidden = !navigator.share;
  button.addEventListener("click", async () => {
    try {
      await navigator.share({ url: button.dataset.share, title: button.dataset.title });
    } catch (error) {
      if (error.name !== "AbortError") throw error; // the reader thought better of it
    }
  });
});

/* Without a network */

navigator.serviceWorker?.register(document.body.dataset.worker);
if ("keptAt" in root.dataset) {
  const form = { dateStyle: "medium", timeStyle: "short", timeZone };
  const when = new Date(root.dataset.keptAt).toLocaleString(root.lang, form);
  const said = $("#unanswered");
  if (!$(".offline")) said.textContent = said.dataset.kept.replace("{when}", when);
}

// The forms of the API ask for what was filled in.
for (const form of document.querySelectorAll(".api form")) {
  form.addEventListener("formdata", ({ formData }) => {
    for (const { name, value, defaultValue } of form.elements) if (value === defaultValue) formData.delete(name);
  });
}
