// The editor of a post's body. The textarea holds the body, as it does without this script: the
// editor reads it, and writes into it what was changed.
//
// A body is read block by block, and each block remembers its source. As long as nothing in it is
// changed, that source is written, byte for byte. A block whose meaning the schema below does not
// hold is kept: it is shown, can be moved and deleted, and is edited as source.

const template = document.getElementById("body-editor");
const textarea = document.getElementById("id_body_html");
const {
  BulletList, Blockquote, Document, Dropcursor, Editor, Extension, Gapcursor, HardBreak, Heading,
  HorizontalRule, ListItem, Mark, Node, Paragraph, Table, TableCell, TableHeader, TableRow, Text,
  TrailingNode, UndoRedo, pm,
} = await import(template.dataset.bundle);

/* HTML, parsed where nothing of it is loaded or run */

const ALLOWED = JSON.parse(template.dataset.allowed); // the attributes of each tag that readers may be sent
const UNSEEN = "script, style, template, noscript, head, title, object, embed, applet, iframe";
const MARKS = "abbr b cite code del em i ins q s small strong sub sup u".split(" ");
const INLINE = new Set([...MARKS, "a", "br", "font", "img", "span"]);
const VOID = new Set("area base br col embed hr img input link meta param source track wbr".split(" "));

// The site's policy takes offence at styles and handlers even there: they go by another name.
const quiet = (source) =>
  source
    .replace(/<(\/?)style\b/gi, "<$1script")
    .replace(/<[a-z][^<>]*>/gi, (tag) =>
      tag.replace(/"[^"]*"|'[^']*'|([\s/])(style|on[a-z]+)(?=\s*=)/gi, (all, before, name) =>
        name ? `${before}data-${name}` : all,
      ),
    );

function parsed(source) {
  const box = document.implementation.createHTMLDocument("").createElement("div");
  box.innerHTML = quiet(source);
  return box;
}

const attributesOf = (element, names) =>
  Object.fromEntries(
    [...element.attributes].filter(({ name }) => names.includes(name)).map(({ name, value }) => [name, value]),
  );

function isAddress(text) {
  const schemes = ["http:", "https:", "mailto:"];
  return URL.canParse(text, location.href) && schemes.includes(new URL(text, location.href).protocol);
}

function shown(source) {
  const box = parsed(source);
  box.querySelectorAll(UNSEEN).forEach((element) => element.remove());
  for (const element of box.querySelectorAll("*")) {
    const allowed = ALLOWED[element.localName];
    if (!allowed) element.replaceWith(...element.childNodes);
    for (const { name, value } of [...element.attributes]) {
      const isSafe = !["href", "src"].includes(name) || isAddress(value);
      if (!allowed?.includes(name) || !isSafe) element.removeAttribute(name);
    }
  }
  return box;
}

/* What may stand in a body */

const hidden = (value) => ({ default: value, rendered: false, keepOnSplit: false, parseHTML: () => null });
// Word and Google Docs state by styles what is bold, and even what in a <b> is not. Word has
// properties of its own beside them: mso-bidi-font-weight.
const BOLD = /(?:^|;)\s*font-weight:\s*(?:bold|[6-9]00)/;
const ITALIC = /(?:^|;)\s*font-style:\s*italic/;
const NOT_BOLD = /(?:^|;)\s*font-weight:\s*(?:normal|[1-5]00)/;
const NOT_ITALIC = /(?:^|;)\s*font-style:\s*normal/;
const isStyled = (style) => (element) => style.test(element.dataset.style) && null;
const isNot = (style) => (element) => !style.test(element.dataset.style) && null;
const PARSED_AS = {
  b: [{ tag: "b", getAttrs: isNot(NOT_BOLD) }],
  i: [{ tag: "i", getAttrs: isNot(NOT_ITALIC) }],
  strong: [{ tag: "strong" }, { tag: "[data-style]", getAttrs: isStyled(BOLD), consuming: false }],
  em: [{ tag: "em" }, { tag: "[data-style]", getAttrs: isStyled(ITALIC), consuming: false }],
};
const marks = MARKS.map((tag) =>
  Mark.create({
    name: tag,
    addAttributes: () => (tag === "abbr" ? { title: {} } : {}),
    parseHTML: () => PARSED_AS[tag] ?? [{ tag }],
    renderHTML: ({ HTMLAttributes }) => [tag, HTMLAttributes, 0],
  }),
);

