// The legend: classes with counts, which filter; and what all filters together hide.
(() => {
  const { $, el, model, state } = kg;
  const { classes, counts, members, groups } = model;
  const opened = new Set();
  kg.words({
    zh: {
      classes: "类别", all: "全部显示", expand: (name) => `${name}的子类`, shown: (n) => `显示 ${n} 个节点`,
      hides: (nodes, links) => `已隐藏 ${[nodes ? `${nodes} 个节点` : "", links ? `${links} 条关系` : ""].filter(Boolean).join("、")}`,
    },
    en: {
      classes: "Classes", all: "Show all", expand: (name) => `Subclasses of ${name}`, shown: (n) => `${kg.many(n, "node")} shown`,
      hides: (nodes, links) => `${[nodes && kg.many(nodes, "node"), links && kg.many(links, "link")].filter(Boolean).join(" and ")} hidden`,
    },
  });

  function toggle(kinds, show) {
    const hidden = new Set(state.hidden);
    for (const kind of kinds) { if (show) hidden.delete(kind); else hidden.add(kind); }
    state.set({ hidden });
  }
  function box(kinds, group, label) {
    const total = kinds.reduce((sum, kind) => sum + counts[kind], 0);
    const input = el("input", { type: "checkbox", "data-kinds": kinds.join(" "), onchange: (event) => toggle(kinds, event.target.checked) });
    return el("label", {}, input, group === null ? null : kg.glyph(group), kg.spoken(kg.pick(label), "span", { class: "name" }), el("span", { class: "count" }, total));
  }
  function show() {
    $("legend").replaceChildren(...groups.map((cls, group) => {
      const kinds = members[group];
      if (!kinds.length) return null;
      const item = el("div", { class: "item" }, box(kinds, group, classes[cls].labels));
      const parts = el("ul", { id: `parts${group}`, hidden: !opened.has(group) },
        ...kinds.map((kind) => el("li", {}, box([kind], null, classes[kind].labels))));
      if (kinds.length < 2) return el("li", {}, item);
      item.append(kg.button({
        class: "more", "aria-expanded": String(opened.has(group)), "aria-controls": `parts${group}`,
        "aria-label": kg.say("expand", kg.name(classes[cls])),
        onclick: (event) => {
          const open = !opened.has(group);
          if (open) opened.add(group); else opened.delete(group);
          event.currentTarget.setAttribute("aria-expanded", String(open));
          parts.hidden = !open;
        },
      }, kg.icon("m8 5 5 5-5 5")));
      return el("li", {}, item, parts);
    }).filter(Boolean));
    fit();
  }
  // Two beside each other where their words fit: nothing is broken inside a word that fits into a line.
  let width = 0;
  function fit() {
    const list = $("legend");
    list.classList.remove("single");
    list.classList.toggle("single", list.scrollWidth > list.clientWidth);
    width = list.clientWidth;
  }
  new ResizeObserver(() => { if ($("legend").clientWidth !== width) fit(); }).observe($("legend"));
  function sync() {
    for (const input of $("legend").querySelectorAll("input")) {
      const kinds = input.dataset.kinds.split(" ").map(Number);
      const off = kinds.filter((kind) => state.hidden.has(kind)).length;
      input.checked = off === 0;
      input.indeterminate = off > 0 && off < kinds.length;
    }
    const { hidden } = model.visible();
    const filtered = Object.keys(model.clearing()).length > 0;
    $("hidden").hidden = !filtered;
    $("hides").textContent = kg.say("hides", hidden.nodes, hidden.links);
  }

  kg.on((changed, how) => {
    if (how.start) $("all").addEventListener("click", () => { state.clear(); $("legend").querySelector("input")?.focus(); });
    if (changed.has("lang")) show();
    if (changed.has("lang") || model.filtering(changed)) sync();
    if (model.filtering(changed) && !how.start) kg.announce(kg.say("shown", model.visible().nodes.length));
  });
})();
