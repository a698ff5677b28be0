// Forms: what depends on what follows at once, nothing is lost by leaving, nothing is saved twice.

const WAIT = 220;

export function startForms() {
  document.querySelector("[data-focus]")?.focus();
  for (const form of document.querySelectorAll("form[data-form]")) start(form);
}

async function start(form) {
  guard(form);
  followRail();
  if (form.dataset.state) followState(form);
  narrowChoices(form);
  if (form.querySelector("textarea[data-rich]")) {
    const { startRichText } = await import("./rich_text.js");
    startRichText(form);
  }
  if (form.querySelector("select[data-lookup], select[multiple]")) {
    const { startLookups } = await import("./lookups.js");
    startLookups(form);
  }
}

function guard(form) {
  const text = form.querySelector("[data-state-text]");
  let changed = false;
  let sent = false;
  form.addEventListener("input", () => {
    changed = true;
    if (text) text.textContent = form.dataset.unsaved;
  });
  form.addEventListener("submit", (event) => {
    if (sent) return event.preventDefault();
    sent = true;
    if (text) text.textContent = form.dataset.saving;
  });
  addEventListener("pageshow", () => (sent = false));
  addEventListener("beforeunload", (event) => {
    if (changed && !sent) event.preventDefault();
  });
  form.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    form.requestSubmit();
  });
  addEventListener("keydown", (event) => {
    if (event.key !== "s" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    form.requestSubmit();
  });
}

function followState(form) {
  let waiting;
  let asked;
  form.addEventListener("change", () => {
    clearTimeout(waiting);
    waiting = setTimeout(ask, WAIT);
  });

  async function ask() {
    asked?.abort();
    asked = new AbortController();
    const values = new FormData(form);
    for (const [name, value] of [...values]) if (value instanceof File) values.delete(name);
    try {
      const answer = await fetch(form.dataset.state, { method: "POST", body: values, signal: asked.signal });
      if (answer.ok) apply(form, await answer.json());
    } catch (error) {
      if (error.name !== "AbortError") throw error;
    }
  }
}

function apply(form, state) {
  for (const [name, shown] of Object.entries(state.sections)) setShown(form.querySelector(`[data-section="${name}"]`), shown);
  for (const [name, field] of Object.entries(state.fields)) {
    const box = form.querySelector(`[data-field="${name}"]`);
    if (!box) continue;
    setShown(box, field.show);
    box.querySelector(".need")?.toggleAttribute("hidden", !field.required);
    const control = box.querySelector("input:not([type=hidden]), select, textarea");
    control?.setAttribute("aria-required", String(field.required));
    for (const each of box.querySelectorAll("input, select, textarea, button")) {
      each.disabled = !field.show || field.read_only;
      each.tomselect?.[each.disabled ? "disable" : "enable"]();
    }
    const computed = box.querySelector("[data-computed]");
    if (computed && "html" in field) computed.innerHTML = field.html;
  }
}

function setShown(box, shown) {
  if (!box) return;
  box.hidden = !shown;
  if (box.tagName === "FIELDSET") box.disabled = !shown;
}

// A dependent picklist offers what its controlling field's value allows.
function narrowChoices(form) {
  for (const select of form.querySelectorAll("select[data-controlled-by]")) {
    const controlling = form.elements[select.dataset.controlledBy];
    if (!controlling) continue;
    const all = [...select.options];
    const narrow = () => {
      const offered = all.filter((option) => !option.dataset.when || option.dataset.when.split(" ").includes(controlling.value));
      const kept = select.value;
      select.replaceChildren(...offered);
      select.value = offered.some((option) => option.value === kept) ? kept : "";
      if (select.value !== kept) select.dispatchEvent(new Event("change", { bubbles: true }));
    };
    controlling.addEventListener("change", narrow);
    narrow();
  }
}

function followRail() {
  const links = [...document.querySelectorAll(".rail a")];
  if (!links.length) return;
  const seen = new IntersectionObserver(
    (entries) => {
      for (const entry of entries) {
        if (!entry.isIntersecting) continue;
        for (const link of links) link.toggleAttribute("aria-current", link.hash === `#${entry.target.id}`);
      }
    },
    { rootMargin: "-20% 0px -70% 0px" },
  );
  for (const link of links) {
    const section = document.querySelector(link.hash);
    if (section) seen.observe(section);
  }
}