const Link = Mark.create({
  name: "link",
  inclusive: false,
  addAttributes: () => ({ href: {}, title: {} }),
  parseHTML: () => [{ tag: "a[href]", getAttrs: (a) => isAddress(a.getAttribute("href")) && null }],
  renderHTML: ({ HTMLAttributes }) => ["a", HTMLAttributes, 0],
});

const Security = Node.create({
  name: "security",
  group: "inline",
  inline: true,
  atom: true,
  addAttributes: () => ({ symbol: hidden(""), name: hidden("") }),
  parseHTML: () => [
    {
      tag: "a.security[data-code]",
      priority: 60, // before other links
      getAttrs: (a) => ({ symbol: a.dataset.code, name: a.textContent }),
    },
  ],
  renderHTML: ({ node: { attrs } }) => [
    "a",
    { class: "security", "data-code": attrs.symbol, href: `/security/${attrs.symbol}/` },
    attrs.name,
  ],
  renderText: ({ node }) => node.attrs.name,
  addNodeView: () => ({ node }) => {
    const dom = Object.assign(document.createElement("span"), { className: "chip", textContent: node.attrs.name });
    dom.dataset.code = codeOf(node.attrs.symbol);
    return { dom };
  },
});
const codeOf = (symbol) => symbol.slice(symbol.indexOf(".") + 1); // as in 1.600519

const imageOf = (element) =>
  isAddress(element.getAttribute("src") ?? "data:") && { image: attributesOf(element, ALLOWED.img) };

const Picture = Node.create({
  name: "picture",
  group: "inline",
  inline: true,
  addAttributes: () => ({ image: hidden({}) }),
  parseHTML: () => [{ tag: "img", getAttrs: imageOf }],
  renderHTML: ({ node }) => ["img", node.attrs.image],
});

const Figure = Node.create({
  name: "figure",
  group: "block",
  content: "inline*", // its caption
  isolating: true,
  addAttributes: () => ({ figure: hidden({}), image: hidden({}) }),
  parseHTML: () => [
    {
      tag: "figure",
      getAttrs: (element) => {
        const image = element.querySelector("img");
        return image && imageOf(image) && { ...imageOf(image), figure: attributesOf(element, ALLOWED.figure) };
      },
      contentElement: (element) => element.querySelector("figcaption") ?? document.createElement("figcaption"),
    },
  ],
  renderHTML: ({ node: { attrs } }) => ["figure", attrs.figure, ["img", attrs.image], ["figcaption", 0]],
});

const Kept = Node.create({
  name: "kept",
  atom: true,
  draggable: true,
  parseHTML: () => [{ tag: "div[data-kept]", getAttrs: (div) => ({ source: div.dataset.kept }) }],
  renderHTML: ({ node }) => ["div", { "data-kept": node.attrs.source }], // to the clipboard
  addNodeView: () => ({ node }) => {
    const dom = template.content.querySelector(".kept-block").cloneNode(true);
    dom.append(...shown(node.attrs.source).childNodes);
    dom.addEventListener("click", (event) => event.target.closest("a") && event.preventDefault());
    return { dom };
  },
});

// In cells, items and quotes a text stands with or without <p>.
const OurParagraph = Paragraph.extend({
  addAttributes: () => ({ isTagged: hidden(false) }),
  parseHTML: () => [{ tag: "p", getAttrs: (p) => ({ isTagged: !!p.closest("li, td, th, blockquote") }) }],
  renderHTML: ({ node }) => ["p", node.attrs.isTagged ? { "data-tagged": "" } : {}, 0],
});

