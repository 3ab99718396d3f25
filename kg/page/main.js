// Both languages, the theme, and the start.
(() => {
  const { $, state } = kg;
  kg.words({
    zh: { keys: "键盘：/ 搜索，Tab 到图上后方向键移动、Enter 打开、Esc 取消、+ − 0 缩放。" },
    en: { keys: "Keys: / search; Tab to the graph, then arrows move, Enter opens, Esc clears, + − 0 zoom." },
  });
  function translate() {
    kg.root.lang = state.lang;
    const title = kg.pick(kg.model.titles);
    document.title = title.text;
    $("title").textContent = title.text;
    $("title").lang = title.lang || state.lang;
    kg.translate(document);
    $("lang").textContent = kg.say("other");
    $("lang").lang = state.lang === "zh" ? "en" : "zh";
    $("lang").title = kg.say("language");
    $("lang").setAttribute("aria-label", `${kg.say("other")} · ${kg.say("language")}`);
  }
  kg.on((changed) => { if (changed.has("lang")) translate(); });
  $("lang").addEventListener("click", () => state.set({ lang: state.lang === "zh" ? "en" : "zh" }));
  $("theme").addEventListener("click", () => state.set({ theme: kg.isDark() ? "light" : "dark" }));
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.defaultPrevented || event.target.matches("input, textarea, select") || state.selected < 0) return;
    kg.select(-1);
    kg.focusView();
  });
  window.kgPage = kg.exposed();
  state.start();
  document.querySelector("main").removeAttribute("aria-busy");
})();
