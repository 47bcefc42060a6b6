// What a reader follows and has read. This browser alone knows it: the site is told nothing but the
// addresses that are opened.

const $ = (selector) => document.querySelector(selector);
const MOST_READ = 300; // posts that are remembered
const SHOWN = 20; // of them in a list
const NEW = 6; // headlines on the front page
const MOST_SEEN = 1000; // posts of the watchlist that are remembered
const VISIT = 30 * 60_000; // milliseconds without anything opened that end a visit

// Storage may be blocked or full: then things last as long as the page.
const unkept = {};
function kept(name) {
  try {
    return localStorage.getItem(name) ?? unkept[name] ?? "";
  } catch {
    return unkept[name] ?? "";
  }
}
function keep(name, value) {
  unkept[name] = value;
  try {
    if (value) localStorage.setItem(name, value);
    else localStorage.removeItem(name);
  } catch {
    // As above.
  }
}

/* The watchlist: kept as the query of its address */

const NAMES = ["s", "category", "source", "tag", "q"];

// Each thing that an address follows, as name=value.
function things(query) {
  const found = new Set();
  for (const [name, value] of new URLSearchParams(query)) {
    if (!NAMES.includes(name)) continue;
    for (const one of name === "s" ? value.split(",") : [value]) if (one) found.add(`${name}=${one}`);
  }
  return found;
}

function queryOf(found) {
  const others = new URLSearchParams();
  const symbols = [];
  for (const thing of found) {
    const [name, value] = [thing.slice(0, thing.indexOf("=")), thing.slice(thing.indexOf("=") + 1)];
    if (name === "s") symbols.push(encodeURIComponent(value));
    else others.append(name, value);
  }
  return [symbols.length ? `s=${symbols}` : "", String(others)].filter(Boolean).join("&");
}

const link = $('.masthead nav a[href$="/watch/"]');
const place = new URL(link.href);
const mine = () => things(kept("watch"));
const same = (one, other) => one.size === other.size && [...one].every((thing) => other.has(thing));

// Whether a list has as many names, or searches, as one may follow.
const said = $("#unanswered");
function isFull(list, isSearch) {
  const alike = [...list].filter((thing) => thing.startsWith("q=") === isSearch);
  return alike.length >= Number(isSearch ? said.dataset.searches : said.dataset.names);
}

function follow(found) {
  keep("watch", queryOf(found));
  show();
}