const OurHeading = Heading.extend({
  parseHTML() {
    return [...this.parent(), { tag: "h1", attrs: { level: 2 } }]; // the page has its own
  },
}).configure({ levels: [2, 3, 4, 5, 6] });

const OrderedList = Node.create({
  name: "orderedList",
  group: "block list",
  content: "listItem+",
  addAttributes: () => ({ start: {} }),
  parseHTML: () => [{ tag: "ol" }],
  renderHTML: ({ HTMLAttributes }) => ["ol", HTMLAttributes, 0],
});

const spanOf = (name) => ({ default: 1, renderHTML: ({ [name]: cells }) => (cells > 1 ? { [name]: cells } : {}) });
const cell = {
  content: "(paragraph | heading | blockquote | bulletList | orderedList | figure)+", // and no table
  addAttributes: () => ({ colspan: spanOf("colspan"), rowspan: spanOf("rowspan"), colwidth: hidden(null), scope: {} }),
};
const OurTable = Table.extend({
  renderHTML: () => ["table", ["tbody", 0]],
  addNodeView: () => null,
});
const OurRow = TableRow.extend({
  addAttributes: () => ({ section: hidden("tbody") }),
  parseHTML: () => [{ tag: "tr", getAttrs: (row) => ({ section: row.parentElement.localName }) }],
  renderHTML: ({ node }) => ["tr", { "data-section": node.attrs.section }, 0],
});

const Ours = Extension.create({
  name: "ours",
  addGlobalAttributes: () => [
    {
      types: ["paragraph", "heading", "blockquote", "bulletList", "orderedList", "table", "figure", "horizontalRule", "kept"],
      // Of a block: the HTML that it was read from, and the white space before that.
      attributes: { source: hidden(null), gap: hidden(null) },
    },
  ],
  addKeyboardShortcuts: () => ({
    "Mod-b": () => run("bold"),
    "Mod-i": () => run("italic"),
    "Mod-k": () => run("link"),
    "Mod-Shift-k": () => run("security"),
  }),
});

const TEXTS = ["paragraph", "heading", "blockquote", "bulletList", "orderedList"];
const extensions = [
  Document.extend({ content: "(block | kept)+" }), OurParagraph, Text, OurHeading, Blockquote, BulletList,
  OrderedList, ListItem, HardBreak, HorizontalRule, OurTable, OurRow, TableCell.extend(cell),
  TableHeader.extend(cell), Figure, Picture, Security, Kept, Link, ...marks, Ours, UndoRedo, Gapcursor,
  Dropcursor, TrailingNode.configure({ notAfter: TEXTS }), // a line to go on after what is no text
];

/* Reading: a body → its blocks */

const TOKEN =
  /<!--[^]*?(?:-->|$)|<(script|style|textarea|title|xmp|iframe|noembed|noframes)\b[^>]*>[^]*?(?:<\/\1\s*>|$)|<(\/?)([a-z][^\s/>]*)(?:"[^"]*"|'[^']*'|[^"'>])*>|[^<]+|</gi;

/** The blocks of a body, each with its source and the white space before it, and the white space
 * at the end. What stands outside of blocks counts as one, as far as it goes. */
