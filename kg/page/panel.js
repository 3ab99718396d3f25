// The panel: an overview, or all that is told of the selected node.
(() => {
  const { $, el, model, spoken, pick, name, outside, state } = kg;
  const { nodes, classes, properties, sources, around } = model;
  kg.words({
    zh: {
      nodes: () => "节点", links: () => "关系", sources: () => "出处", readIn: "出处", intro: "概览", hubs: "关联最多的节点", facts: "属性", near: "关联",
      iri: "标识（IRI）", close: "取消选择", outward: "指向", inward: "来自", cleared: "已取消选择", copiedIt: (what) => `已复制：${what}`, short: "短名称",
      missing: (iri) => `链接所指的节点不在本图中：${iri}`, picked: (what, kind, n) => `已选择 ${what}，${kind}，${n} 条关系`,
    },
    en: {
      nodes: (n) => (n === 1 ? "node" : "nodes"), links: (n) => (n === 1 ? "link" : "links"), sources: (n) => (n === 1 ? "source" : "sources"), readIn: "Sources", intro: "Overview", hubs: "Most connected", facts: "Facts", near: "Connections",
      iri: "Identifier (IRI)", close: "Clear", outward: "to", inward: "from", cleared: "Selection cleared", copiedIt: (what) => `Copied: ${what}`, short: "short name",
      missing: (iri) => `The link leads to a node that is not in this graph: ${iri}`, picked: (what, kind, n) => `Selected ${what}, ${kind}, ${kg.many(n, "link")}`,
    },
  });

  const { grouped, suited, propertyName, badge } = kg;
  function neighbours(id) {
    const { compare } = new Intl.Collator(state.lang, { numeric: true });
    return grouped(around[id], ([property, , outward]) => `${outward ? 0 : 1}${name(properties[property])} ${property}`).map(([, links]) => {
      const [property, , outward] = links[0];
      const items = [...new Set(links.map(([, other]) => other))].map((other) => [other, kg.nodeName(other)]).sort(([a, x], [b, y]) => compare(x, y) || a - b);
      const way = el("span", { class: "way" }, el("span", { "aria-hidden": "true" }, outward ? " →" : "← "),
        el("span", { class: "unseen" }, kg.say(outward ? "outward" : "inward")));
      const heading = outward ? [propertyName(property), way] : [way, propertyName(property)];
      const item = ([other]) => el("li", {}, kg.nodeLink(other, model.inferredLink(outward ? id : other, property, outward ? other : id) ? badge() : null));
      return el("tr", {}, el("th", { scope: "row" }, ...heading), el("td", { class: "near" }, kg.shortened(items, item)));
    });
  }
  // A passage in its own words first, then where it stands.
  const sourceItem = (id, alike) => ([property, number]) => {
    const source = sources[number];
    const told = source.facts.filter((fact) => !model.isIri(fact));
    const texts = suited(told).filter((fact) => fact.lang);
    // Numbers that its name tells, as "paragraph 14", are not told twice.
    const named = name(source).match(/\d+/g) || [];
    const parts = told.filter((fact) => !fact.lang && !named.includes(fact.text)).map((fact) => `${name(properties[fact.property])}\u00a0${fact.text}`);
    return el("li", {},
      el("div", {}, outside(source.iri, spoken(pick(source.labels)))),
      ...texts.map((fact) => spoken(fact, "p")),
      el("small", {}, ...source.in.map((whole) => el("div", {}, outside(model.wholes[whole].iri, spoken(pick(model.wholes[whole].labels))))), [...(alike ? [] : [name(properties[property])]), ...parts].join(" · ")),
      model.inferredSource(id, property, number) ? badge() : null);
  };
  // The IRI and the Turtle of a node, each to be copied.
  function technical(id) {
    const { iri } = nodes[id];
    const copier = (text, label) => kg.button({ class: "plain", "aria-label": `${kg.say("copy")} · ${label}`, onclick: () => kg.copy(text, kg.say("copiedIt", label)) }, kg.say("copy"));
    const line = (text, label, shown) => el("p", { class: "line" }, el("span", { class: "iri" }, shown), copier(text, label));
    const short = kg.prefixed(iri);
    const turtle = kg.turtle(id);
    return [
      ...(iri.startsWith("_:") ? [] : section(kg.say("iri"), line(iri, "IRI", outside(iri)), short ? line(short, kg.say("short"), short) : null)),
      turtle && el("details", { class: "turtle" }, el("summary", {}, "Turtle"), copier(turtle, "Turtle"), el("pre", { tabindex: "0", role: "group", "aria-label": "Turtle", translate: "no" }, turtle)),
    ].filter(Boolean);
  }

  const section = (title, ...children) => [el("h3", {}, title), ...children];
  function overview() {
    const figure = (number, word) => el("div", {}, el("b", {}, number.toLocaleString("en")), el("span", {}, kg.say(word, number)));
    const read = new Set(nodes.flatMap((node) => node.sources.map(([, source]) => source)));
    const hubs = model.ranked.slice(0, 8).map((id) => el("li", {}, kg.nodeLink(id, el("span", { class: "count" }, model.degree(id)))));
    return [
      ...(state.missing ? [el("p", { class: "missing" }, kg.say("missing", state.missing))] : []),
      el("h3", { id: "detail-title" }, kg.say("intro")),
      el("div", { class: "figures" }, figure(nodes.length, "nodes"), figure(model.links.length, "links"), figure(read.size, "sources")),
      ...(kg.data.excerpt ? [el("p", { class: "excerpt" }, kg.say("excerpt", ...kg.data.excerpt.map((n) => n.toLocaleString("en"))))] : []),
      ...section(kg.say("hubs"), el("ul", { class: "hubs" }, ...hubs)),
    ];
  }
  function described(id) {
    const { labels, facts, sources: cited } = nodes[id];
    const kind = kg.kindOf(id);
    const group = classes[model.groups[kind.group]];
    const path = [group, kind].filter((cls, i, all) => cls && all.indexOf(cls) === i).map((cls) => name(cls)).join(" › ");
    return [
      el("p", { class: "kind" }, kg.glyph(kind.group), el("span", { title: kind.iri }, path), model.inferredClass(id) ? badge() : null,
        kg.button({ class: "plain", onclick: () => { kg.select(-1); kg.focusView(); } }, kg.say("close"))),
      spoken(pick(labels), "h2", { id: "detail-title", tabindex: "-1" }),
      ...kg.others(labels).map((label) => spoken(label, "p", { class: "other" })),
      ...(around[id].length ? [el("p", { class: "acts" }, kg.pathButton(id))] : []),
      ...(facts.length ? section(kg.say("facts"), kg.factTable(id)) : []),
      ...(around[id].length ? section(kg.say("near"), el("table", {}, el("tbody", {}, ...neighbours(id)))) : []),
      ...(cited.length ? section(kg.say("readIn"), el("div", { class: "sources" }, kg.shortened(cited, sourceItem(id, cited.every(([property]) => property === cited[0][0]))))) : []),
      ...technical(id),
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
    if (["selected", "lang", "missing"].some((name) => changed.has(name))) show();
    if (changed.has("missing") && state.missing) kg.announce(kg.say("missing", state.missing));
    if (changed.has("selected") && !((how.start || state.missing) && selected < 0)) {
      kg.announce(selected < 0 ? kg.say("cleared") : kg.say("picked", kg.nodeName(selected), name(kg.kindOf(selected)), model.degree(selected)));
      if (kg.small.matches && selected >= 0) $("detail").scrollIntoView();
    }
    const drawing = document.activeElement === $("graph") && how.address;
    if (how.focus && selected >= 0 && !drawing) $("detail-title").focus({ preventScroll: changed.has("selected") });
  });
})();
