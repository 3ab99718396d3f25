// The timeline: one row for every time, in order, on an axis that can be zoomed.
(() => {
  const { $, el, model, state, timescale, timeMarks } = kg;
  const { nodes } = model;
  const PRINTED = 1500;
  const SHORTEST = 10 * timescale.MINUTE;
  kg.words({
    zh: {
      zoomIn: "放大时间轴", zoomOut: "缩小时间轴", zoomFit: "回到事件最集中的时段", timeEarlier: (n) => `更早 ${n} 项`, timeLater: (n) => `更晚 ${n} 项`,
      timeAnytime: "取消时间筛选", timeUndated: (n) => `没有确切日期，原文只有文字说明（${n} 项）`, timeNoneHere: "这段时间内没有事件", timeNoneAtAll: "没有可显示的事件",
      timeChronicle: (n) => `按时间排列的 ${n} 个事件`, timeUnprinted: (n) => `另有 ${n} 项未打印`, timeShowing: (from, to) => `时间轴显示 ${from} 至 ${to}`, timeZoned: (zone) => `时区 UTC${zone}`,
      timeChart: "时间线", timeMarked: (n) => (n ? `突出显示 ${n} 项` : "突出显示的节点都没有时间"), timeKeys: "方向键逐个移动，Enter 打开，+ − 0 缩放，Shift + ← → 平移",
    },
    en: {
      zoomIn: "Zoom the axis in", zoomOut: "Zoom the axis out", zoomFit: "Back to where most events are", timeEarlier: (n) => `${n} earlier`, timeLater: (n) => `${n} later`,
      timeAnytime: "Clear the time filter", timeUndated: (n) => `No date, only in words (${n})`, timeNoneHere: "No events in this stretch of time", timeNoneAtAll: "No events to show",
      timeChronicle: (n) => `${kg.many(n, "event")} in order of time`, timeUnprinted: (n) => `${n} more not printed`, timeShowing: (from, to) => `The axis shows ${from} to ${to}`, timeZoned: (zone) => `UTC${zone}`,
      timeChart: "Timeline", timeMarked: (n) => (n ? `${n} highlighted` : "None of the highlighted nodes has a time"), timeKeys: "Arrows move, Enter opens, + − 0 zoom, Shift + ← → pan",
    },
  });

  let all = []; // every time of every node, in order
  let dated = []; // those of visible nodes
  let rows = []; // what is listed: times in the range, a heading, times in words
  let marked = null; // those of what stands out; if there are none, nothing fades
  let range = null;
  let full = null;
  let current = null; // the one that Tab comes to
  let printing = false;
  let height = 44;
  let parts = null;
  let counted = null;
  let drawn = new Map(); // row number -> its element
  const finite = (items) => items.flatMap(({ first, last }) => [first, last]).filter(Number.isFinite);
  const extremes = (items) => finite(items).reduce(([a, b], time) => [Math.min(a, time), Math.max(b, time)], [Infinity, -Infinity]);
  const within = ({ first, last }) => first <= range[1] && last >= range[0];
  const early = () => dated.filter(({ last }) => last < range[0]);
  const late = () => dated.filter(({ first }) => first > range[1]);
  const width = () => parts.axis.clientWidth || 600;

  function gather() {
    const visible = model.visible();
    const shown = all.filter(({ id }) => visible.has(id));
    dated = shown.filter(({ kind }) => kind !== "words");
    const here = dated.filter(within);
    const emphasis = kg.emphasis();
    marked = emphasis && shown.filter(({ id }) => emphasis.nodes.has(id));
    const words = shown.filter(({ kind }) => kind === "words");
    rows = [
      ...(here.length || !shown.length ? here : [{ heading: "timeNoneHere" }]),
      ...(words.length ? [{ heading: "timeUndated", n: words.length }, ...words] : []),
      ...(shown.length ? [] : [{ heading: "timeNoneAtAll" }]),
    ];
    if (!rows.includes(current)) current = rows.find(({ id }) => id === state.selected && id !== undefined) || rows.find(({ heading }) => !heading) || null;
  }

  // ---- rows: those in sight and that with the keyboard -------------------------------------------------
  let pen = null;
  function lengthOf(text) {
    if (!pen) { pen = document.createElement("canvas").getContext("2d"); pen.font = `12.5px ${kg.colours().font}`; }
    return pen.measureText(text).width;
  }
  // The time stands beside its mark, on the right if it has room there; of a long one on its far end.
  function beside(each, { x, w }) {
    const text = timeMarks.when(each);
    const needed = lengthOf(text) + 16;
    const [left, inner, right] = [x, w, 100 - x - w].map((part) => (part / 100) * width());
    const label = el("span", { class: "tl-when", "aria-hidden": "true" }, text);
    if (right + 16 >= needed) label.style.left = `calc(${x + w}% + 12px)`;
    else if (left + 16 >= needed) label.style.right = `calc(${100 - x}% + 12px)`;
    else if (inner < needed + 24) return null;
    else { label.classList.add("on"); label.style[each.first === -Infinity ? "left" : "right"] = `calc(${each.first === -Infinity ? x : 100 - x - w}% + 16px)`; }
    return label;
  }
  function make(each, i) {
    const item = el("li", { class: each.kind === "words" ? "tl-undated" : null, "aria-setsize": rows.length, "aria-posinset": i + 1 });
    item.style.top = `${i * height}px`;
    if (each.heading) { item.className = "tl-heading"; item.append(kg.say(each.heading, each.n)); return item; }
    const node = nodes[each.id];
    const kind = ` ${marked?.length ? (marked.includes(each) ? "strong" : "faint") : ""}`;
    const plot = el("span", { class: "tl-plot" });
    if (each.kind === "words") plot.append(...timeMarks.stated(each).slice(0, 3).map((fact) => kg.spoken(fact, "span", { class: "tl-words" })));
    else {
      const { mark, x, w } = timeMarks.draw(each, range, width());
      plot.append(mark);
      const label = beside(each, { x, w });
      if (label) plot.append(label);
    }
    item.append(kg.button({ class: `tl-row${kind}`, "data-row": i, tabindex: each === current ? "0" : "-1", "aria-current": each.id === state.selected ? "true" : null },
      el("span", { class: "tl-name" }, kg.glyph(node.group), kg.spoken(kg.pick(node.labels), "span", { class: "tl-text" })),
      el("span", { class: "unseen" }, `${kg.say("comma")}${kg.name(kg.kindOf(each.id))}${each.kind === "words" ? "" : `${kg.say("comma")}${timeMarks.when(each)}`}`), plot));
    return item;
  }
  function wanted() {
    const { scrollTop, clientHeight } = parts.scroll;
    const first = Math.max(0, Math.floor(scrollTop / height) - 4);
    const last = printing ? Math.min(rows.length, PRINTED) : Math.min(rows.length, Math.ceil((scrollTop + clientHeight) / height) + 4);
    const numbers = new Set(Array.from({ length: Math.max(0, last - (printing ? 0 : first)) }, (_, i) => i + (printing ? 0 : first)));
    if (current) numbers.add(rows.indexOf(current));
    return [...numbers].sort((a, b) => a - b);
  }
  function fill() {
    const numbers = wanted();
    const keep = new Set(numbers);
    for (const [i, item] of drawn) if (!keep.has(i)) { item.remove(); drawn.delete(i); }
    let before = null;
    for (const i of numbers) {
      if (!drawn.has(i)) {
        const item = make(rows[i], i);
        drawn.set(i, item);
        if (before) before.after(item); else parts.list.prepend(item);
      }
      before = drawn.get(i);
    }
    parts.rest.hidden = !printing || rows.length <= PRINTED;
    parts.rest.textContent = kg.say("timeUnprinted", rows.length - PRINTED);
  }
  const rowOf = (each) => drawn.get(rows.indexOf(each))?.querySelector(".tl-row");
  // Rows anew; what is at the top stays there, and the keyboard where it is.
  function list() {
    const focused = parts.list.contains(document.activeElement);
    const top = Math.floor(parts.scroll.scrollTop / height);
    const anchor = rows.slice(top).concat(rows.slice(0, top).reverse());
    const offset = parts.scroll.scrollTop - top * height;
    gather();
    const numbers = new Map(rows.map((each, i) => [each, i]));
    const kept = top > 0 && anchor.find((each) => numbers.has(each));
    drawn = new Map();
    parts.list.replaceChildren();
    parts.list.style.height = `${rows.length * height}px`;
    parts.list.setAttribute("aria-label", kg.say("timeChronicle", rows.filter(({ heading }) => !heading).length));
    parts.scroll.scrollTop = kept ? numbers.get(kept) * height + offset : 0;
    fill();
    if (focused) (rowOf(current) || parts.tools.querySelector("button")).focus({ preventScroll: true });
  }
  const inside = () => parts.scroll.clientHeight - parts.head.offsetHeight - parts.key.offsetHeight;
  function reveal(each) {
    const at = rows.indexOf(each) * height;
    const { scrollTop } = parts.scroll;
    const room = inside() - height;
    if (at < scrollTop) parts.scroll.scrollTop = at;
    else if (at > scrollTop + room) parts.scroll.scrollTop = at - room;
    fill();
  }
  function go(each) {
    if (rowOf(current)) rowOf(current).tabIndex = -1;
    current = each;
    reveal(each);
    rowOf(each).tabIndex = 0;
    rowOf(each).focus({ preventScroll: true });
  }

  // ---- the axis --------------------------------------------------------------------------------------
  function draw() {
    parts.element.classList.toggle("narrow", parts.element.clientWidth < 620 && !printing);
    height = parts.element.classList.contains("narrow") ? 66 : 44;
    list();
    const ticks = timescale.ticks(range, width(), state.lang);
    parts.axis.replaceChildren(...ticks.map(({ x, text, major }) => { const tick = el("span", { class: major ? "major" : null }, text); tick.style.left = `${x}%`; return tick; }));
    parts.grid.replaceChildren(...ticks.map(({ x, major }) => { const line = el("i", { class: major ? "major" : null }); line.style.left = `${x}%`; return line; }));
    const { zone } = model;
    parts.context.textContent = [timescale.context(range, width(), state.lang), zone && kg.say("timeZoned", zone === "Z" ? "" : zone.replace("-", "−"))].filter(Boolean).join(" · ");
    const time = { ...state, time: ["", ""] };
    counted = { ticks, ...parts.brush.draw(all.filter(({ id, kind }) => kind !== "words" && model.passing(id, time))) };
    parts.caption.replaceChildren(el("span", {}, kg.say("brushBars", counted.bin.unit, counted.bin.count, counted.most)), el("span", {}, kg.say("brushDrag")));
    parts.range.textContent = kg.timeText();
    parts.clear.hidden = !state.time.some(Boolean);
    parts.clear.textContent = kg.say("timeAnytime");
    parts.marked.textContent = marked ? kg.say("timeMarked", marked.length) : "";
    for (const [name, items] of [["earlier", early()], ["later", late()]]) {
      parts[name].textContent = kg.say(name === "earlier" ? "timeEarlier" : "timeLater", items.length);
      parts[name].setAttribute("aria-disabled", String(!items.length));
    }
    kg.translate(parts.tools);
    for (const each of parts.key.children) each.lastChild.textContent = each.dataset.kind ? kg.say(`time-${each.dataset.kind}`) : kg.say("timeKeys");
    parts.scroll.setAttribute("aria-label", `${kg.say("timeChart")}${kg.say("colon")}${kg.say("timeKeys")}`);
    kg.timeTip.hide();
  }
  function look([from, to], quiet) {
    const most = timescale.padded(full);
    const length = Math.min(most[1] - most[0], Math.max(SHORTEST, to - from));
    const middle = (from + to) / 2;
    const start = Math.min(most[1] - length, Math.max(most[0], middle - length / 2));
    range = [start, start + length];
    draw();
    if (!quiet) kg.announce(kg.say("timeShowing", ...range.map((time) => kg.datetime(timescale.value(time, timescale.unitFor(range, width()))))));
  }
  const pan = (by) => look(range.map((time) => time + by * (range[1] - range[0])));
  function zoom(by, about) {
    const at = about ?? (current && current.kind !== "words" && document.activeElement === rowOf(current) ? Math.min(range[1], Math.max(range[0], current.key)) : (range[0] + range[1]) / 2);
    look(range.map((time) => at + (time - at) / by), about !== undefined);
  }
  const opening = () => look(timescale.opening(dated.length ? dated : all.filter(({ kind }) => kind !== "words")));

  function press(event) {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    const { key } = event;
    if (key === "Escape") { if (kg.timeTip.hide()) event.preventDefault(); else if (state.selected < 0) $("tab-timeline").focus(); return; }
    const ways = { "+": () => zoom(1.5), "=": () => zoom(1.5), "-": () => zoom(1 / 1.5), 0: opening };
    if (event.shiftKey && (key === "ArrowLeft" || key === "ArrowRight")) ways[key] = () => pan(key === "ArrowLeft" ? -0.25 : 0.25);
    else if (event.target.closest(".tl-row")) {
      const items = rows.filter(({ heading }) => !heading);
      const at = items.indexOf(current);
      const to = kg.stride({ ArrowRight: "ArrowDown", ArrowLeft: "ArrowUp" }[key] || key, at, items.length);
      if (to !== undefined) ways[key] = () => go(items[to]);
    }
    if (!ways[key]) return;
    event.preventDefault();
    ways[key]();
  }
  let turned = 0;
  function wheel(event) {
    const sideways = event.shiftKey ? event.deltaY || event.deltaX : Math.abs(event.deltaX) > Math.abs(event.deltaY) ? event.deltaX : 0;
    const zooming = event.ctrlKey || event.metaKey;
    if (!zooming && !sideways) return;
    event.preventDefault();
    const box = parts.axis.getBoundingClientRect();
    const about = range[0] + Math.min(1, Math.max(0, (event.clientX - box.left) / box.width)) * (range[1] - range[0]);
    if (!turned) requestAnimationFrame(() => { const by = turned; turned = 0; if (zooming) zoom(Math.exp(-by / 300), about); else look(range.map((time) => time + (by / box.width) * (range[1] - range[0])), true); });
    turned += zooming ? event.deltaY : sideways;
  }

  function mount(element) {
    all = nodes.flatMap(({ id, times }) => times.map((time) => timeMarks.item(id, time))).sort(timeMarks.order);
    full = extremes(all);
    parts = { element, axis: el("div", { class: "tl-plot tl-axis", "aria-hidden": "true" }), grid: el("div", { class: "tl-plot tl-grid", "aria-hidden": "true" }), caption: el("p", { class: "tl-caption" }),
      context: el("p", { class: "tl-context" }), range: el("span", { class: "tl-range" }), clear: kg.button({ class: "plain", onclick: () => { state.set({ time: ["", ""] }); parts.zooms[2].focus(); } }),
      marked: el("span", { class: "tl-marked" }), list: el("ol", { class: "tl-rows" }), rest: el("p", { class: "tl-rest", hidden: true }) };
    parts.brush = kg.timeBrush({ range: () => range, width, full: () => full, reveal: (time) => { if (time < range[0] || time > range[1]) pan((time - (range[0] + range[1]) / 2) / (range[1] - range[0])); } });
    const far = (name, items) => { parts[name] = kg.button({ class: "plain", onclick: () => { const found = items(); if (found.length) look(timescale.opening(found)); } }); };
    far("earlier", early);
    far("later", late);
    const tool = (key, icon, act) => kg.button({ "data-title": key, onclick: act }, kg.icon(kg.ICONS[icon]));
    parts.zooms = [tool("zoomIn", "in", () => zoom(1.5)), tool("zoomOut", "out", () => zoom(1 / 1.5)), tool("zoomFit", "fit", opening)];
    parts.key = el("p", { class: "tl-key" }, ...["instant", "interval", "imprecise", "open"].map((kind) => el("span", { "data-kind": kind }, el("i", { class: `tl-mark ${kind === "instant" ? "dot" : "stretch"} ${kind} g8${kind === "open" ? " open-right" : ""}`, "aria-hidden": "true" }, kind === "instant" ? kg.glyph(0) : null), el("span", {}))), el("span", { class: "hint" }, el("span", {})));
    parts.tools = el("div", { class: "tl-bar" }, el("p", {}, parts.range, parts.clear, parts.marked), el("div", { class: "tl-tools" }, parts.earlier, parts.later, ...parts.zooms));
    parts.head = el("div", { class: "tl-head" }, parts.tools, el("div", { class: "tl-line" }, parts.caption, parts.brush.element), el("div", { class: "tl-line" }, parts.context, parts.axis));
    parts.scroll = el("div", { class: "tl-scroll", role: "group", onscroll: () => { fill(); kg.timeTip.follow(); }, onkeydown: press }, parts.head, el("div", { class: "tl-body" }, parts.grid, parts.list, parts.rest), parts.key);
    parts.scroll.addEventListener("wheel", wheel, { passive: false });
    parts.list.addEventListener("click", (event) => {
      const row = event.target.closest(".tl-row");
      if (!row) return;
      current = rows[row.dataset.row];
      kg.select(current.id, { focus: true });
    });
    element.append(parts.scroll);
    kg.timeTip.over(element, parts.list, (row) => rows[row.dataset.row]);
    const marked = all.filter(({ kind }) => kind !== "words");
    const shown = marked.filter(({ id }) => model.visible().has(id));
    range = timescale.opening(shown.length ? shown : marked);
    new ResizeObserver(() => { if (!element.hidden && element.clientWidth) draw(); }).observe(element);
  }
  function select(jump) {
    for (const row of parts.list.querySelectorAll("[aria-current]")) row.removeAttribute("aria-current");
    const mine = all.filter(({ id }) => id === state.selected);
    if (!mine.length) return;
    const far = mine.filter(({ kind }) => kind !== "words");
    if (jump && far.length && !far.some(within)) { const [from, to] = timescale.opening(far); look(to - from > range[1] - range[0] ? [from, to] : range.map((time) => time - (range[0] + range[1]) / 2 + (from + to) / 2), true); }
    const chosen = rows.find(({ id }) => id === state.selected);
    if (!chosen) return;
    if (rowOf(current)) rowOf(current).tabIndex = -1;
    current = chosen;
    if (jump) parts.scroll.scrollTop = Math.max(0, rows.indexOf(chosen) * height - (inside() - height) / 2);
    fill();
    if (rowOf(chosen)) rowOf(chosen).tabIndex = 0;
    for (const [i, item] of drawn) if (rows[i].id === state.selected) item.querySelector(".tl-row").setAttribute("aria-current", "true");
  }

  kg.view({
    id: "timeline",
    label: { zh: "时间线", en: "Timeline" },
    icon: "M3 15h14M5 15v-4M9 15V5M13 15V8M16 15v-3",
    when: () => nodes.some((node) => node.times.some((time) => time.dated)),
    mount,
    refresh(_, changed, how) {
      if (changed.has("print") || changed.has("theme")) printing = changed.has("print");
      if (["shown", "lang", "print", "theme"].some((name) => changed.has(name)) || model.filtering(changed) || kg.emphasising(changed)) draw();
      // What a filter leaves may lie elsewhere.
      if (model.filtering(changed) && dated.length && !dated.some(within)) opening();
      if ((changed.has("shown") || kg.emphasising(changed)) && marked?.length && !rows.slice(0, Math.floor(inside() / height)).some((each) => marked.includes(each))) { const first = rows.find((each) => marked.includes(each)); if (first) reveal(first); }
      if (changed.has("selected") || how.jump) select(how.jump || changed.has("shown"));
    },
    focus: () => (rowOf(current) || $("tab-timeline")).focus(),
  });
  const iso = (time) => new Date(time).toISOString();
  kg.expose({
    get timeline() {
      if (!parts) return null;
      const marks = rows.flatMap((each, i) => (each.heading || each.kind === "words" ? [] : [{ ...timeMarks.place(each, range, width()), iri: nodes[each.id].iri, kind: each.kind, y: i * height, key: each.key }]));
      return { marks, range: range.map(iso), ticks: counted.ticks.map(({ x, text }) => ({ x, text })), rows: rows.length, drawn: drawn.size, early: early().length, late: late().length,
        words: rows.filter(({ kind }) => kind === "words").map(({ id }) => nodes[id].iri), most: counted.most };
    },
  });
})();