function split(text) {
  const blocks = [];
  let gap = "";
  let source = "";
  const open = [];
  let isLoose = false;
  const finish = () => {
    if (!source) return;
    const trimmed = source.trimEnd();
    blocks.push({ gap, source: trimmed });
    gap = source.slice(trimmed.length);
    source = "";
  };
  for (const [token, , slash, name] of text.matchAll(TOKEN)) {
    const tag = name?.toLowerCase();
    if (!open.length) {
      const isBlock = token[0] === "<" && token !== "<" && !INLINE.has(tag);
      if (source && (isBlock || !isLoose)) finish();
      if (!source && !token.trim()) {
        gap += token;
        continue;
      }
      isLoose = !isBlock;
    }
    source += token;
    if (slash && open.includes(tag)) open.length = open.lastIndexOf(tag);
    else if (tag && !slash && !VOID.has(tag)) open.push(tag);
  }
  finish();
  const whole = blocks.map((block) => block.gap + parsed(block.source).innerHTML).join("") + gap;
  // Where a tag opens in one block and ends in another, they are one.
  return parsed(text).innerHTML === whole ? { blocks, end: gap } : { blocks: [{ gap: "", source: text }], end: "" };
}

/** What HTML means, whatever the order of marks and attributes, and whatever white space browsers
 * do not show: its tags, and its texts with the marks that they have. */
function meaning(box) {
  const parts = [];
  const last = () => parts.at(-1);
  const put = (part) => {
    if (last()?.text?.endsWith(" ")) last().text = last().text.slice(0, -1);
    if (last()?.text === "") parts.pop();
    parts.push(part);
  };
  const opening = ({ localName, attributes }) =>
    [localName, ...[...attributes].map(({ name, value }) => `${name}=${value}`).sort()].join(" ");
  (function collect(parent, around) {
    for (const child of parent.childNodes) {
      if (child.nodeType === document.TEXT_NODE) {
        const isSpaced = !last()?.text || last().text.endsWith(" ");
        const text = child.data.replace(/[ \t\r\n\f]+/g, " ").replace(isSpaced ? /^ / : "", "");
        const under = [...new Set(around)].sort().join();
        if (last()?.under === under) last().text += text;
        else if (text) parts.push({ text, under });
      } else if (child.nodeType !== document.ELEMENT_NODE) put("<!>");
      else if (MARKS.includes(child.localName) || child.localName === "a") collect(child, [...around, opening(child)]);
      else if (child.localName === "img") parts.push({ text: opening(child), under: around.join() });
      else {
        put(`<${opening(child)}>`);
        collect(child, around);
        put("</>");
      }
    }
  })(box, []);
  return JSON.stringify(parts);
}

const written = new Map(); // of each source that was read, how the editor itself would write it

function blockOf({ source, gap }) {
  const { schema } = editor;
  const box = parsed(source);
  const { content } = pm.model.DOMParser.fromSchema(schema).parse(box);
  const node = content.firstChild;
  const isKnown = content.childCount === 1 && isWhole(node) && !/<style/i.test(source);
  if (isKnown && meaning(parsed(html(node))) === meaning(box)) {
    written.set(source, html(node));
    return node.type.create({ ...node.attrs, source, gap }, node.content);
  }
  return schema.nodes.kept.create({ source, gap });
}

// A table whose rows are not of one length would be filled up.
const isWhole = (node) => node.type.name !== "table" || !pm.tables.TableMap.get(node).problems;

let end = ""; // the white space at the end of the body

/** Read the textarea, unless it has what was written there. Source can be undone, what the form
 * puts there cannot. */
function read({ canBeUndone }) {
  if (body().text === textarea.value) return;
  const { blocks, end: after } = split(textarea.value);
  end = after;
  const nodes = blocks.length ? blocks.map(blockOf) : editor.schema.nodes.paragraph.create();
  const { state, view } = editor;
  const transaction = state.tr.replaceWith(0, state.doc.content.size, nodes);
  view.dispatch(transaction.setMeta("addToHistory", canBeUndone).setMeta("preventUpdate", true));
}

/* Writing: blocks → the body */

const cache = new WeakMap(); // nodes never change, so that only new ones are written anew

function html(node) {
  if (!cache.has(node)) cache.set(node, asHtml(node));
  return cache.get(node);
}

