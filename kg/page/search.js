// The search box: as one types, from the keyboard by "/".
(() => {
  const { $, state } = kg;
  kg.words({
    zh: { hits: "搜索结果", search: "搜索名称、拼音、别名、标识" },
    en: { hits: "Search results", search: "Search names, pinyin, identifiers" },
  });
  let box = null;
  const typed = () => $("search").value.trim();
  function start() {
    box = kg.choice({
      input: $("search"), list: $("hits"), prefix: "hit", option: kg.hit,
      find: () => ({ ...kg.seek(typed()), text: typed() }),
      choose: (id) => state.set({ selected: id, query: "" }, { jump: true, focus: true }),
      escape: () => { state.set({ query: "" }); $("search").value = ""; $("search").blur(); },
    });
    $("search").addEventListener("input", () => state.set({ query: typed() }));
    $("search").addEventListener("focus", () => { if (typed()) box.show(); });
    document.addEventListener("keydown", (event) => {
      if (event.key !== "/" || event.target.matches("input, textarea, select") || event.ctrlKey || event.metaKey) return;
      event.preventDefault();
      $("search").focus();
    });
  }
  kg.on((changed, how) => {
    if (how.start) start();
    if (changed.has("query") && typed() !== state.query) $("search").value = state.query;
    if (!changed.has("lang")) return;
    $("search").placeholder = kg.say("search");
    $("search").setAttribute("aria-label", kg.say("search"));
    box.close();
  });
  kg.expose({
    get hits() { return box.hits.map((id) => kg.model.nodes[id].iri); },
    find: (text) => { const { hits, total } = kg.seek(text); return { hits: hits.map((id) => kg.model.nodes[id].iri), total }; },
  });
})();
