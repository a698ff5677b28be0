// Formatted text: a small editor over the <textarea>, which keeps the HTML; the server cleans what it is sent.

const COMMANDS = {
  bold: () => document.execCommand("bold"),
  italic: () => document.execCommand("italic"),
  "h-2": () => document.execCommand("formatBlock", false, isIn("h3") ? "p" : "h3"),
  list: () => document.execCommand("insertUnorderedList"),
  "list-numbers": () => document.execCommand("insertOrderedList"),
  link: addLink,
  "clear-formatting": () => {
    document.execCommand("removeFormat");
    document.execCommand("unlink");
    document.execCommand("formatBlock", false, "p");
  },
};

export function startRichText(form) {
  document.execCommand("styleWithCSS", false, false);
  document.execCommand("defaultParagraphSeparator", false, "p");
  for (const area of form.querySelectorAll("textarea[data-rich]")) edit(area);
}

function edit(area) {
  const editor = document.createElement("div");
  editor.className = "form-control prose rich";
  editor.contentEditable = area.disabled ? "false" : "true";
  editor.role = "textbox";
  editor.ariaMultiLine = "true";
  const [label] = area.labels;
  label.id = `l-${area.id}`;
  label.addEventListener("click", () => editor.focus());
  editor.setAttribute("aria-labelledby", label.id);
  // A link on top of the form leads to the field's id: now that of what one can see.
  editor.id = area.id;
  area.removeAttribute("id");
  editor.innerHTML = area.value;
  editor.addEventListener("input", () => keep(area, editor));
  editor.addEventListener("blur", () => area.dispatchEvent(new Event("change", { bubbles: true })));
  editor.addEventListener("paste", pastePlain);
  area.hidden = true;
  area.before(tools(area, editor), editor);
}

function keep(area, editor) {
  area.value = editor.textContent.trim() || editor.querySelector("img, hr") ? editor.innerHTML : "";
  area.dispatchEvent(new Event("input", { bubbles: true }));
}

function pastePlain(event) {
  event.preventDefault();
  document.execCommand("insertText", false, event.clipboardData.getData("text/plain"));
}

function tools(area, editor) {
  const bar = document.createElement("div");
  bar.className = "rich-tools";
  bar.role = "toolbar";
  const sprite = document.querySelector("use").getAttribute("href").split("#")[0];
  for (const [name, label] of Object.entries(JSON.parse(area.dataset.rich))) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "btn btn-quiet btn-square btn-small";
    button.title = label;
    button.ariaLabel = label;
    button.innerHTML = `<svg class="icon icon-small" aria-hidden="true"><use href="${sprite}#${name}"></use></svg>`;
    button.addEventListener("mousedown", (event) => event.preventDefault());
    button.addEventListener("click", () => {
      editor.focus();
      COMMANDS[name](label);
      keep(area, editor);
    });
    bar.append(button);
  }
  return bar;
}

function addLink(label) {
  const address = prompt(label, "https://");
  if (address && /^(https?:|mailto:|tel:)/i.test(address)) document.execCommand("createLink", false, address);
}

function isIn(tag) {
  return Boolean(getSelection().anchorNode?.parentElement?.closest(tag));
}