function asHtml(node) {
  const box = parsed("");
  const inert = { document: box.ownerDocument };
  box.append(pm.model.DOMSerializer.fromSchema(editor.schema).serializeNode(node, inert));
  for (const p of box.querySelectorAll(":is(li, td, th, blockquote) > p:not([data-tagged])")) {
    if (p.parentElement.querySelectorAll(":scope > p").length === 1) p.replaceWith(...p.childNodes);
  }
  box.querySelectorAll("p").forEach((p) => p.removeAttribute("data-tagged"));
  box.querySelectorAll("figcaption:empty").forEach((caption) => caption.remove());
  for (const table of box.querySelectorAll("table")) {
    const sections = box.ownerDocument.createDocumentFragment();
    for (const row of [...table.rows]) {
      const { section } = row.dataset;
      if (sections.lastChild?.localName !== section) sections.append(box.ownerDocument.createElement(section));
      row.removeAttribute("data-section");
      sections.lastChild.append(row);
    }
    table.replaceChildren(sections);
  }
  return box.innerHTML;
}

function sourceOf(node) {
  const { source } = node.attrs;
  if (node.type.name === "kept" || (source !== null && written.get(source) === html(node))) return source;
  return node.type.name === "paragraph" && !node.content.size ? null : html(node);
}

/** The body, and where in it the block with the text cursor ends. */
function body() {
  let text = "";
  let cursor = 0;
  const at = editor.state.selection.$head.index(0);
  editor.state.doc.forEach((node, _, index) => {
    const source = sourceOf(node);
    if (source !== null) text += (node.attrs.gap ?? (text && "\n")) + source;
    if (index === at) cursor = text.length;
  });
  return { text: text + end, cursor };
}

function write() {
  const { text } = body();
  if (text === textarea.value) return;
  textarea.value = text;
  textarea.dispatchEvent(new Event("input", { bubbles: true }));
}

function point() {
  const { cursor } = body();
  textarea.setSelectionRange(cursor, cursor);
  textarea.dispatchEvent(new Event("select")); // which the preview follows
}

/* The toolbar */

/** Commands on the text, which has the focus at once: Tiptap's own `focus` waits for the next frame,
 * and keys pressed before it would go elsewhere. */
function chain() {
  editor.view.focus();
  return editor.chain().scrollIntoView();
}
const isOn = (...names) => names.some((name) => editor.isActive(name));
const SAME = { strong: "b", em: "i" }; // to a reader

function toggle(tag) {
  const on = isOn(tag, SAME[tag]);
  return on ? chain().unsetMark(tag).unsetMark(SAME[tag]).run() : chain().setMark(tag).run();
}

const heading = (level) => [() => chain().toggleHeading({ level }).run(), () => editor.isActive("heading", { level })];
const ACTIONS = {
  bold: [() => toggle("strong"), () => isOn("strong", "b")],
  italic: [() => toggle("em"), () => isOn("em", "i")],
  heading: heading(2),
  subheading: heading(3),
  quote: [() => chain().toggleBlockquote().run(), () => isOn("blockquote")],
  bullets: [() => chain().toggleList("bulletList", "listItem").run(), () => isOn("bulletList")],
  numbers: [() => chain().toggleList("orderedList", "listItem").run(), () => isOn("orderedList")],
  link: [insertLink, () => isOn("link")],
  security: [insertSecurity, () => isOn("security")],
  figure: [insertFigure, () => isOn("figure")],
  table: [() => chain().insertTable({ rows: 3, cols: 3, withHeaderRow: true }).run(), () => isOn("table")],
  "row-after": [() => chain().addRowAfter().run()],
  "column-after": [() => chain().addColumnAfter().run()],
  "delete-row": [() => chain().deleteRow().run()],
  "delete-column": [() => chain().deleteColumn().run()],
  "header-row": [() => chain().toggleHeaderRow().run()],
  "delete-table": [() => chain().deleteTable().run()],
  undo: [() => chain().undo().run()],
  redo: [() => chain().redo().run()],
  source: [() => show(!isSource()), isSource],
};
function run(name) {
  ACTIONS[name][0]();
  return true;
}

