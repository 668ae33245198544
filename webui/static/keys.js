// Keys for readers who have JavaScript: "/" goes to the search box, j and k walk through the results, n and p through the
// hits of an article. Everything they do can be done by links too.
(function () {
  "use strict";

  const box = document.getElementById("q");
  const titles = Array.from(document.querySelectorAll(".results .hit-title a"));
  const hits = document.querySelectorAll(".story mark").length;

  // Speech input may type single letters, so the keys can be switched off (WCAG 2.1.4); the switch stands on the help page.
  const off = {
    get: () => { try { return localStorage.getItem("keys") === "off"; } catch { return false; } },
    set: (yes) => { try { localStorage.setItem("keys", yes ? "off" : "on"); } catch { /* storage is denied: on */ } },
  };
  const keySwitch = document.getElementById("keys-on");
  if (keySwitch) {
    keySwitch.checked = !off.get();
    keySwitch.addEventListener("change", () => off.set(!keySwitch.checked));
    keySwitch.parentElement.hidden = false;
  }

  function focusBox() {
    if (!box) return false;
    box.focus();
    box.select();
    return true;
  }

  function step(by) {
    if (!titles.length) return false;
    const at = titles.indexOf(document.activeElement);
    const next = at < 0 ? (by > 0 ? 0 : titles.length - 1) : Math.min(Math.max(at + by, 0), titles.length - 1);
    titles[next].focus();
    return true;
  }

  function hit(by) {
    if (!hits) return false;
    const now = /^#hit-(\d+)$/.exec(location.hash);
    const at = now ? Number(now[1]) : by > 0 ? 0 : 1;
    location.hash = "hit-" + (((at - 1 + by + hits) % hits) + 1);
    return true;
  }

  const keys = {
    "/": focusBox,
    j: () => step(1),
    k: () => step(-1),
    n: () => hit(1),
    p: () => hit(-1),
  };

  function typing(element) {
    return element.isContentEditable || /^(input|textarea|select)$/i.test(element.tagName);
  }

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing || typing(event.target)) return;
    if (off.get()) return;
    const act = keys[event.key];
    if (act && act()) event.preventDefault();
  });

  // Browsers that cannot style the inside of closed details (see site.css) get the filters opened beside wide results.
  const filters = document.querySelector("details.filters");
  if (filters && !CSS.supports("selector(::details-content)") && matchMedia("(min-width: 60rem)").matches) {
    filters.open = true;
  }
})();
