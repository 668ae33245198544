// The list of results: keys through the titles, citations to the clipboard, the sheet of filters, all values of a facet.
(() => {
  "use strict";

  const { keys, say, word } = timtin;

  function step(by) {
    // Folded reprints are walked through while they are unfolded.
    const folded = (title) => title.matches("details:not([open]) *");
    const titles = Array.from(document.querySelectorAll(".hit-title a, .reprint-title")).filter((title) => !folded(title));
    if (!titles.length) return false;
    const at = titles.findLastIndex((title) => title.closest("li").contains(document.activeElement));
    const next = at < 0 ? (by > 0 ? 0 : titles.length - 1) : Math.min(Math.max(at + by, 0), titles.length - 1);
    titles[next].focus();
    return true;
  }
  keys.j = () => step(1);
  keys.k = () => step(-1);

  async function copy(text) {
    if (navigator.clipboard) return navigator.clipboard.writeText(text);
    // Pages that are not served over TLS have no clipboard of their own.
    const field = document.createElement("textarea");
    field.value = text;
    field.className = "vh";
    document.body.append(field);
    const before = document.activeElement;
    field.select();
    const done = document.execCommand("copy");
    field.remove();
    before.focus();
    if (!done) throw new Error("not copied");
  }

  async function cite(link) {
    const label = link.textContent;
    try {
      await copy(link.dataset.cite);
      say(word("copied"));
      link.textContent = "✓ " + word("copied");
      setTimeout(() => { link.textContent = label; }, 2000);
    } catch {
      say(word("uncopied"));
    }
  }

  document.addEventListener("click", (event) => {
    const link = event.target.closest("[data-cite]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    cite(link);
  });
  keys.c = () => {
    const hit = document.activeElement.closest(".reprint, .hit, .story, body");
    const link = (hit.matches(".reprint, .hit") ? hit : document).querySelector("[data-cite]");
    if (!link) return false;
    cite(link);
    return true;
  };

  // The sheet stays open while several values are chosen one after another, each of which is a new page.
  const sheet = document.getElementById("filters");
  timtin.keepSheet = () => {
    if (sheet && sheet.matches("[popover]:popover-open")) sessionStorage.setItem("timtin.sheet", String(sheet.scrollTop));
  };
  if (sheet && sheet.showPopover) {
    const wide = matchMedia("(min-width: 60rem)");
    const kept = sessionStorage.getItem("timtin.sheet");
    sessionStorage.removeItem("timtin.sheet");
    if (kept !== null && !wide.matches) {
      sheet.showPopover();
      sheet.scrollTop = Number(kept);
    }
    sheet.addEventListener("click", (event) => {
      if (event.target.closest("a[href]")) timtin.keepSheet();
    });
    wide.addEventListener("change", () => { if (wide.matches && sheet.matches(":popover-open")) sheet.hidePopover(); });
  }

  // "More" brings the other values into place instead of leading to their own page.
  document.querySelectorAll("[data-more]").forEach((link) => link.addEventListener("click", async (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    event.stopPropagation();
    try {
      const response = await fetch(link.href);
      const page = new DOMParser().parseFromString(await response.text(), "text/html");
      const values = page.querySelectorAll(".value-list > li");
      const list = link.closest(".facet").querySelector("ul");
      const label = (item) => item.querySelector(".take > span").textContent;
      const shown = new Set(Array.from(list.children, label));
      const fresh = Array.from(values).filter((item) => !shown.has(label(item)));
      if (!response.ok || !fresh.length) throw new Error("nothing more");
      list.append(...fresh);
      fresh[0].querySelector("a").focus();
      if (page.querySelector(".value-list ~ p")) link.removeAttribute("data-more"); else link.parentElement.remove();
    } catch {
      location.href = link.href;
    }
  }));
})();
