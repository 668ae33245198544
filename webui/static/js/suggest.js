// Suggestions under the search box, after the combobox pattern of the ARIA Authoring Practices: nothing is chosen until an
// arrow key chooses it, so Enter searches what was typed. With an empty box: what was searched for lately, which is kept
// in this browser and nowhere else.
(() => {
  "use strict";

  const form = document.querySelector("form[data-suggest]");
  if (!form) return;
  const { say, word, articles, store } = timtin;
  const box = form.elements.q;
  const WAIT = 120; // milliseconds without a key before the server is asked
  const MOST_RECENT = 8;
  const answers = new Map();
  let waiting = 0;
  let asking = null;
  let offered = [];
  let active = -1;

  const list = document.createElement("ul");
  list.id = "suggestions";
  list.className = "suggestions";
  list.hidden = true;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", word("label", ""));
  box.parentElement.append(list);
  for (const [name, value] of [
    ["role", "combobox"], ["aria-autocomplete", "list"], ["aria-expanded", "false"], ["aria-controls", list.id],
  ]) box.setAttribute(name, value);

  function marked(text, marks) {
    const whole = document.createElement("span");
    const letters = Array.from(text); // marks count code points
    let at = 0;
    for (const [start, end] of marks || []) {
      whole.append(letters.slice(at, start).join(""));
      const mark = document.createElement("mark");
      mark.textContent = letters.slice(start, end).join("");
      whole.append(mark);
      at = end;
    }
    whole.append(letters.slice(at).join(""));
    return whole;
  }

  function option(one, at) {
    const item = document.createElement("li");
    item.id = "suggestion-" + at;
    item.className = "is-" + one.kind;
    item.setAttribute("role", "option");
    item.setAttribute("aria-selected", "false");
    const text = marked(one.text, one.marks);
    if (one.kind !== "forget") text.lang = "vi";
    item.append(text);
    const note = [word(one.kind), one.count ? articles(one.count) : ""].filter(Boolean).join(", ");
    if (note && one.kind !== "forget") {
      const kind = document.createElement("span");
      kind.className = "kind";
      kind.textContent = note;
      item.append(kind);
    }
    return item;
  }

  function show(found) {
    offered = found;
    active = -1;
    box.removeAttribute("aria-activedescendant");
    list.replaceChildren(...found.map(option));
    list.hidden = !found.length;
    box.setAttribute("aria-expanded", String(!list.hidden));
    if (found.length) say(word("suggestions", found.length));
  }

  function close() {
    clearTimeout(waiting);
    if (asking) asking.abort();
    if (!list.hidden) show([]);
  }

  function choose(at) {
    if (active >= 0) list.children[active].setAttribute("aria-selected", "false");
    active = at;
    if (at < 0) return box.removeAttribute("aria-activedescendant");
    const item = list.children[at];
    item.setAttribute("aria-selected", "true");
    item.scrollIntoView({ block: "nearest" });
    box.setAttribute("aria-activedescendant", item.id);
  }

  function accept(one) {
    if (one.kind === "forget") {
      store.set("recent", []);
      return close();
    }
    close();
    if (one.kind === "query" || one.kind === "recent") {
      box.value = one.text;
      form.requestSubmit(); // with the filters in force
    } else {
      location.href = one.links.html;
    }
  }

  function recent() {
    const kept = store.get("history", true) ? store.get("recent", []) : [];
    const found = kept.map((text) => ({ kind: "recent", text }));
    show(found.length ? [...found, { kind: "forget", text: word("forget") }] : []);
  }

  async function ask() {
    const text = box.value.trim();
    if (!text) return recent();
    if (asking) asking.abort();
    asking = new AbortController();
    try {
      if (!answers.has(text)) {
        const response = await fetch(`${form.dataset.suggest}?q=${encodeURIComponent(text)}`, { signal: asking.signal });
        if (!response.ok) return close();
        answers.set(text, (await response.json()).suggestions);
      }
      if (box.value.trim() === text && document.activeElement === box) show(answers.get(text));
    } catch { /* a later key has taken over, or there is no network: the box works without */ }
  }

  box.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(ask, box.value.trim() ? WAIT : 0);
  });
  box.addEventListener("click", () => { if (!box.value && list.hidden) recent(); });
  box.addEventListener("blur", close);
  box.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (by && list.hidden) {
      ask();
    } else if (by) {
      const places = offered.length + 1; // the box itself is one
      choose(((active + 1 + by + places) % places) - 1);
    } else if (event.key === "Enter" && active >= 0) {
      accept(offered[active]);
    } else if (event.key === "Escape" && !list.hidden) {
      close();
    } else {
      if (event.key === "Enter") close();
      return;
    }
    event.preventDefault();
  });
  list.addEventListener("mousedown", (event) => event.preventDefault()); // the box keeps the focus
  list.addEventListener("click", (event) => {
    const at = Array.from(list.children).indexOf(event.target.closest("li"));
    if (at >= 0) accept(offered[at]);
  });

  // What found something is worth remembering.
  const asked = new URLSearchParams(location.search).get("q");
  if (asked && document.querySelector(".results .hit") && store.get("history", true)) {
    store.set("recent", [asked, ...store.get("recent", []).filter((other) => other !== asked)].slice(0, MOST_RECENT));
  }
})();
