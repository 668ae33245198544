// An article: keys through its hits, through the results it was opened from, and back to them.
(() => {
  "use strict";

  const story = document.querySelector(".story");
  if (!story) return;
  const { keys, say, word } = timtin;
  const hits = story.querySelectorAll("mark").length;

  function hit(by) {
    if (!hits) return false;
    const now = /^#hit-(\d+)$/.exec(location.hash);
    const at = now ? Number(now[1]) : by > 0 ? 0 : 1;
    const next = ((at - 1 + by + hits) % hits) + 1;
    location.replace("#hit-" + next); // the way back leads to the results, not through every hit
    say(word("hit", `${next}/${hits}`));
    return true;
  }
  keys.n = keys.F3 = () => hit(1);
  keys.p = keys.ShiftF3 = () => hit(-1);

  function follow(selector) {
    const link = document.querySelector(selector);
    if (!link) return false;
    link.click();
    return true;
  }
  keys.j = () => follow('.steps [rel="next"]');
  keys.k = () => follow('.steps [rel="prev"]');
  keys.u = () => follow(".trail .back");
})();
