// Menus close when one goes elsewhere; what the links of that of looks do by a new page is done here at once, with the
// same cookie.
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
  const menus = document.querySelectorAll(".menu");
  document.addEventListener("click", (event) => {
    menus.forEach((one) => { if (!one.contains(event.target) || event.target.closest("[type]")) one.open = false; });
  });
  menus.forEach((one) => one.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !one.open) return;
    one.open = false;
    one.querySelector("summary").focus();
  }));

  timtin.keys.d = () => {
    const system = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
    prefer("theme", (root.dataset.theme || system) === "dark" ? "light" : "dark");
    return true;
  };
})();
