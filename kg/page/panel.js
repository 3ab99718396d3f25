// The panel: an overview, or all that is told of the selected node.
(() => {
  const { $, el, model, spoken, pick, name, outside, state } = kg;
  const { nodes, classes, properties, terms, sources, around } = model;
  kg.words({
    zh: {
      nodes: () => "节点", links: () => "关系", sources: () => "出处", readIn: "出处", intro: "概览", hubs: "关联最多的节点", facts: "属性", near: "关联",
      iri: "标识（IRI）", close: "取消选择", outward: "指向", inward: "来自", cleared: "已取消选择",
      picked: (what, kind, n) => `已选择 ${what}，${kind}，${n} 条关系`,
    },
    en: {
      nodes: (n) => (n === 1 ? "node" : "nodes"), links: (n) => (n === 1 ? "link" : "links"), sources: (n) => (n === 1 ? "source" : "sources"), readIn: "Sources", intro: "Overview", hubs: "Most connected", facts: "Facts", near: "Connections",
      iri: "Identifier (IRI)", close: "Clear", outward: "to", inward: "from", cleared: "Selection cleared",
      picked: (what, kind, n) => `Selected ${what}, ${kind}, ${kg.many(n, "link")}`,
    },
  });

  function value(fact) {
    if (fact.term >= 0) return spoken(pick(terms[fact.term].labels), "span", { title: fact.text });
    if (model.isIri(fact)) return outside(fact.text);
    if (fact.kind.endsWith("#dateTime")) return el("span", { title: fact.text }, kg.datetime(fact.text));
    return spoken(fact);
  }
  function grouped(items, key) {
    const groups = new Map();
    for (const item of items) groups.set(key(item), [...(groups.get(key(item)) || []), item]);
    return [...groups].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  }
  const propertyName = (number) => spoken(pick(properties[number].labels), "span", { title: properties[number].iri });
  // Of texts with languages those in the language of the page; if there are none, all.
  function suited(facts) {
    const mine = facts.filter(({ lang }) => lang.toLowerCase().split("-")[0] === state.lang);
    return mine.length ? facts.filter((fact) => !fact.lang || mine.includes(fact)) : facts;
  }
  function factTable(facts) {
    return el("table", {}, el("tbody", {}, ...grouped(facts, (fact) => fact.property).map(([property, values]) =>
      el("tr", {}, el("th", { scope: "row" }, propertyName(property)), el("td", {}, ...suited(values).map(value))))));
  }
  function neighbours(id) {
    return grouped(around[id], ([property, , outward]) => `${outward ? 0 : 1}${name(properties[property])} ${property}`).map(([, links]) => {
      const [property, , outward] = links[0];
      const items = [...new Set(links.map(([, other]) => other))].sort((a, b) => (kg.nodeName(a) < kg.nodeName(b) ? -1 : 1));
      const way = el("span", { class: "way" }, el("span", { "aria-hidden": "true" }, outward ? " →" : "← "),
        el("span", { class: "unseen" }, kg.say(outward ? "outward" : "inward")));
      const heading = outward ? [propertyName(property), way] : [way, propertyName(property)];
      return el("tr", {}, el("th", { scope: "row" }, ...heading), el("td", { class: "near" }, kg.shortened(items.map((other) => el("li", {}, kg.nodeLink(other))))));
    });
  }
  // A passage in its own words first, then where it stands.
  function sourceItem([property, number]) {
    const source = sources[number];
    const told = source.facts.filter((fact) => !model.isIri(fact));
    const texts = suited(told).filter((fact) => fact.lang);
    const parts = told.filter((fact) => !fact.lang).map((fact) => `${name(properties[fact.property])} ${fact.text}`);
    return el("li", {},
      el("div", {}, outside(source.iri, spoken(pick(source.labels)))),
      ...texts.map((fact) => spoken(fact, "p")),
      el("small", {}, ...source.in.map((whole) => spoken(pick(model.wholes[whole].labels), "div")), [name(properties[property]), ...parts].join(" · ")));
  }

  const section = (title, ...children) => [el("h3", {}, title), ...children];
  function overview() {
    const figure = (number, word) => el("div", {}, el("b", {}, number.toLocaleString("en")), el("span", {}, kg.say(word, number)));
    const read = new Set(nodes.flatMap((node) => node.sources.map(([, source]) => source)));
    const hubs = model.ranked.slice(0, 8).map((id) => el("li", {}, kg.nodeLink(id, el("span", { class: "count" }, model.degree(id)))));
    return [
      el("h3", { id: "detail-title" }, kg.say("intro")),
      el("div", { class: "figures" }, figure(nodes.length, "nodes"), figure(model.links.length, "links"), figure(read.size, "sources")),
      ...section(kg.say("hubs"), el("ul", { class: "hubs" }, ...hubs)),
    ];
  }
  function described(id) {
    const { labels, facts, sources: cited, iri } = nodes[id];
    const kind = kg.kindOf(id);
    const group = classes[model.groups[kind.group]];
    const path = [group, kind].filter((cls, i, all) => cls && all.indexOf(cls) === i).map((cls) => name(cls)).join(" › ");
    return [
      el("p", { class: "kind" }, kg.glyph(kind.group), el("span", { title: kind.iri }, path),
        kg.button({ class: "plain", onclick: () => { kg.select(-1); kg.focusView(); } }, kg.say("close"))),
      spoken(pick(labels), "h2", { id: "detail-title", tabindex: "-1" }),
      ...kg.others(labels).map((label) => spoken(label, "p", { class: "other" })),
      ...(facts.length ? section(kg.say("facts"), factTable(facts)) : []),
      ...(around[id].length ? section(kg.say("near"), el("table", {}, el("tbody", {}, ...neighbours(id)))) : []),
      ...(cited.length ? section(kg.say("readIn"), el("div", { class: "sources" }, kg.shortened(cited.map(sourceItem)))) : []),
      ...(iri.startsWith("_:") ? [] : section(kg.say("iri"), el("span", { class: "iri" }, outside(iri)))),
    ];
  }
  function show() {
    const panel = $("detail");
    const { selected } = state;
    panel.replaceChildren(...(selected < 0 ? overview() : described(selected)));
    panel.parentNode.classList.toggle("chosen", selected >= 0);
    panel.parentNode.scrollTop = selected < 0 ? 0 : panel.offsetTop;
  }

  kg.on((changed, how) => {
    const { selected } = state;
    if (changed.has("selected") || changed.has("lang")) show();
    if (changed.has("selected") && !(how.start && selected < 0)) {
      kg.announce(selected < 0 ? kg.say("cleared") : kg.say("picked", kg.nodeName(selected), name(kg.kindOf(selected)), model.degree(selected)));
      if (kg.small.matches && selected >= 0) $("detail").scrollIntoView();
    }
    const drawing = document.activeElement === $("graph") && how.address;
    if (how.focus && selected >= 0 && !drawing) $("detail-title").focus({ preventScroll: changed.has("selected") });
  });
})();
