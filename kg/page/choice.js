// A box in which one types and a list from which one takes, by keyboard alone (ARIA: combobox with a listbox).
(() => {
  const { el } = kg;
  kg.words({
    zh: { nameOrPinyin: "输入名称或拼音", none: "没有匹配的节点", rest: (n) => `还有 ${n} 个，多输入几个字可缩小范围`, found: (n) => `${n} 个结果` },
    en: { nameOrPinyin: "Type a name", none: "No node matches", rest: (n) => `${n} more; type more to narrow`, found: (n) => kg.many(n, "result") },
  });
  // find() -> { hits, total, text }: what to list; `text` is what was typed, "" keeps the list closed unless `always`.
  // option(hit) -> children; choose(hit); leave(): the box is left without a choice; escape(): after Escape.
  kg.choice = ({ input, list, prefix, find, option, choose, leave, escape, always = false }) => {
    let hits = [];
    let current = -1;
    const item = (attributes, ...children) => el("li", { role: "option", ...attributes }, ...children);
    const idle = (text) => item({ class: "none", "aria-disabled": "true", "aria-selected": "false" }, text);
    function show() {
      const told = find();
      hits = told.hits;
      current = told.text && hits.length ? 0 : -1;
      list.replaceChildren(...hits.map((hit, i) => item({
        id: `${prefix}${i}`, "aria-selected": String(i === current), onmousedown: (event) => event.preventDefault(), onclick: () => take(i),
      }, ...option(hit, told.text))));
      if (!hits.length) list.append(idle(kg.say("none")));
      else if (told.total > hits.length) list.append(idle(kg.say("rest", told.total - hits.length)));
      list.hidden = !told.text && !(always && hits.length);
      input.setAttribute("aria-expanded", String(!list.hidden));
      point();
      if (!list.hidden && kg.small.matches) list.scrollIntoView({ block: "nearest" });
      if (told.text) kg.announce(told.total ? kg.say("found", told.total) : kg.say("none"));
    }
    function point() {
      for (const [i, each] of [...list.children].entries()) {
        if (each.id) each.setAttribute("aria-selected", String(i === current));
        if (i === current) each.scrollIntoView({ block: "nearest" });
      }
      if (current >= 0) input.setAttribute("aria-activedescendant", `${prefix}${current}`);
      else input.removeAttribute("aria-activedescendant");
    }
    function close() {
      list.hidden = true;
      current = -1;
      input.setAttribute("aria-expanded", "false");
      input.removeAttribute("aria-activedescendant");
    }
    function take(i) {
      const hit = hits[i];
      if (hit === undefined) return;
      close();
      choose(hit);
    }
    function press(event) {
      // Enter that ends an input method's word is not a choice.
      if (event.isComposing) return;
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (step && list.hidden) show();
      else if (step && hits.length) { current = (Math.max(current, step < 0 ? 0 : -1) + step + hits.length) % hits.length; point(); }
      else if (event.key === "Enter" && current >= 0 && !list.hidden) take(current);
      else if (event.key === "Enter" && leave) { if (list.hidden || hits.length) { close(); leave(); } }
      else if (event.key === "Escape") { close(); if (escape) escape(); }
      else return;
      event.preventDefault();
      event.stopPropagation();
    }
    for (const [key, value] of Object.entries({ role: "combobox", "aria-expanded": "false", "aria-controls": list.id, "aria-autocomplete": "list", autocomplete: "off", spellcheck: "false" })) input.setAttribute(key, value);
    input.addEventListener("input", show);
    input.addEventListener("keydown", press);
    input.addEventListener("blur", () => { close(); if (leave) leave(); });
    return { show, close, get hits() { return hits; } };
  };

  // A box for one node, found as in the search: { element, input, set(id), ask() }.
  kg.nodeBox = ({ id, label, choose }) => {
    let value = -1;
    const input = el("input", { id, type: "text" });
    const list = el("ul", { id: `${id}-hits`, class: "hits", role: "listbox", hidden: true });
    const name = () => (value < 0 ? "" : kg.nodeName(value));
    const typed = () => (input.value.trim() === name() ? "" : input.value.trim());
    const box = kg.choice({
      input, list, prefix: `${id}-hit`, option: kg.hit,
      find: () => ({ ...kg.seek(typed()), text: typed() }),
      choose: (hit) => { value = hit; input.value = name(); choose(hit); },
      leave: () => { if (!input.value.trim() && value >= 0) { value = -1; choose(-1); } else input.value = name(); },
      escape: () => { input.value = name(); },
    });
    const heading = el("label", { for: id });
    return {
      element: el("div", { class: "field" }, heading, el("div", {}, input, list)), input, box,
      set(node) { value = node; if (document.activeElement !== input || !typed()) input.value = name(); },
      tell() { heading.textContent = kg.say(label); input.placeholder = kg.say("nameOrPinyin"); list.setAttribute("aria-label", kg.say("hits")); input.value = name(); box.close(); },
    };
  };
  // A node in a list of hits: its glyph, its name, its class and what else it is called, with what was typed marked.
  kg.hit = (id, typed) => {
    const node = kg.model.nodes[id];
    const main = kg.pick(node.labels);
    const also = kg.because(node, typed);
    const others = [...kg.others(node.labels), ...(also ? [also] : [])];
    const dim = kg.model.visible().has(id) ? [] : [` · ${kg.say("filtered")}`];
    return [kg.glyph(node.group), el("span", {}, el("span", { lang: main.lang || null }, ...kg.marked(main.text, typed, node)),
      el("small", {}, kg.name(kg.kindOf(id)), ...others.flatMap(({ text, lang }) => [" · ", el("span", { lang: lang || null }, ...kg.marked(text, typed, node))]), ...dim))];
  };
  kg.words({ zh: { filtered: "被筛选隐藏" }, en: { filtered: "hidden by a filter" } });
})();
