// The menu of looks: what its links do by a new page is done here at once, with the same cookie.
(() => {
  "use strict";

  const root = document.documentElement;
  const menu = document.querySelector(".menu");

  function prefer(name, value) {
    const first = menu.querySelector(`[data-prefer^="${name}="]`).dataset.prefer === `${name}=${value}`;
    if (first) delete root.dataset[name]; else root.dataset[name] = value;
    const secure = location.protocol === "https:" ? "; secure" : "";
    document.cookie = `${name}=${value}; path=/; max-age=${first ? 0 : 31536000}; samesite=strict${secure}`;
    menu.querySelectorAll(`[data-prefer^="${name}="]`).forEach((link) => {
      if (link.dataset.prefer === `${name}=${value}`) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    });
  }

  menu.addEventListener("click", (event) => {
    const link = event.target.closest("[data-prefer]");
    if (!link) return;
    event.preventDefault();
    prefer(...link.dataset.prefer.split("="));
  });
  document.addEventListener("click", (event) => { if (!menu.contains(event.target)) menu.open = false; });
  menu.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !menu.open) return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });

  timtin.keys.d = () => {
    const system = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
    prefer("theme", (root.dataset.theme || system) === "dark" ? "light" : "dark");
    return true;
  };
})();
