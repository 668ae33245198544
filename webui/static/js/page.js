// What the other parts share: what is said to screen readers, what this browser alone remembers, how keys are read.
// Everything that scripts do here adds to pages that work without them.
const timtin = (() => {
  "use strict";

  const live = document.getElementById("say");
  const numbers = new Intl.NumberFormat(document.documentElement.lang);

  // A word of the interface by its name, with a number in it where it takes one.
  const word = (name, number) =>
    (live.dataset[name] || "").replace("#", typeof number === "number" ? numbers.format(number) : number);
  const articles = (number) => word(number === 1 ? "article" : "articles", number);

  // Says a text to screen readers; it is put in place late, so that the same text is heard twice.
  const say = (text) => {
    live.textContent = "";
    setTimeout(() => { live.textContent = text; }, 50);
  };

  // Storage may be denied: then nothing is remembered, and everything else works.
  const store = {
    get(name, otherwise) {
      try {
        const kept = localStorage.getItem("timtin." + name);
        return kept === null ? otherwise : JSON.parse(kept);
      } catch { return otherwise; }
    },
    set(name, value) {
      try { localStorage.setItem("timtin." + name, JSON.stringify(value)); } catch { /* denied */ }
    },
  };

  return { say, word, articles, store, keys: {} };
})();
