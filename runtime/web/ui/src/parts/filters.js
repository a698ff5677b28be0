// The condition builder: operators and the value's control follow the chosen field.

export function startFilters() {
  for (const form of document.querySelectorAll("[data-filter]")) follow(form);
}

function follow(form) {
  const field = form.elements.f;
  const operator = form.elements.op;
  const all = [...operator.options];
  const plain = form.elements.v;

  function chosen() {
    const { operators, input, choices } = field.selectedOptions[0].dataset;
    const offered = operators.split(" ");
    operator.replaceChildren(...offered.map((name) => all.find((option) => option.value === name)));
    operator.selectedIndex = 0;
    showValue(input, choices ? JSON.parse(choices) : null);
    compared();
  }

  function showValue(type, choices) {
    const control = choices ? select(choices) : plain;
    if (!choices) plain.type = type;
    form.elements.v.replaceWith(control);
    control.id = plain.id;
    control.name = "v";
  }

  function compared() {
    const needsValue = operator.selectedOptions[0]?.dataset.operands !== "0";
    form.elements.v.closest(".field").hidden = !needsValue;
    form.elements.v.disabled = !needsValue;
    form.elements.v2.closest(".field").hidden = operator.selectedOptions[0]?.dataset.operands !== "2";
    form.elements.v2.type = plain.type;
  }

  field.addEventListener("change", chosen);
  operator.addEventListener("change", compared);
  chosen();
}

function select(choices) {
  const made = document.createElement("select");
  made.className = "form-select";
  made.append(...choices.map(([code, label]) => new Option(label, code)));
  return made;
}
