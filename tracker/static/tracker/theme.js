/* Runs before the first paint: sets the colour scheme, so that a dark page never flashes white. */
(() => {
  const root = document.documentElement;
  const system = matchMedia("(prefers-color-scheme: dark)");
  const apply = () => {
    const chosen = root.dataset.theme;
    root.dataset.bsTheme = chosen === "auto" ? (system.matches ? "dark" : "light") : chosen;
  };
  root.classList.add("js");
  system.addEventListener("change", apply);
  root.addEventListener("theme:chosen", apply);
  apply();
})();
