// Menus are <details>; here they close like menus: on Escape, on a click elsewhere, when focus leaves; arrows move.

export function startMenus() {
  document.addEventListener("click", (event) => closeAll(event.target.closest?.("details.menu")));
  document.addEventListener("focusin", (event) => closeAll(event.target.closest?.("details.menu")));
  document.addEventListener("keydown", onKey);
}

function closeAll(except) {
  for (const menu of document.querySelectorAll("details.menu[open]")) if (menu !== except) menu.open = false;
}

function onKey(event) {
  const menu = event.target.closest?.("details.menu");
  if (!menu) return;
  if (event.key === "Escape" && menu.open) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
  if ((event.key === "ArrowDown" || event.key === "ArrowUp") && !event.target.matches("input, select, textarea")) {
    event.preventDefault();
    menu.open = true;
    move(menu, event.key === "ArrowDown" ? 1 : -1);
  }
}

function move(menu, step) {
  const places = [...menu.querySelectorAll(".menu-body :is(a, button)")].filter((place) => place.offsetParent);
  const at = places.indexOf(document.activeElement);
  places[(at + step + places.length) % places.length]?.focus();
}
