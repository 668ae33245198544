// Keys: each part puts its own into timtin.keys; a key that had nothing to do is left to the browser. Speech input may type
// single letters, so the sheet of keys can switch them off (WCAG 2.1.4); function keys are no letters and stay.
(() => {
  "use strict";

  const box = document.getElementById("q");
  const sheet = document.getElementById("keys");
  const { keys, store } = timtin;

  keys["/"] = () => {
    if (!box) return false;
    box.focus();
    box.select();
    return true;
  };
  keys["?"] = () => {
    if (!sheet.showModal) return false;
    sheet.showModal();
    return true;
  };

  const typing = (element) => element.isContentEditable || /^(input|textarea|select)$/i.test(element.tagName);
  const enabled = () => store.get("keys", true);

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing || sheet.open) return;
    const letter = event.key.length === 1;
    if (letter && (typing(event.target) || !enabled())) return;
    const act = keys[event.shiftKey && !letter ? "Shift" + event.key : event.key];
    if (act && act()) event.preventDefault();
  });

  document.querySelectorAll("[data-dialog]").forEach((link) => link.addEventListener("click", (event) => {
    if (keys["?"]()) event.preventDefault();
  }));

  sheet.querySelectorAll("[data-store]").forEach((input) => {
    input.checked = store.get(input.dataset.store, true);
    input.addEventListener("change", () => {
      store.set(input.dataset.store, input.checked);
      if (input.dataset.store === "history" && !input.checked) store.set("recent", []);
    });
  });
})();
