// Search as one types, by names, the end of the IRI and the facts.
(() => {
  const { $, el, fold, model, state } = kg;
  const { nodes } = model;
  kg.words({
    zh: { hits: "搜索结果", search: "搜索名称、别名、标识", none: "没有匹配的节点", found: (n) => `${n} 个结果` },
    en: { hits: "Search results", search: "Search names, other names, ids", none: "No node matches", found: (n) => kg.many(n, "result") },
  });
  // An IRI as it is shown, or as a browser copies it from a link.
  function plain(iri) { try { return fold(decodeURI(iri)); } catch { return fold(iri); } }
  const index = nodes.map(({ labels, iri, facts }) => ({
    iri: plain(iri),
    names: Object.values(labels).map(fold),
    slug: fold(kg.localName(iri)),
    rest: fold(facts.filter((fact) => !model.isIri(fact)).map(({ text }) => text).join("\n")),
  }));
  let hits = [];
  let current = -1;

  function rank(id, query, words) {
    const { iri, names, slug, rest } = index[id];
    const pasted = plain(query.replace(/^<|>$/g, ""));
    if (iri === pasted) return 0;
    if (names.includes(query) || slug === query) return 0;
    if (names.some((text) => text.startsWith(query))) return 1;
    if (names.some((text) => words.every((word) => text.includes(word)))) return 2;
    if (words.every((word) => slug.includes(word))) return 3;
    if (/[:/#]/.test(pasted) && iri.includes(pasted)) return 3;
    const all = [...names, slug, rest].join("\n");
    return words.every((word) => all.includes(word)) ? 4 : -1;
  }
  function search() {
    const query = fold($("search").value.trim());
    const words = query.split(/\s+/);
    hits = query ? model.ranked.map((id) => [rank(id, query, words), id]).filter(([order]) => order >= 0).sort(([a], [b]) => a - b).map(([, id]) => id) : [];
    const all = hits.length;
    hits = hits.slice(0, 30);
    current = hits.length ? 0 : -1;
    show(query, words);
    if (query) kg.announce(all ? kg.say("found", all) : kg.say("none"));
  }
  function marked(text, words) {
    const low = fold(text);
    const word = low.length === text.length && words.find((each) => low.includes(each));
    if (!word) return [text];
    const at = low.indexOf(word);
    return [text.slice(0, at), el("mark", {}, text.slice(at, at + word.length)), text.slice(at + word.length)];
  }
  function show(query, words) {
    const list = $("hits");
    list.replaceChildren(...hits.map((id, i) => {
      const { labels, group } = nodes[id];
      const main = kg.pick(labels);
      return el("li", { id: `hit${i}`, role: "option", "aria-selected": String(i === current), onmousedown: (event) => event.preventDefault(), onclick: () => choose(i) },
        kg.glyph(group),
        el("span", {}, el("span", { lang: main.lang || null }, ...marked(main.text, words)),
          el("small", {}, kg.name(kg.kindOf(id)), ...kg.others(labels).flatMap(({ text }) => [" · ", ...marked(text, words)]))));
    }));
    if (query && !hits.length) list.append(el("li", { class: "none", role: "option", "aria-disabled": "true", "aria-selected": "false" }, kg.say("none")));
    list.hidden = !query;
    $("search").setAttribute("aria-expanded", String(!list.hidden));
    highlight();
  }
  function highlight() {
    $("hits").querySelectorAll("[role=option]").forEach((item, i) => {
      if (item.id) item.setAttribute("aria-selected", String(i === current));
      if (i === current) item.scrollIntoView({ block: "nearest" });
    });
    if (current >= 0) $("search").setAttribute("aria-activedescendant", `hit${current}`);
    else $("search").removeAttribute("aria-activedescendant");
  }
  function close() {
    $("hits").hidden = true;
    current = -1;
    $("search").setAttribute("aria-expanded", "false");
    $("search").removeAttribute("aria-activedescendant");
  }
  function choose(i) {
    const id = hits[i];
    if (id === undefined) return;
    close();
    state.set({ selected: id, query: "" }, { jump: true, focus: true });
  }
  function press(event) {
    if (event.isComposing) return; // Enter that ends an input method's word is not a choice
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && hits.length) { current = (current + step + hits.length) % hits.length; highlight(); }
    else if (event.key === "Enter" && current >= 0) choose(current);
    else if (event.key === "Escape") { state.set({ query: "" }); hits = []; close(); $("search").blur(); }
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  kg.on((changed, how) => {
    if (changed.has("query") && $("search").value.trim() !== state.query) $("search").value = state.query;
    if (changed.has("lang")) {
      $("search").placeholder = kg.say("search");
      $("search").setAttribute("aria-label", kg.say("search"));
      close();
    }
    if (!how.start) return;
    $("search").addEventListener("input", () => { state.set({ query: $("search").value.trim() }); search(); });
    $("search").addEventListener("keydown", press);
    $("search").addEventListener("focus", () => { if ($("search").value) search(); });
    $("search").addEventListener("blur", close);
    document.addEventListener("keydown", (event) => {
      if (event.key !== "/" || event.target.matches("input, textarea, select") || event.ctrlKey || event.metaKey) return;
      event.preventDefault();
      $("search").focus();
    });
  });
})();