const toolbar = template.content.querySelector("[role=toolbar]").cloneNode(true);
const buttons = [...toolbar.querySelectorAll("button")];
toolbar.addEventListener("click", ({ target }) => target.value && run(target.value));
toolbar.addEventListener("mousedown", (event) => event.preventDefault()); // the text keeps its selection
toolbar.addEventListener("keydown", ({ key, target }) => {
  const step = { ArrowRight: 1, ArrowLeft: -1 }[key];
  const usable = buttons.filter((button) => button.checkVisibility() && !button.disabled);
  if (step) usable.at((usable.indexOf(target) + step) % usable.length).focus();
});
toolbar.addEventListener("focusin", ({ target }) => {
  for (const button of buttons) button.tabIndex = button === target ? 0 : -1; // one stop of the Tab key
});
if (/Mac|iPhone|iPad/.test(navigator.platform)) {
  for (const button of buttons) button.title = button.title.replace("Ctrl", "⌘").replace("Shift", "⇧");
}

function tell() {
  toolbar.querySelector(".of-table").hidden = isSource() || !isOn("table");
  for (const button of buttons) {
    const [, isPressed] = ACTIONS[button.value];
    if (isPressed) button.ariaPressed = isPressed();
    button.disabled = isSource() && button.value !== "source";
  }
}

/* Dialogs */

/** Ask for the values of a dialog's fields. Resolves to them and to the `answer`, which is that of
 * the button that was pressed: none where it was closed. */
function ask(name, values, prepare = () => {}) {
  const dialog = template.content.querySelector(`dialog.${name}`).cloneNode(true);
  const fields = dialog.querySelector("form").elements;
  for (const [field, value] of Object.entries(values)) {
    if (value === null) fields[field].closest("p").remove();
    else fields[field].value = value;
  }
  document.body.append(dialog);
  prepare(dialog);
  dialog.showModal();
  return new Promise((resolve) => {
    const conclude = (answer) => {
      const given = Object.fromEntries(new FormData(dialog.querySelector("form")));
      dialog.remove();
      editor.view.focus();
      resolve({ ...given, answer });
    };
    // Not when it is closed: keys pressed between closing and its event would come first.
    dialog.addEventListener("submit", (event) => {
      if (event.defaultPrevented) return;
      event.preventDefault();
      conclude(event.submitter.value);
    });
    dialog.addEventListener("close", () => conclude());
  });
}

const selectedText = () => {
  const { from, to } = editor.state.selection;
  return editor.state.doc.textBetween(from, to, " ", (node) => node.attrs.name ?? "");
};

async function insertLink() {
  const isLink = isOn("link");
  const hasText = isLink || !editor.state.selection.empty;
  const before = editor.getAttributes("link").href ?? "";
  const { answer, address, text } = await ask("link", { address: before, text: hasText ? null : "" });
  if (answer === "remove") chain().extendMarkRange("link").unsetMark("link").run();
  if (answer !== "insert") return;
  if (hasText) chain().extendMarkRange("link").setMark("link", { href: address }).run();
  else {
    const mark = { type: "link", attrs: { href: address } };
    chain().insertContent({ type: "text", text: text || address, marks: [mark] }).run();
  }
}

async function insertSecurity() {
  const words = selectedText().trim();
  const isChip = isOn("security");
  const { answer, security } = await ask("security", { term: words }, completeSecurities);
  if (answer !== "insert" || !security) return;
  const [symbol, ...name] = security.split(" ");
  const attrs = { symbol, name: (!isChip && words) || name.join(" ") };
  chain().insertContent({ type: "security", attrs }).run();
}

