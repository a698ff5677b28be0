// A click anywhere in a row opens its record; a selection of text or a click on a link does not.

export function startRows() {
  document.addEventListener("click", (event) => {
    const row = event.target.closest?.("tr");
    const link = row?.querySelector("a[data-row]");
    if (!link || event.target.closest("a, button, input, label, summary") || getSelection().toString()) return;
    if (event.metaKey || event.ctrlKey) window.open(link.href, "_blank", "noopener");
    else link.click();
  });
}
