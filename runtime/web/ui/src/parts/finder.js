// The search in the top bar: Ctrl/⌘-K or "/" goes there, hits appear while typing, arrows choose.

const WAIT = 160;

export function startFinder() {
  const form = document.querySelector("[data-finder]");
  if (!form) return;
  const input = form.querySelector("input");
  const hits = form.querySelector(".finder-hits");
  let waiting;
  let asked;

  input.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => suggest(input.value.trim()), WAIT);
  });
  input.addEventListener("keydown", (event) => {
    if (event.key === "Escape") hits.replaceChildren();
    if (event.key === "ArrowDown") hits.querySelector("a")?.focus();
  });
  hits.addEventListener("keydown", (event) => {
    const step = { ArrowDown: "nextElementSibling", ArrowUp: "previousElementSibling" }[event.key];
    if (event.key === "Escape") input.focus();
    if (!step) return;
    event.preventDefault();
    let next = document.activeElement[step];
    while (next && next.tagName !== "A") next = next[step];
    (next ?? input).focus();
  });
  document.addEventListener("click", (event) => form.contains(event.target) || hits.replaceChildren());
  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest?.("input, textarea, select, trix-editor, [contenteditable]");
    const asks = (event.key === "k" && (event.ctrlKey || event.metaKey)) || (event.key === "/" && !typing);
    if (!asks) return;
    event.preventDefault();
    input.focus();
    input.select();
  });

  async function suggest(text) {
    asked?.abort();
    if (!text) return hits.replaceChildren();
    asked = new AbortController();
    try {
      const answer = await fetch(`${form.dataset.finder}?q=${encodeURIComponent(text)}`, { signal: asked.signal });
      if (answer.ok) hits.innerHTML = await answer.text();
    } catch (error) {
      if (error.name !== "AbortError") throw error;
    }
  }
}
