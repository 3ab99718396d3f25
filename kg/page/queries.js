// Questions that the project asks of its graph, with their answers: a menu, the rows, and what they name highlighted.
(() => {
  const { el, model, state } = kg;
  const { nodes } = model;
  const asked = kg.data.queries || [];
  const MANY = 12; // questions, from where on they can be searched
  kg.words({
    zh: {
      ask: "选择一个问题，即可查看答案", asking: "问题", askFor: "查找问题", noQuestion: "没有匹配的问题", given: "所给的查询", with: (what) => `（改问 ${what}）`,
      inGraph: "在网络中查看", sparql: "查询文本（SPARQL）", back: "全部问题", copySparql: "复制查询文本", textCopied: "已复制查询文本",
      answered: (n, all, more) => (n === all ? `${n} 行` : `前 ${n} 行，共${more ? "超过 " : " "}${all} 行`), named: (n) => `突出显示 ${n} 个节点`, namesNone: "不涉及图中的节点",
      noRows: "没有符合的内容", subject: "从", predicate: "关系", object: "到", fault: (why) => `这个问题没能得到回答：${why}`, unanswered: "（未能回答）",
      rowsSorted: (name, way) => `${name}：${{ up: "升序", down: "降序" }[way] || "恢复原来的顺序"}`,
    },
    en: {
      ask: "Choose a question to see its answer", asking: "Questions", askFor: "Find a question", noQuestion: "No question matches", given: "The query given", with: (what) => ` (asked instead for ${what})`,
      inGraph: "See in the network", sparql: "Text of the query (SPARQL)", back: "All questions", copySparql: "Copy the query", textCopied: "The query is copied",
      answered: (n, all, more) => (n === all ? kg.many(n, "row") : `First ${n} of ${more ? "more than " : ""}${kg.many(all, "row")}`), named: (n) => `${kg.many(n, "node")} highlighted`, namesNone: "names no node of the graph",
      noRows: "Nothing matches", subject: "From", predicate: "Link", object: "To", fault: (why) => `This question could not be answered: ${why}`, unanswered: " (not answered)",
      rowsSorted: (name, way) => `${name}: ${{ up: "ascending", down: "descending" }[way] || "in the original order"}`,
    },
  });
  const byName = new Map(asked.map((query) => [query.name, query]));
  kg.state.field("ask", { initial: "", key: "ask", push: true, read: (name) => (byName.has(name) ? name : "") });
  // A question is worded for its own parameters; asked with others it is told with these.
  const question = (query) => {
    const { text, lang } = Object.keys(query.questions).length ? kg.pick(query.questions) : { text: query.title || kg.say("given"), lang: "" };
    const others = query.own ? kg.say("with", query.parameters.map(([name, cell]) => `${called(query, name)}${kg.say("colon")}${textOf(cell)}`).join(kg.say("comma"))) : "";
    return { text: text + others, lang };
  };
  const called = (query, variable) => query.names[state.lang]?.[variable] || variable.replace(/_/g, " ");
  const answerOf = (query) => query.answers && (query.answers[state.lang] || query.answers[""]);

  // ---- what an answer names ----------------------------------------------------------------------------
  const isNode = (cell) => typeof cell === "number";
  const told = new Map();
  function naming(query) {
    const answer = answerOf(query);
    if (!answer) return null;
    if (!told.has(answer)) {
      const rows = answer.rows || [];
      const found = new Set([...rows.flat(), ...(answer.beyond || []), ...query.parameters.map(([, cell]) => cell)].filter(isNode));
      const links = new Set();
      const pairs = new Set(rows.flatMap((row) => (answer.form === "graph"
        ? [isNode(row[0]) && isNode(row[2]) ? `${row[0]} ${row[1][1]} ${row[2]}` : ""]
        : row.filter(isNode).flatMap((from) => row.filter(isNode).map((to) => `${from} ${to}`)))));
      for (const link of model.links) {
        const { from, to, property } = link;
        if (pairs.has(answer.form === "graph" ? `${from} ${model.properties[property].iri} ${to}` : `${from} ${to}`)) links.add(link);
      }
      told.set(answer, found.size ? { nodes: found, links } : null);
    }
    return told.get(answer);
  }
  kg.emphasise({
    fields: ["ask", "lang"], of: ({ ask }) => (ask ? naming(byName.get(ask)) : null),
    label: ({ ask }) => question(byName.get(ask)).text, clear: () => ({ ask: "" }),
  });

  // ---- cells: a node, a text, or [kind, text, ...] -----------------------------------------------------
  const words = new Map([...model.classes, ...model.properties, ...model.terms, ...model.sources, ...model.wholes].map((thing) => [thing.iri, thing]));
  const plain = (text) => text.replace(/^(-?\d+\.\d{4})\d+$/, (_, head) => String(Number(head)));
  const TEXT = {
    "@": ([, text]) => text, d: ([, text]) => text, n: ([, text]) => plain(text), t: ([, text]) => kg.datetime(text),
    b: ([, text]) => kg.say(/^(true|1)$/.test(text) ? "yes" : "no"),
    i: ([, iri, short]) => (words.has(iri) ? kg.name(words.get(iri)) : short),
  };
  const textOf = (cell) => (cell === null ? "" : isNode(cell) ? kg.nodeName(cell) : typeof cell === "string" ? cell : TEXT[cell[0]](cell));
  const sortKey = (cell) => (Array.isArray(cell) && cell[0] === "n" ? Number(cell[1]) : Array.isArray(cell) && cell[0] === "t" ? model.extent(cell[1])?.[0] ?? cell[1] : textOf(cell));
  function shown(cell) {
    if (isNode(cell)) return kg.nodeLink(cell);
    const text = textOf(cell);
    if (!Array.isArray(cell)) return text;
    const [kind, value, other] = cell;
    if (kind === "@") return kg.spoken({ text, lang: other });
    if (kind !== "i") return text === value ? text : el("span", { title: value }, text);
    return words.has(value) ? el("span", { title: value }, text) : kg.outside(value, text);
  }

  // ---- the page of one question ------------------------------------------------------------------------
  const view = {};
  let order = { column: -1, down: false };
  let stop = null; // the link that Tab comes to
  const columnName = (query, answer, i) => (answer.form === "graph" ? kg.say(answer.columns[i]) : called(query, answer.columns[i]));
  function sorted({ rows }) {
    const { column, down } = order;
    if (column < 0) return rows;
    const collator = new Intl.Collator(state.lang, { numeric: true });
    const compare = (a, b) => (typeof a === "number" && typeof b === "number" ? a - b : collator.compare(a, b));
    return rows.map((row) => [sortKey(row[column]), row]).sort(([a], [b]) => (a === "") - (b === "") || compare(a, b) * (down ? -1 : 1)).map(([, row]) => row);
  }
  function sort(answer, column) {
    if (order.column !== column) order = { column, down: false };
    else order = order.down ? { column: -1, down: false } : { column, down: true };
    table(answer);
    view.table.querySelector(`[data-column="${column}"]`).focus();
    kg.announce(kg.say("rowsSorted", columnName(byName.get(state.ask), answer, column), order.column < 0 ? "" : order.down ? "down" : "up"));
  }
  function table(answer) {
    const { column, down } = order;
    const numeric = answer.columns.map((_, i) => answer.rows.every((row) => row[i] === null || row[i][0] === "n"));
    const way = (i) => (i !== column ? null : down ? "descending" : "ascending");
    const heads = answer.columns.map((_, i) => kg.columnHead(i, columnName(byName.get(state.ask), answer, i), way(i), () => sort(answer, i), { class: numeric[i] ? "number" : null }));
    const longest = answer.columns.map((_, i) => Math.max(0, ...answer.rows.map((row) => textOf(row[i]).length)));
    const width = (i) => (longest[i] > 30 ? "widest" : longest[i] > 12 ? "wide" : longest[i] > 4 ? "middle" : "");
    const kind = (cell, i) => [numeric[i] ? "number" : "", numeric[i] ? "" : width(i), Array.isArray(cell) && cell[0] === "t" ? "time" : ""].filter(Boolean).join(" ") || null;
    const body = sorted(answer).map((row) => el("tr", {}, ...row.map((cell, i) => el("td", { class: kind(cell, i), "data-id": isNode(cell) ? cell : null }, shown(cell)))));
    view.table.replaceChildren(el("caption", { class: "unseen" }, question(byName.get(state.ask)).text), el("thead", {}, el("tr", {}, ...heads)), el("tbody", {}, ...body));
    const links = [...view.table.querySelectorAll("tbody a")];
    for (const link of links) link.tabIndex = -1;
    halt(links[0] || null);
    mark();
  }
  function halt(link) {
    if (stop) stop.tabIndex = -1;
    stop = link;
    if (stop) stop.tabIndex = 0;
  }
  function mark() {
    for (const cell of view.table.querySelectorAll("td[data-id]")) {
      if (Number(cell.dataset.id) === state.selected) cell.setAttribute("aria-current", "true"); else cell.removeAttribute("aria-current");
    }
  }
  // Arrows go from link to link: along the row, and in the column or the nearest to it.
  function step(event) {
    const link = event.target.closest("tbody a");
    const links = [...view.table.querySelectorAll("tbody a")];
    const at = links.indexOf(link);
    if (at < 0) return;
    const place = (each) => [each.closest("tr").rowIndex, each.closest("td").cellIndex];
    const [row, cell] = place(link);
    const beyond = (way) => {
      const others = links.filter((each) => (place(each)[0] - row) * way > 0);
      const next = others.length ? place(others[way > 0 ? 0 : others.length - 1])[0] : row;
      return others.filter((each) => place(each)[0] === next).sort((a, b) => Math.abs(place(a)[1] - cell) - Math.abs(place(b)[1] - cell))[0];
    };
    const to = { ArrowDown: () => beyond(1), ArrowUp: () => beyond(-1), ArrowRight: () => links[at + 1], ArrowLeft: () => links[at - 1], Home: () => links[0], End: () => links[links.length - 1] }[event.key];
    if (!to) return;
    event.preventDefault();
    const next = to();
    if (next) { halt(next); next.focus(); }
  }
  const lines = (query, answer) => [answer.columns.map((_, i) => columnName(query, answer, i)), ...sorted(answer).map((row) => row.map(textOf))];
  function summary(answer, found) {
    const all = answer.total || answer.rows.length;
    return [kg.say("answered", answer.rows.length, all, answer.more), found ? kg.say("named", found.nodes.size) : kg.say("namesNone")].join(" · ");
  }
  function answerPage(query) {
    const answer = answerOf(query);
    const found = naming(query);
    const told = query.parameters.map(([name, cell]) => el("li", {}, el("span", {}, `${called(query, name)}${kg.say("colon")}`), shown(cell)));
    const rows = answer && answer.form !== "ask" ? answer.rows : [];
    const tools = [
      found ? kg.button({ class: "plain", onclick: () => state.set({ view: "network" }) }, kg.say("inGraph")) : null,
      ...(rows.length ? [
        kg.button({ class: "plain", id: "copy-rows", onclick: () => kg.copyRows(lines(query, answer)) }, kg.say("copy")),
        kg.button({ class: "plain", id: "csv-rows", onclick: () => kg.download(lines(query, answer), query.name) }, kg.say("csv")),
      ] : []),
    ];
    view.table = el("table", { class: "nodes rows", onkeydown: step });
    view.answer.replaceChildren(el("div", { class: "about" },
      kg.button({ class: "plain back", onclick: () => { state.set({ ask: "" }); focusMenu(); } }, `‹ ${kg.say("back")}`),
      kg.spoken(question(query), "h2", { id: "question", tabindex: "-1" }),
      told.length ? el("ul", { class: "given" }, ...told) : null,
      query.fault ? el("p", { class: "fault" }, kg.say("fault", query.fault)) : null,
      answer?.form === "ask" ? el("p", { class: "truth" }, kg.say(answer.truth ? "yes" : "no")) : null,
      answer && answer.form !== "ask" ? el("div", { class: "counts" }, el("span", {}, rows.length ? summary(answer, found) : kg.say("noRows")), el("span", { class: "does" }, ...tools)) : null,
      query.text ? el("details", { class: "sparql" }, el("summary", {}, kg.say("sparql")), el("pre", { tabindex: "0", role: "group", "aria-label": "SPARQL" }, query.text), kg.button({ class: "plain", onclick: () => kg.copy(query.text, kg.say("textCopied")) }, kg.say("copySparql"))) : null,
    ), rows.length ? el("div", { class: "sheet" }, view.table) : "");
    stop = null;
    if (rows.length) table(answer);
    if (kg.state.view === "queries" && answer && answer.form !== "ask") kg.announce(`${question(query).text} ${rows.length ? summary(answer, found) : kg.say("noRows")}`);
  }

  // ---- the menu ----------------------------------------------------------------------------------------
  const items = () => [...view.list.querySelectorAll("button")];
  function choices() {
    const terms = kg.fold(view.find?.value.trim() || "").split(/\s+/);
    const fits = (query) => terms.every((term) => kg.fold([query.name, query.title, ...Object.values(query.questions)].join("\n")).includes(term));
    const found = asked.filter(fits);
    view.list.replaceChildren(...found.map((query) => el("li", {}, kg.button({ "data-ask": query.name, onclick: () => choose(query.name) },
      kg.spoken(question(query)), query.fault ? el("small", {}, kg.say("unanswered")) : null))));
    view.none.hidden = found.length > 0;
    view.none.textContent = kg.say("noQuestion");
    current();
  }
  function current() {
    const all = items();
    const chosen = all.find((item) => item.dataset.ask === state.ask);
    for (const item of all) {
      if (item === chosen) item.setAttribute("aria-current", "true"); else item.removeAttribute("aria-current");
      item.tabIndex = item === (chosen || all[0]) ? 0 : -1;
    }
    chosen?.scrollIntoView({ block: "nearest" });
  }
  function choose(name) {
    state.set({ ask: name });
    if (getComputedStyle(view.menu).display === "none") kg.$("question").focus();
  }
  function focusMenu() { (items().find((item) => item.tabIndex === 0) || view.find)?.focus(); }
  function press(event) {
    const all = items();
    const at = all.indexOf(event.target);
    const to = kg.stride(event.key, at, all.length);
    if (at < 0 || to === undefined) return;
    event.preventDefault();
    for (const item of all) item.tabIndex = item === all[to] ? 0 : -1;
    all[to].focus();
  }

  kg.view({
    id: "queries",
    label: { zh: "问题", en: "Questions" },
    icon: "M10 17a7 7 0 1 0-6-3.4L3 17ZM7.9 8a2.1 2.1 0 1 1 3 1.9c-.6.3-.9.7-.9 1.3M10 13.4v.1",
    when: () => asked.length > 0,
    mount(element) {
      if (asked.length > MANY) view.find = el("input", { type: "search", autocomplete: "off", spellcheck: "false", oninput: choices });
      view.list = el("ul", { onkeydown: press });
      view.none = el("p", { class: "none", hidden: true });
      view.menu = el("nav", { class: "menu" }, view.find, view.list, view.none);
      view.answer = el("div", { class: "answer" });
      view.frame = el("div", { class: "asking" }, view.menu, view.answer);
      element.append(view.frame);
    },
    refresh(_, changed) {
      if (changed.has("ask")) order = { column: -1, down: false };
      if (changed.has("lang")) {
        view.menu.setAttribute("aria-label", kg.say("asking"));
        if (view.find) { view.find.placeholder = kg.say("askFor"); view.find.setAttribute("aria-label", kg.say("askFor")); }
        choices();
      }
      if (changed.has("ask") || changed.has("lang")) {
        view.frame.classList.toggle("chosen", state.ask !== "");
        if (state.ask) answerPage(byName.get(state.ask));
        else view.answer.replaceChildren(el("p", { class: "invite" }, kg.say("ask")));
        current();
      } else if (changed.has("selected") && state.ask && view.table) mark();
    },
    focus() { if (stop?.isConnected) stop.focus(); else focusMenu(); },
  });
  kg.expose({ get ask() { return state.ask; } });
})();