function completeSecurities(dialog) {
  const form = dialog.querySelector("form");
  const { term } = form.elements;
  const list = dialog.querySelector("[role=group]");
  let asked = 0;
  let answered = 0;
  let isAwaited = false; // by Enter, which may be faster than the answer to what was typed
  async function complete() {
    const mine = ++asked;
    const address = `${template.dataset.securities}&term=${encodeURIComponent(term.value.trim())}`;
    const answer = term.value.trim() && (await fetch(address).catch(() => null));
    const { results } = answer?.ok && !answer.redirected ? await answer.json() : { results: [] };
    if (mine !== asked) return; // more was typed meanwhile
    answered = mine;
    list.replaceChildren(...results.map(choice));
    if (results.length) list.querySelector("input").checked = true;
    if (isAwaited && results.length) form.requestSubmit(form.querySelector("[value=insert]"));
    isAwaited = false;
  }
  form.addEventListener("submit", (event) => {
    if (event.submitter?.value !== "insert") return;
    isAwaited = answered !== asked;
    if (isAwaited || !list.querySelector("input")) event.preventDefault();
  });
  function choice({ text, symbol }) {
    const label = template.content.querySelector(".security-choice").cloneNode(true);
    label.querySelector("input").value = `${symbol} ${text}`;
    label.querySelector(".name").textContent = text;
    label.querySelector(".code").textContent = codeOf(symbol);
    return label;
  }
  term.addEventListener("input", complete);
  term.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const choices = [...list.querySelectorAll("input")];
    const next = step && choices[choices.findIndex((input) => input.checked) + step];
    if (!next) return;
    event.preventDefault();
    next.checked = true;
    next.closest("label").scrollIntoView({ block: "nearest" });
  });
  complete();
}

async function insertFigure() {
  const isFigure = isOn("figure");
  const { image } = isFigure ? editor.getAttributes("figure") : { image: {} };
  const { answer, address, alt, caption } = await ask("figure", {
    address: image.src ?? "",
    alt: image.alt ?? "",
    caption: isFigure ? null : selectedText(), // which is edited in its place
  });
  if (answer !== "insert") return;
  const attrs = { image: { ...image, src: address, alt } };
  if (isFigure) chain().updateAttributes("figure", attrs).run();
  else chain().insertContent({ type: "figure", attrs, content: caption ? [{ type: "text", text: caption }] : [] }).run();
}

/* The editor, in the place of the textarea */

const label = document.querySelector("label[for=id_body_html]");
const box = document.createElement("div");
box.className = "body-editor";
textarea.before(box);
box.append(toolbar);

const editor = new Editor({
  element: box,
  extensions,
  injectCSS: false, // which the site's policy forbids: admin.css has the rules
  enablePasteRules: false,
  editorProps: {
    attributes: {
      role: "textbox",
      lang: "zh-Hans",
      spellcheck: "false",
      "aria-multiline": "true",
      "aria-labelledby": "body-label",
      "aria-describedby": textarea.getAttribute("aria-describedby") ?? "",
    },
    transformPastedHTML: quiet,
    // The form has keys of its own.
    handleKeyDown: (_, { key, ctrlKey, metaKey, altKey }) => key === "Enter" && (ctrlKey || metaKey || altKey),
  },
  onUpdate: () => {
    write();
    point();
  },
  onSelectionUpdate: point,
  onTransaction: tell,
});

function isSource() {
  return !textarea.hidden;
}

function show(source) {
  if (!source) read({ canBeUndone: true }); // before the textarea goes, and tells of a change itself
  const area = editor.view.dom;
  textarea.hidden = !source;
  area.hidden = source;
  label.htmlFor = source ? textarea.id : ""; // it is the label of what is shown
  label.id = source ? "" : "body-label";
  tell();
}

label.addEventListener("click", () => isSource() || editor.commands.focus());
textarea.addEventListener("change", () => isSource() || read({ canBeUndone: false })); // a copy was taken back
const isWriting = document.activeElement === textarea; // already, while this script was on its way
read({ canBeUndone: false });
show(false);
if (isWriting) editor.commands.focus("end");
