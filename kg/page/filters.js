// Filters beside the legend: by place, time and relation. All are in the address; what they hide is counted.
(() => {
  const { $, el, model, state } = kg;
  const { nodes, links, properties } = model;
  kg.words({
    zh: {
      filters: "筛选", byPlace: "地点", byTime: "时间", byRelation: "关系", timeFrom: "从", timeTo: "到", every: "全选", nothing: "全不选",
      anywhere: "输入地名，或用 ↓ 展开", undo: (what) => `取消${what}筛选`, places: "地点列表",
      placeHint: "包括其中的下级地点，以及位于或发生在那里的事物；没有地点的节点会隐藏。",
      timeHint: "可只写年、年月或年月日，也可带时刻，如 2020、2020-01、2020-01-24 10:00。没有日期的节点仍显示。",
      relationHint: "取消勾选只隐藏关系，不隐藏节点。", notTime: (text) => `“${text}”不是日期。请写成 2020、2020-01、2020-01-24 或 2020-01-24 10:00。`,
      reversed: "开始晚于结束，没有符合的日期。", hidesNodes: (n) => `隐藏 ${n} 个节点`, hidesLinks: (n) => `隐藏 ${n} 条关系`, active: (n) => `${n} 项生效`,
    },
    en: {
      filters: "Filters", byPlace: "Place", byTime: "Time", byRelation: "Relations", timeFrom: "From", timeTo: "To", every: "All", nothing: "None",
      anywhere: "Type a place, or press ↓", undo: (what) => `Clear: ${what}`, places: "Places",
      placeHint: "With the places within it and all that stands or happened there; what has no place is hidden.",
      timeHint: "A year, month or day, with a time of day if you like: 2020, 2020-01, 2020-01-24 10:00. What has no date stays.",
      relationHint: "Unticking hides links and no nodes.", notTime: (text) => `“${text}” is no date. Write 2020, 2020-01, 2020-01-24 or 2020-01-24 10:00.`,
      reversed: "The start is after the end, so no date matches.", hidesNodes: (n) => `${kg.many(n, "node")} hidden`, hidesLinks: (n) => `${kg.many(n, "link")} hidden`, active: (n) => `${n} on`,
    },
  });

  // ---- places: each under the one it lies in, with the number of nodes that choosing it shows -----------
  const places = nodes.filter(({ place }) => place).map(({ id }) => id);
  const inside = new Map(places.map((id) => [id, 0]));
  for (const node of nodes) {
    if (!node.within.length && !node.at.length) continue;
    const all = new Set([...node.within, ...node.at.flatMap((id) => [id, ...nodes[id].within])]);
    for (const id of all) if (inside.has(id)) inside.set(id, inside.get(id) + 1);
  }
  const tree = (() => {
    const below = new Map();
    const above = (id) => nodes[id].within.find((other) => other !== id) ?? -1;
    for (const id of places) {
      if (!below.has(above(id))) below.set(above(id), []);
      below.get(above(id)).push(id);
    }
    const seen = new Set();
    const list = [];
    const add = (id, depth) => {
      if (seen.has(id)) return;
      seen.add(id);
      list.push({ id, depth });
      for (const each of sorted(below.get(id))) add(each, depth + 1);
    };
    const sorted = (ids = []) => ids.sort((a, b) => inside.get(b) - inside.get(a) || a - b);
    // Places in a circle come last.
    for (const id of [...sorted(below.get(-1)), ...places]) add(id, 0);
    return list;
  })();
  const placed = tree.map(({ id }) => id);
  const depth = new Map(tree.map(({ id, depth: n }) => [id, n]));

  // ---- time as people write it: 2020年1月24日, 2020/1/24 and 2020-01-24T10:00 -----------------------------
  const DATE = /^(-?\d{4,})(?:[-/.年](\d{1,2})(?:[-/.月](\d{1,2})日?(?:[T\s]*(\d{1,2})[:时](\d{2})?(?::(\d{2}(?:\.\d+)?))?分?)?月?)?)?[年月]?\s*(Z|[+-]\d\d:\d\d)?$/;
  kg.readTime = (text) => {
    const found = kg.fold(text.trim()).toUpperCase().replace(/\s+/g, " ").match(DATE);
    if (!found) return null;
    const [, year, month, day, hour, minute, second, offset = ""] = found;
    const value = [year, month && `-${kg.two(month)}`, day && `-${kg.two(day)}`, hour && `T${kg.two(hour)}:${minute || "00"}`, second && `:${second}`].join("");
    const extent = model.extent(value);
    if (!extent) return null;
    // The 30th of February would be in March.
    const date = new Date(extent[0]);
    const same = (!month || date.getUTCMonth() + 1 === Number(month)) && (!day || date.getUTCDate() === Number(day)) && (!hour || date.getUTCHours() === Number(hour)) && Number(minute || 0) < 60;
    return same ? value + offset : null;
  };
  const ends = nodes.flatMap(({ times }) => times.flatMap(({ start, end }) => [start, end])).filter(Boolean);
  const outer = (which) => ends.reduce((best, text) => {
    const [first, last] = model.extent(text);
    return which(best, first, last) ? { text, first, last } : best;
  }, null)?.text;
  const bounds = [outer((best, first) => !best || first < best.first), outer((best, first, last) => !best || last > best.last)]
    .map((text) => (text || "").split("T")[0].replace(/Z$|(?<=\d\d)[+-]\d\d:\d\d$/, ""));

  // ---- relations that are drawn, the commonest first ---------------------------------------------------
  const counts = new Map();
  for (const { property } of links) counts.set(property, (counts.get(property) || 0) + 1);
  const relations = [...counts.keys()].sort((a, b) => counts.get(b) - counts.get(a) || a - b);

  // ---- the form ----------------------------------------------------------------------------------------
  const parts = [];
  function part(about, ...children) {
    const off = kg.button({ class: "plain", hidden: true, onclick: () => { state.set(about.clear()); about.focus().focus(); } }, "×");
    const title = el("legend");
    const tells = el("span", { class: "tells" });
    const element = el("fieldset", { id: `by-${about.field}` }, title, el("p", { class: "state" }, tells, off), ...children);
    parts.push({ ...about, element, title, off, tells });
  }
  const hint = (id) => el("p", { id, class: "hint" });
  if (places.length) {
    const input = el("input", { id: "place", type: "text", "aria-describedby": "place-hint" });
    const list = el("ul", { id: "places", class: "hits", role: "listbox", hidden: true });
    const note = hint("place-hint");
    const name = () => (state.place < 0 ? "" : kg.nodeName(state.place));
    const typed = () => (input.value.trim() === name() ? "" : input.value.trim());
    const box = kg.choice({
      input, list, prefix: "place", always: true,
      find: () => (typed() ? { ...kg.seek(typed(), { most: 200, among: placed }), text: typed() } : { hits: placed.slice(0, 500), total: placed.length, text: "" }),
      option: (id, text) => {
        const above = text ? nodes[id].within.map(kg.nodeName).join(" · ") : "";
        const name = el("span", {}, ...kg.marked(kg.nodeName(id), text, nodes[id]), above && el("small", {}, above));
        return [el("span", { class: `tree deep${text ? 0 : Math.min(depth.get(id), 4)}` }, kg.glyph(nodes[id].group), name), el("span", { class: "count" }, inside.get(id))];
      },
      choose: (id) => { input.value = kg.nodeName(id); state.set({ place: id }); },
      leave: () => { if (!input.value.trim() && state.place >= 0) state.set({ place: -1 }); else input.value = name(); },
      escape: () => { input.value = name(); },
    });
    input.addEventListener("click", () => { if (list.hidden) box.show(); });
    part({
      field: "place", kind: "hidesNodes", word: "byPlace", active: () => state.place >= 0, clear: () => ({ place: -1 }), focus: () => input,
      tell() { input.placeholder = kg.say("anywhere"); input.setAttribute("aria-label", kg.say("byPlace")); list.setAttribute("aria-label", kg.say("places")); note.textContent = kg.say("placeHint"); input.value = name(); box.close(); },
      sync() { if (document.activeElement !== input || !typed()) input.value = name(); },
    }, input, list, note);
  }
  if (ends.length) {
    const note = hint("time-hint");
    const wrong = el("p", { id: "time-error", class: "wrong", role: "alert" });
    const inputs = ["timeFrom", "timeTo"].map((id, i) => el("input", { id, type: "text", autocomplete: "off", spellcheck: "false", placeholder: bounds[i], "aria-describedby": "time-error time-hint", onchange: read }));
    const labels = inputs.map((input) => el("label", { for: input.id }));
    function read() {
      const values = inputs.map((input) => (input.value.trim() ? kg.readTime(input.value) : ""));
      inputs.forEach((input, i) => { if (values[i] === null) input.setAttribute("aria-invalid", "true"); else input.removeAttribute("aria-invalid"); });
      const bad = inputs.find((_, i) => values[i] === null);
      wrong.textContent = bad ? kg.say("notTime", bad.value.trim()) : "";
      if (bad) return;
      state.set({ time: values });
      late();
    }
    function late() {
      const [from, to] = state.time.map((end) => (end ? model.extent(end) : null));
      wrong.textContent = from && to && from[0] > to[1] ? kg.say("reversed") : "";
    }
    part({
      field: "time", kind: "hidesNodes", word: "byTime", active: () => state.time.some(Boolean), clear: () => ({ time: ["", ""] }), focus: () => inputs[0],
      tell() { labels.forEach((label, i) => { label.textContent = kg.say(inputs[i].id); }); note.textContent = kg.say("timeHint"); this.sync(); },
      sync() {
        inputs.forEach((input, i) => { input.value = state.time[i].replace("T", " "); input.removeAttribute("aria-invalid"); });
        late();
      },
    }, el("div", { class: "pair" }, ...inputs.map((input, i) => el("div", {}, labels[i], input))), wrong, note);
  }
  if (relations.length) {
    const note = hint("relation-hint");
    const boxes = relations.map((property) => el("input", { type: "checkbox", "data-property": property, onchange: (event) => {
      const unlinked = new Set(state.unlinked);
      if (event.target.checked) unlinked.delete(property); else unlinked.add(property);
      state.set({ unlinked });
    } }));
    const names = relations.map(() => el("span", { class: "name" }));
    const every = kg.button({ class: "plain", id: "every", onclick: () => state.set({ unlinked: new Set() }) });
    const nothing = kg.button({ class: "plain", id: "nothing", onclick: () => state.set({ unlinked: new Set(relations) }) });
    part({
      field: "unlinked", kind: "hidesLinks", word: "byRelation", active: () => state.unlinked.size > 0, clear: () => ({ unlinked: new Set() }), focus: () => boxes[0],
      tell() {
        names.forEach((name, i) => { const { text, lang } = kg.pick(properties[relations[i]].labels); name.textContent = text; name.lang = lang || state.lang; name.title = properties[relations[i]].iri; });
        every.textContent = kg.say("every"); nothing.textContent = kg.say("nothing"); note.textContent = kg.say("relationHint");
      },
      sync() { boxes.forEach((box, i) => { box.checked = !state.unlinked.has(relations[i]); }); },
    }, el("p", { class: "both" }, every, nothing), el("ul", { class: "ticks" },
      ...boxes.map((box, i) => el("li", {}, el("label", {}, box, names[i], el("span", { class: "count" }, counts.get(relations[i])))))), note);
  }

  const badge = el("span", { class: "active" });
  const title = el("h2", { id: "filters-title" });
  const details = el("details", { id: "filtering" }, el("summary", {}, title, badge), ...parts.map(({ element }) => element));
  let on = 0;
  kg.on((changed, how) => {
    if (how.start && parts.length) { $("filters").append(details); $("filters").hidden = false; }
    const lang = changed.has("lang");
    if (!lang && !model.filtering(changed)) return;
    const hiding = model.hiding();
    for (const each of parts) {
      if (lang) { each.title.textContent = kg.say(each.word); each.off.setAttribute("aria-label", kg.say("undo", kg.say(each.word))); each.tell(); }
      if (lang || changed.has(each.field)) each.sync();
      each.off.hidden = !each.active();
      each.tells.textContent = each.active() ? kg.say(each.kind, hiding[each.field]) : "";
    }
    title.textContent = kg.say("filters");
    const now = parts.filter(({ active }) => active()).length;
    badge.textContent = now ? kg.say("active", now) : "";
    if (now > on) details.open = true;
    on = now;
  });
  kg.expose({ get filters() { return Object.fromEntries(parts.filter(({ active }) => active()).map(({ field }) => [field, model.hiding()[field]])); } });
})();
