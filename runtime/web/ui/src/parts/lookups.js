// Relations are chosen by typing: a <select> becomes a search box whose hits come from the server.

import TomSelect from "tom-select/dist/js/tom-select.base.min.js";

export function startLookups(form) {
  for (const select of form.querySelectorAll("select[data-lookup], select[multiple]")) enhance(form, select);
}

function enhance(form, select) {
  const { lookup, placeholder, nothing } = select.dataset;
  const label = select.labels[0]?.firstChild.textContent.trim() ?? "";
  const box = new TomSelect(select, {
    create: false,
    maxOptions: 50,
    placeholder,
    hidePlaceholder: true,
    allowEmptyOption: false,
    closeAfterSelect: !select.multiple,
    refreshThrottle: 0,
    ...(lookup ? remote(form, lookup) : {}),
    render: { no_results: (_data, escape) => `<div class="no-results">${escape(nothing ?? "–")}</div>` },
    onChange: () => select.dispatchEvent(new Event("input", { bubbles: true })),
  });
  select.setAttribute("aria-label", label);
  box.control_input.setAttribute("aria-label", label);
  // Enter chooses; it never sends the form from in here.
  box.control_input.addEventListener("keydown", (event) => event.key === "Enter" && event.preventDefault());
  if (lookup && !select.multiple) allowClearing(box, select);
}

function remote(form, address) {
  return {
    valueField: "value",
    labelField: "text",
    searchField: ["text", "hint"],
    preload: "focus",
    loadThrottle: 180,
    shouldLoad: () => true,
    load(text, show) {
      fetch(`${address}?q=${encodeURIComponent(text)}`, { headers: { Accept: "application/json" } })
        .then((answer) => (answer.ok ? answer.json() : { options: [] }))
        .then(({ options }) => {
          this.clearOptions((option) => this.items.includes(String(option.value)));
          show(options);
        }, () => show());
    },
    score: () => () => 1,
  };
}

function allowClearing(box, select) {
  box.control_input.addEventListener("keydown", (event) => {
    if (event.key === "Backspace" && !box.control_input.value && !select.required) box.clear();
  });
}
