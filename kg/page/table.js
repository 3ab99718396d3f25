// The table: every visible node in a row, the equal of the network for screen readers and spreadsheets.
(() => {
  const { $, el, model, state } = kg;
  const { nodes } = model;
  const MOST = 500; // rows at once
  kg.words({
    zh: {
      name: "名称", otherName: "其他语言名称", cls: "类别", degree: "关系数", time: "时间", place: "地点", cited: "出处", id: "标识",
      caption: (n, all) => `${n === all ? `全部 ${all} 个节点` : `显示 ${n} 个节点，共 ${all} 个`}；点选一行即打开详情`, marked: (n) => `；突出显示的 ${n} 个排在最前`, isMarked: "突出显示",
      sorted: (name, down) => `按${name}${down ? "降序" : "升序"}排列`, rows: (n) => `再显示 ${n} 行`, empty: "没有可显示的节点",
    },
    en: {
      name: "Name", otherName: "Other name", cls: "Class", degree: "Links", time: "Time", place: "Place", cited: "Sources", id: "Identifier",
      caption: (n, all) => `${n === all ? "All " : `${n} of `}${kg.many(all, "node")}; a row opens its details`, marked: (n) => `; the ${n} highlighted first`, isMarked: "highlighted",
      sorted: (name, down) => `Sorted by ${name}, ${down ? "descending" : "ascending"}`, rows: (n) => `Show ${n} more ${n === 1 ? "row" : "rows"}`, empty: "No node to show",
    },
  });
  const joined = (texts) => texts.join(kg.say("comma"));
  const places = (node) => (node.place ? node.within.slice(0, 1) : node.at);
  const cited = (node) => [...new Set(node.sources.map(([, source]) => kg.name(model.sources[source])))];
  // Names of sources may have commas of their own.
  const listed = (texts) => texts.join(kg.say("semicolon"));
  const brief = (texts) => listed(texts.slice(0, 2)) + (texts.length > 2 ? ` +${texts.length - 2}` : "");
  const first = (node) => Math.min(...node.times.map((time) => (time.dated ? model.span(time)[0] : Infinity)), Infinity);
  // Text of a cell, and what it is sorted by where that is not the text; `down` ones start with the greatest.
  const COLUMNS = [
    { id: "name", text: (node) => kg.name(node) },
    { id: "otherName", text: (node) => joined(kg.others(node.labels).map(({ text }) => text)), lang: (node) => kg.others(node.labels)[0]?.lang },
    { id: "cls", text: (node) => kg.name(model.classes[node.cls]) },
    { id: "degree", text: (node) => String(model.degree(node.id)), by: (node) => model.degree(node.id), down: true },
    { id: "time", text: (node) => joined(node.times.map(kg.when)), by: first, when: () => nodes.some((node) => node.times.length) },
    { id: "place", text: (node) => joined(places(node).map(kg.nodeName)), when: () => nodes.some((node) => node.at.length) },
    { id: "cited", text: (node) => listed(cited(node)), brief: (node) => brief(cited(node)), by: (node) => cited(node).length, down: true, when: () => nodes.some((node) => node.sources.length) },
  ].filter(({ when }) => !when || when());
  kg.state.field("sort", { initial: "", key: "sort", read: (text) => (COLUMNS.some(({ id }) => id === text.replace("-", "")) ? text : "") });

  let most = MOST;
  let table = null;
  let caption = null;
  let current = -1; // the row that Tab comes to
  const order = () => {
    const text = state.sort || "-degree";
    return { column: COLUMNS.find(({ id }) => id === text.replace("-", "")), down: text.startsWith("-") };
  };
  function sorted() {
    const { column, down } = order();
    const keys = new Map(model.visible().nodes.map((id) => [id, (column.by || column.text)(nodes[id])]));
    const collator = new Intl.Collator(state.lang, { numeric: true });
    const blank = (key) => key === "" || key === Infinity;
    const compare = (a, b) => (typeof a === "number" ? (a < b ? -1 : a > b ? 1 : 0) : collator.compare(a, b));
    const marked = kg.emphasis()?.nodes;
    const behind = (id) => Boolean(marked) && !marked.has(id); // what stands out comes first
    return [...keys].sort(([i, a], [j, b]) => behind(i) - behind(j) || blank(a) - blank(b) || compare(a, b) * (down ? -1 : 1)).map(([id]) => id);
  }
  function sort(column) {
    const now = order();
    const down = column === now.column ? !now.down : Boolean(column.down);
    state.set({ sort: `${down ? "-" : ""}${column.id}` });
    table.querySelector(`th [data-column=${column.id}]`).focus();
    kg.announce(kg.say("sorted", kg.say(column.id), down));
  }
  function row(id) {
    const node = nodes[id];
    const cells = COLUMNS.slice(1).map((column) => el("td", { class: column.id, lang: column.lang ? column.lang(node) : null }, (column.brief || column.text)(node)));
    const link = kg.nodeLink(id);
    link.tabIndex = -1;
    const marked = kg.emphasis()?.nodes.has(id);
    if (marked) link.append(el("span", { class: "star", "aria-hidden": "true" }, "★"), el("span", { class: "unseen" }, kg.say("isMarked")));
    return el("tr", { "data-id": id, class: marked ? "marked" : null, "aria-current": id === state.selected ? "true" : null }, el("th", { scope: "row" }, link), ...cells);
  }
  function show() {
    const { column, down } = order();
    const ids = sorted();
    const shown = ids.slice(0, most);
    const marked = ids.filter((id) => kg.emphasis()?.nodes.has(id));
    const way = (each) => (each !== column ? null : down ? "descending" : "ascending");
    const heads = COLUMNS.map((each) => kg.columnHead(each.id, kg.say(each.id), way(each), () => sort(each)));
    caption.textContent = kg.say(ids.length ? "caption" : "empty", ids.length, nodes.length) + (marked.length ? kg.say("marked", marked.length) : "");
    table.replaceChildren(el("caption", { class: "unseen" }, caption.textContent),
      el("thead", {}, el("tr", {}, ...heads)), el("tbody", {}, ...shown.map(row)));
    $("rows").hidden = ids.length === shown.length;
    $("rows").textContent = kg.say("rows", Math.min(MOST, ids.length - shown.length));
    $("copy").textContent = kg.say("copy");
    $("csv").textContent = kg.say("csv");
    stop(shown.includes(state.selected) ? state.selected : shown[0]);
  }
  const linkOf = (id) => table.querySelector(`tr[data-id="${id}"] th a`);
  function stop(id) {
    if (linkOf(current)) linkOf(current).tabIndex = -1;
    current = id ?? -1;
    if (linkOf(current)) linkOf(current).tabIndex = 0;
  }
  function mark(jump) {
    for (const each of table.querySelectorAll("tr[aria-current]")) each.removeAttribute("aria-current");
    const chosen = table.querySelector(`tr[data-id="${state.selected}"]`);
    if (!chosen) return;
    chosen.setAttribute("aria-current", "true");
    stop(state.selected);
    if (jump) chosen.scrollIntoView({ block: "center" });
  }
  function press(event) {
    const rows = [...table.querySelectorAll("tbody tr")];
    const at = rows.indexOf(event.target.closest("tbody tr"));
    const to = kg.stride(event.key, at, rows.length);
    if (at < 0 || to === undefined) return;
    event.preventDefault();
    stop(Number(rows[to].dataset.id));
    linkOf(current).focus();
  }

  const lines = () => [[...COLUMNS.map((column) => kg.say(column.id)), kg.say("id")], ...sorted().map((id) => [...COLUMNS.map((column) => column.text(nodes[id])), nodes[id].iri])];

  kg.view({
    id: "table",
    label: { zh: "表格", en: "Table" },
    icon: "M3 4h14v12H3zM3 8h14M3 12h14M8 4v12",
    mount(element) {
      table = el("table", { class: "nodes", onkeydown: press, onclick: (event) => {
        const chosen = event.target.closest("tbody tr");
        if (chosen && !event.target.closest("a")) kg.select(Number(chosen.dataset.id), { focus: true });
      } });
      caption = el("p", { class: "caption", "aria-hidden": "true" });
      element.append(
        el("div", { class: "bar" }, caption, kg.button({ id: "copy", class: "plain", onclick: () => kg.copyRows(lines()) }), kg.button({ id: "csv", class: "plain", onclick: () => kg.download(lines(), document.title) })),
        el("div", { class: "sheet" }, table, kg.button({ id: "rows", class: "plain", onclick: () => { most += MOST; show(); } })));
    },
    refresh(_, changed, how) {
      if (changed.has("shown")) most = MOST;
      if (changed.has("sort") || changed.has("lang") || model.filtering(changed) || kg.emphasising(changed)) show();
      if (changed.has("selected") || how.jump) mark(how.jump || changed.has("shown"));
    },
    focus: () => linkOf(current)?.focus(),
  });
  kg.expose({ get csv() { return kg.csv(lines()); } });
})();
