// The bars over time: dragging over several, or Shift with an arrow key, chooses the time from the first to the last. One
// bar is a link, with or without this.
(() => {
  "use strict";

  const { articles } = timtin;

  function name(bar) {
    const text = bar.querySelector("title").textContent;
    return text.slice(0, text.lastIndexOf(":"));
  }

  document.querySelectorAll(".timeline").forEach((frame) => {
    const drawing = frame.querySelector("svg");
    const bars = Array.from(drawing.querySelectorAll("a"));
    const readout = frame.querySelector(".readout");
    if (bars.length < 2) return;
    let from = -1; // where the choice began, and where it has come to
    let to = -1;
    let dragging = false;

    const ends = () => [Math.min(from, to), Math.max(from, to)];

    function mark() {
      const [first, last] = ends();
      bars.forEach((bar, at) => bar.classList.toggle("picked", from !== to && first <= at && at <= last));
      if (from < 0) { readout.textContent = ""; return; }
      const chosen = bars.slice(first, last + 1);
      const label = from === to ? name(bars[to]) : `${name(bars[first])} – ${name(bars[last])}`;
      readout.textContent = `${label}: ${articles(chosen.reduce((sum, bar) => sum + Number(bar.dataset.n), 0))}`;
    }

    function pick(start, end) {
      from = start;
      to = end;
      mark();
    }

    function go() {
      const [first, last] = ends();
      const address = new URL(bars[first].getAttribute("href"), location.href);
      address.searchParams.set("to", new URL(bars[last].getAttribute("href"), location.href).searchParams.get("to"));
      timtin.keepSheet();
      location.href = address.href;
    }

    function under(event) {
      const middles = bars.map((bar) => { const box = bar.getBoundingClientRect(); return box.left + box.width / 2; });
      const distances = middles.map((middle) => Math.abs(middle - event.clientX));
      return distances.indexOf(Math.min(...distances));
    }

    // With one of these keys a click opens a window of its own, as with any link.
    const elsewhere = (event) => event.ctrlKey || event.metaKey || event.shiftKey;

    // One bar is in the tab order, arrows lead to the others.
    const stop = (at) => bars.forEach((bar, other) => bar.setAttribute("tabindex", other === at ? "0" : "-1"));
    stop(Math.max(bars.findIndex((bar) => !bar.classList.contains("out")), 0));

    // On the frame: a drawing that listens for the focus would get it itself.
    frame.addEventListener("focusin", (event) => {
      const at = bars.indexOf(event.target.closest("a"));
      if (at < 0 || dragging) return;
      stop(at);
      if (at !== to) pick(at, at);
    });
    frame.addEventListener("focusout", (event) => {
      if (!dragging && !drawing.contains(event.relatedTarget)) pick(-1, -1);
    });
    drawing.addEventListener("keydown", (event) => {
      const at = bars.indexOf(document.activeElement);
      const next = {
        ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: bars.length - 1,
      }[event.key];
      if (next >= 0 && next < bars.length) {
        const start = event.shiftKey && from >= 0 ? from : next;
        from = start;
        to = next;
        bars[next].focus();
        mark();
      } else if (event.key === "Enter" && from !== to) {
        go();
      } else if (event.key === "Escape" && from !== to) {
        pick(at, at);
      } else {
        return;
      }
      event.preventDefault();
    });

    drawing.addEventListener("dragstart", (event) => event.preventDefault());
    drawing.addEventListener("pointerdown", (event) => {
      if (event.button || elsewhere(event)) return;
      const at = under(event);
      pick(at, at);
      dragging = true;
      drawing.setPointerCapture(event.pointerId);
    });
    drawing.addEventListener("pointermove", (event) => {
      const at = under(event);
      if (dragging) pick(from, at); else if (event.pointerType === "mouse") pick(at, at);
    });
    drawing.addEventListener("pointerup", () => {
      if (!dragging) return;
      dragging = false;
      go();
    });
    drawing.addEventListener("pointercancel", () => { dragging = false; pick(-1, -1); });
    drawing.addEventListener("pointerleave", () => { if (!dragging) pick(-1, -1); });
    // The pointer has gone there already; a click that no pointer made is that of a key or of a screen reader.
    drawing.addEventListener("click", (event) => {
      if (event.detail && !elsewhere(event)) event.preventDefault();
    });
  });
})();
