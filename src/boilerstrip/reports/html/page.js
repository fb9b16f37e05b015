// What the page can do beyond being read: filters, the panel, keys, and marking removals as wrong. No markup is built.
"use strict";
(() => {
  const find = (selector, within = document) => within.querySelector(selector);
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const details = JSON.parse(find("#details").textContent);
  const byId = new Map(details.map((each) => [each.id, each]));
  const form = find(".filters");
  const panel = find("#panel");
  const articles = all("article").map((element) => ({
    element,
    marks: all("del[id]", element).map((each) => byId.get(each.id)),
    text: null,
  }));
  const store = "boilerstrip " + find("footer.page").textContent;
  const wrong = new Set(load());
  let chosen = null;

  function load() {
    try {
      return JSON.parse(localStorage.getItem(store)) || [];
    } catch {
      return []; // a browser may refuse storage to a file
    }
  }

  function save() {
    try {
      localStorage.setItem(store, JSON.stringify([...wrong]));
    } catch {
      // the marks then last as long as the page is open
    }
  }

  const parts = (id) => all(`[data-mark="${id}"]`, document.getElementById(id).closest("article"));

  // Filters
  const value = (name) => (form.elements[name] ? form.elements[name].value : "");
  const anything = () => ["category", "rule", "confidence"].some(value) || form.elements.wrong.checked;

  function fits(mark) {
    return ["category", "rule", "confidence"].every((name) => !value(name) || mark[name] === value(name))
      && (!form.elements.wrong.checked || wrong.has(mark.id));
  }

  function holds(article) {
    const query = value("search").trim().toLowerCase();
    if (!query) return true;
    article.text ??= article.element.textContent.toLowerCase();
    return article.text.includes(query);
  }

  function filter() {
    let documents = 0;
    let removals = 0;
    for (const article of articles) {
      const fitting = article.marks.filter(fits);
      const publisher = form.elements.publisher;
      const theirs = !publisher || !publisher.selectedIndex || article.element.dataset.publisher === publisher.value;
      const shown = theirs && (fitting.length > 0 || !anything()) && holds(article);
      article.element.hidden = !shown;
      if (!shown) continue;
      documents += 1;
      removals += fitting.length;
      for (const mark of article.marks) {
        for (const part of parts(mark.id)) part.classList.toggle("off", !fitting.includes(mark));
      }
    }
    find(".count").textContent = `${documents} of ${articles.length} documents, ${removals} removals`;
  }

  // One removal
  function choose(id, scroll = true) {
    const mark = byId.get(id);
    if (!mark) return;
    if (chosen) for (const part of parts(chosen)) part.classList.remove("chosen");
    chosen = id;
    const element = document.getElementById(id);
    if (element.closest("article").hidden) form.reset(), filter();
    for (const part of parts(id)) part.classList.add("chosen");
    find("h2", panel).textContent = mark.rule;
    find(".about", panel).textContent = `${mark.category}, ${mark.confidence}`;
    find(".description", panel).textContent = mark.description;
    find(".reasons", panel).replaceChildren(...mark.reasons.map(([rule, detail]) => {
      const item = document.createElement("li");
      item.textContent = `${rule}: ${detail}`;
      return item;
    }));
    find(".where", panel).textContent = `${mark.name}: ${mark.where}`;
    find(".permalink", panel).href = "#" + id;
    panel.hidden = false;
    shownAsWrong();
    history.replaceState(null, "", "#" + id);
    element.focus({ preventScroll: true });
    if (scroll) element.scrollIntoView({ block: "center" });
  }

  function close() {
    panel.hidden = true;
    if (chosen) for (const part of parts(chosen)) part.classList.remove("chosen");
    chosen = null;
  }

  function step(by) {
    const seen = articles.filter((each) => !each.element.hidden).flatMap((each) => each.marks.filter(fits));
    if (!seen.length) return;
    const at = seen.findIndex((mark) => mark.id === chosen);
    const next = at < 0 ? (by > 0 ? 0 : seen.length - 1) : (at + by + seen.length) % seen.length;
    choose(seen[next].id);
  }

  // Marked as wrong
  function toggle() {
    if (!chosen) return;
    if (!wrong.delete(chosen)) wrong.add(chosen);
    save();
    marked();
  }

  function shownAsWrong() {
    const button = find(".wrong", panel);
    button.setAttribute("aria-pressed", String(wrong.has(chosen)));
    button.textContent = wrong.has(chosen) ? "Marked as wrong" : "Mark as wrong";
  }

  function marked() {
    for (const mark of details) {
      for (const part of parts(mark.id)) part.classList.toggle("wrong", wrong.has(mark.id));
    }
    const marks = details.filter((mark) => wrong.has(mark.id));
    find(".export").hidden = !marks.length;
    find(".marked").textContent = `${marks.length} marked as wrong: entries for a pack`;
    const text = entries(marks);
    find("textarea").value = text;
    const link = find(".download");
    if (link.href.startsWith("blob:")) URL.revokeObjectURL(link.href);
    link.href = URL.createObjectURL(new Blob([text], { type: "application/toml" }));
    shownAsWrong();
  }

  function entries(marks) {
    const seen = new Map();
    const missing = [];
    for (const mark of marks) {
      for (const [id, text] of mark.keep) seen.set(id, [text, mark.rule]);
      if (!mark.keep.length) missing.push(`# ${mark.rule}, ${mark.where}: no entry can name this text; use a pattern\n`);
    }
    return missing.join("") + [...seen].map(([id, [text, rule]]) =>
      `[[keep]]\nid = "keep-${id}"\ntext = ${quoted(text)}\nreason = ${quoted("wrongly removed by " + rule)}\n`).join("\n");
  }

  // JSON's escapes are TOML's too. Escaped besides: what TOML forbids, and what turns the writing of who reads it.
  const quoted = (text) => JSON.stringify(text).replace(/[\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g,
    (character) => "\\u" + character.charCodeAt(0).toString(16).padStart(4, "0"));

  async function copy() {
    const area = find("textarea");
    try {
      await navigator.clipboard.writeText(area.value);
    } catch {
      area.select();
      document.execCommand("copy");
    }
    find(".copy").textContent = "Copied";
    setTimeout(() => { find(".copy").textContent = "Copy"; }, 1500);
  }

  // Wiring
  const keys = { j: () => step(1), k: () => step(-1), w: toggle, "/": () => form.elements.search.focus(), Escape: close };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (!(event.target instanceof Element)) return;
    const typing = event.target.matches("input[type=search], select, textarea");
    if (typing && event.key === "Escape") return event.target.blur();
    if (typing) return;
    if (event.key === "Enter" && event.target.matches("del[id]")) return choose(event.target.id, false);
    if (keys[event.key]) {
      event.preventDefault();
      keys[event.key]();
    }
  });
  document.addEventListener("click", (event) => {
    const part = event.target.closest("[data-mark]");
    if (part) choose(part.dataset.mark, false);
    const bar = event.target.closest("[data-filter]");
    const select = bar && form.elements[bar.dataset.filter];
    if (select) {
      select.value = bar.dataset.value;
      filter();
      find("#documents").focus({ preventScroll: true });
      form.scrollIntoView();
    }
  });
  form.addEventListener("input", filter);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", () => setTimeout(filter));
  find(".close", panel).addEventListener("click", close);
  find(".wrong", panel).addEventListener("click", toggle);
  find(".copy").addEventListener("click", copy);
  window.addEventListener("hashchange", () => choose(location.hash.slice(1)));
  form.hidden = false;
  filter();
  marked();
  if (location.hash) choose(location.hash.slice(1));
})();