document.addEventListener("click", (event) => {
  const star = event.target.closest("[data-follow]");
  if (!star || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  const [thing] = things(star.dataset.follow);
  const list = mine();
  const isRemoved = list.delete(thing);
  if (!isRemoved && isFull(list, thing.startsWith("q="))) {
    said.textContent = said.dataset.full;
    said.scrollIntoView({ block: "nearest" });
    return;
  }
  if (said.textContent === said.dataset.full) said.textContent = "";
  follow(isRemoved ? list : list.add(thing));
});
document.addEventListener("keydown", (event) => {
  if (event.key !== " " || !event.target.matches("[data-follow]")) return;
  event.preventDefault();
  event.target.click();
});

/* The page of a watchlist: changes of one's own list are kept, somebody else's is offered */

const other = $(".kept-list");
const isMine = () => same(things(location.search), mine());
if (location.pathname === place.pathname) {
  const shown = things(location.search);
  // The answer to an addition: had that failed, the next page would be any other.
  const isAnswer = location.hash === "#added";
  if (isAnswer && sessionStorage.adding) keep("watch", queryOf(shown));
  // What a bookmark does not keep: that this is an answer, and which lines were not added.
  const query = location.search.replace(/(?<=[?&])(?:unread|left)=[^&]*&?/g, "").replace(/[?&]$/, "");
  if (isAnswer || query !== location.search) globalThis.history.replaceState(null, "", location.pathname + query);
  delete sessionStorage.adding;
  if (!shown.size && mine().size) location.replace(`${place.pathname}?${kept("watch")}`);
  document.addEventListener("click", ({ target }) => {
    const removal = target.closest(".followed a:last-child");
    if (removal && isMine()) keep("watch", queryOf(things(new URL(removal.href).search)));
  });
  $(".additions form")?.addEventListener("submit", ({ target }) => {
    if (isMine()) sessionStorage.adding = "yes";
    // As many lines as an address has room for.
    const { add, left } = target.elements;
    const lines = add.value.split("\n").filter((line) => line.trim());
    let room = target.dataset.room - location.search.length;
    const fits = (line) => (room -= encodeURIComponent(line).length + 6) > 0;
    const end = lines.findIndex((line) => !fits(line));
    if (end < 0) return;
    add.value = lines.slice(0, end).join("\n");
    left.value = lines.length - end;
    left.disabled = false;
  });
}
other?.addEventListener("click", ({ target }) => {
  if (!target.value) return;
  const shown = things(location.search);
  follow(target.value === "add" ? new Set([...mine(), ...shown]) : shown);
  if (!isMine()) location.assign(`${place.pathname}?${kept("watch")}`);
  else $(".additions summary").focus(); // the button is gone
});

/* What was read */

// Each as [path, title, time], the newest first. What is damaged is dropped.
const isPost = (one) => one?.length === 3 && one.every?.((part) => typeof part === "string");
function posts() {
  try {
    return [...JSON.parse(kept("read") || "[]")].filter(isPost);
  } catch {
    keep("read", "");
    return [];
  }
}
const canonical = $("link[rel=canonical]")?.getAttribute("href");
const written = $("article.post time");
if (written && canonical && new URL(canonical, location).pathname === location.pathname) {
  const others = posts().filter(([path]) => path !== location.pathname);
  const title = $("h1").textContent.trim();
  keep("read", JSON.stringify([[location.pathname, title, written.dateTime], ...others].slice(0, MOST_READ)));
}

function headline([path, title, time]) {
  const item = document.createElement("li");
  const anchor = document.createElement("a");
  anchor.href = path;
  anchor.lang = "zh-Hans";
  anchor.textContent = title;
  const when = document.createElement("time");
  when.dateTime = time;
  when.textContent = time.slice(5, 16).replace("T", " ");
  item.append(anchor, " ", when);
  return item;
}

const history = $(".history");
history?.querySelector("button").addEventListener("click", async () => {
  for (const name of ["read", "seen", "before", "opened"]) keep(name, "");
  show();
  $(".additions summary").focus(); // the button is gone
  for (const name of (await globalThis.caches?.keys()) ?? []) await caches.delete(name);
});

/* On every page */

const tapeOfMine = $("[data-watched]"); // leads to the flashes of companies that are followed

function show() {
  const list = mine();
  link.href = `${place.pathname}${list.size ? `?${kept("watch")}` : ""}`;
  document.querySelectorAll("[data-follow]").forEach((star) => {
    const [thing] = things(star.dataset.follow);
    star.role = "button";
    star.ariaPressed = String(list.has(thing));
  });
  if (other) other.hidden = isMine();
  if (tapeOfMine) {
    const companies = [...list].filter((thing) => thing.startsWith("s="));
    tapeOfMine.search = queryOf(companies);
    tapeOfMine.hidden = !companies.length;
  }
  const read = posts();
  const paths = new Set(read.map(([path]) => path));
  document.querySelectorAll(".entry :is(h2, h3, h4) a, .headlines a").forEach((anchor) => {
    anchor.classList.toggle("read", paths.has(anchor.pathname));
  });
  if (!history) return;
  history.hidden = !read.length;
  history.querySelector("ol").replaceChildren(...read.slice(0, SHOWN).map(headline));
}
show();
// The search as one types brings other posts.
new MutationObserver(show).observe($("#content"), { childList: true });

/* The front page: what is new of the watchlist, which is what no earlier visit has shown */

// What `seen` and `before` keep: of which list, when it was looked at, the paths of posts, and since
// when those are all that the list has; "" if it has no older ones. Null if nothing is kept, or it is
// damaged.
function memory(name) {
  try {
    const { list, at, paths, since } = JSON.parse(kept(name));
    return { list, at, paths: new Set(paths), since };
  } catch {
    return null;
  }
}

// The posts of a page of the list, each with the paths of all that tell it, which are seen now. Null if
// the page has no list, or the list of an earlier time.
function look(page) {
  if (!page.querySelector(".listing") || page.documentElement.dataset.keptAt) return null;
  const found = [...page.querySelectorAll(".entry")].map((entry) => {
    const links = [...entry.querySelectorAll(":is(h2, h3, h4) a, .also-told a")];
    const paths = links.map((told) => told.pathname);
    return { paths, title: links[0].textContent, time: entry.querySelector("time").dateTime };
  });
  const hasMore = page.querySelector("link[rel=next]") !== null;
  const paths = new Set([...found.flatMap((post) => post.paths), ...(memory("seen")?.paths ?? [])]);
  const since = hasMore ? found.at(-1).time : "";
  const all = [...paths].slice(0, MOST_SEEN);
  keep("seen", JSON.stringify({ list: kept("watch"), at: Date.now(), paths: all, since }));
  return { found, hasMore };
}

// A visit lasts until nothing is opened for a while. Returns whether one begins.
function visit() {
  const pause = Math.abs(Date.now() - kept("opened")); // the clock may have been put back
  keep("opened", String(Date.now()));
  if (pause > VISIT) keep("before", kept("seen"));
  return pause > VISIT;
}

const front = $(".watched");
async function showNews() {
  front.querySelector("a").href = link.href;
  const text = await fetch(link.href).then((response) => response.text(), () => ""); // no network
  const page = new DOMParser().parseFromString(text, "text/html");
  const answer = look(page);
  if (!answer) return false;
  const { found, hasMore } = answer;
  const before = memory("before");
  // Older posts come up from the next page where others are gone, and with what is followed since.
  const since = before && (before.list === kept("watch") ? before.since : before.at);
  const isNew = ({ paths, time }) =>
    !paths.some((path) => before.paths.has(path)) && (!since || new Date(time) > new Date(since));
  const fresh = before ? found.filter(isNew) : [];
  const count = hasMore && fresh.includes(found.at(-1)) ? `${fresh.length}+` : fresh.length;
  const news = fresh.length ? front.dataset.some.replace("{n}", count) : front.dataset.none;
  front.querySelector(".total").textContent = before ? news : "";
  const room = Number(document.documentElement.style.getPropertyValue("--room")) || NEW;
  const first = [...fresh, ...found.filter((post) => !fresh.includes(post))].slice(0, room);
  const items = first.map(({ paths, title, time }) => headline([paths[0], title, time]));
  keep("had", String(Math.min(found.length, NEW)));
  items.slice(0, fresh.length).forEach((item) => item.classList.add("new"));
  front.querySelector("ol").replaceChildren(...items);
  show();
  return true;
}

let isShown = false;
async function beSeen() {
  if (document.hidden) return; // opened to be read later
  const begins = visit();
  if (isShown && !begins) return;
  if (location.href.split("#")[0] === link.href) look(document);
  if (front && mine().size && !(await showNews()) && !isShown) front.remove(); // and none is kept
  isShown = true;
}
document.addEventListener("visibilitychange", beSeen);
beSeen();
