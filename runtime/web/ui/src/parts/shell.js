// The side bar folds, toasts go by themselves, "press to send" inputs send.

const YEAR = 31536000;

export function startShell() {
  showCurrentStage();
  document.addEventListener("keydown", showShortcuts);
  document.querySelector("[data-fold]")?.addEventListener("click", fold);
  for (const toast of document.querySelectorAll("[data-toast]")) leaveLater(toast);
  for (const form of document.querySelectorAll("[data-submit-on-change]")) {
    form.querySelector("[data-no-script]")?.setAttribute("hidden", "");
    form.addEventListener("change", () => form.requestSubmit());
  }
}

function showShortcuts(event) {
  const typing = event.target.closest?.("input, textarea, select, [contenteditable]");
  if (event.key === "?" && !typing) document.querySelector("[data-shortcuts]")?.showModal();
}

function showCurrentStage() {
  const path = document.querySelector(".path");
  const now = path?.querySelector('[aria-current="step"]');
  if (now) path.scrollLeft = now.offsetLeft - path.offsetLeft - path.clientWidth / 3;
}

function fold() {
  const root = document.documentElement;
  root.dataset.side = root.dataset.side === "narrow" ? "wide" : "narrow";
  document.cookie = `tenon_side=${root.dataset.side}; path=/; max-age=${YEAR}; samesite=lax`;
}

function leaveLater(toast) {
  let left = setTimeout(() => toast.remove(), 8000);
  toast.addEventListener("pointerenter", () => clearTimeout(left));
  toast.addEventListener("focusin", () => clearTimeout(left));
  toast.addEventListener("pointerleave", () => (left = setTimeout(() => toast.remove(), 3000)));
}
