// The shortest path between two nodes over the links that are visible, whichever way they point, told in words.
(() => {
  const { $, el, model, state, decoded } = kg;
  const { nodes, links } = model;
  const MOST = 1000;
  kg.words({
    zh: {
      path: "路径", pathFrom: "起点", pathTo: "终点", pathOf: (a, b) => `路径：从“${a}”到“${b}”`, findPath: "查找从此处出发的路径…", endPath: "取消", swap: "互换起点和终点",
      steps: (n) => `最短路径：${n} 步`, told: (n, names) => `最短路径 ${n} 步：${names.join("、")}`, ways: (i, n) => `第 ${i} 条，共 ${n} 条最短路径`, waysMany: (i) => `第 ${i} 条，最短路径超过 ${MOST} 条`, before: "上一条", after: "下一条",
      noPath: "没有路径。", samePlace: "起点和终点相同。", endHidden: (name) => `${name}已被筛选隐藏。`, cuts: (n) => `筛选隐藏了 ${n} 条关系。`,
      without: (n) => `全部显示时有 ${n} 步的路径。`, pathHint: "选择两个节点，查看它们之间的最短路径。",
    },
    en: {
      path: "Path", pathFrom: "From", pathTo: "To", pathOf: (a, b) => `Path: “${a}” to “${b}”`, findPath: "Find a path from here…", endPath: "Clear", swap: "Swap start and end",
      steps: (n) => `Shortest path: ${kg.many(n, "step")}`, told: (n, names) => `Shortest path, ${kg.many(n, "step")}: ${names.join(", ")}`, ways: (i, n) => `${i} of ${n} shortest paths`, waysMany: (i) => `${i} of more than ${MOST} shortest paths`, before: "Previous", after: "Next",
      noPath: "No path.", samePlace: "Start and end are the same.", endHidden: (name) => `${name} is hidden by a filter.`, cuts: (n) => `Filters hide ${kg.many(n, "link")}.`,
      without: (n) => `With everything shown there is a path of ${kg.many(n, "step")}.`, pathHint: "Choose two nodes to see the shortest path between them.",
    },
  });

  // ---- the state: two numbers, -1 where none is chosen yet, and which of several paths ------------------
  const written = (id) => (id < 0 ? "" : nodes[id].iri.replace(/[%,]/g, encodeURIComponent));
  const number = (text) => [decoded(text), text].map((iri) => model.byIri.get(iri)).find((id) => id !== undefined) ?? -1;
  function read(text) {
    const ids = text.split(",").slice(0, 2).map(number);
    return ids.some((id) => id >= 0) ? [ids[0], ids[1] ?? -1] : [];
  }
  state.field("path", { initial: [], key: "path", write: (ids) => ids.map(written).join(","), read });
  state.field("way", { initial: 0, key: "way", write: (i) => String(i + 1), read: (text) => Math.min(MOST, Math.max(1, Number.parseInt(text, 10) || 1)) - 1 });
  const ends = () => [state.path[0] ?? -1, state.path[1] ?? -1];

  // ---- neighbours by number in one list, made once; where those of a node begin stands in `first` --------
  let near = null;
  function adjacency() {
    if (near) return near;
    const first = new Int32Array(nodes.length + 1);
    for (const { from, to } of links) if (from !== to) { first[from + 1] += 1; first[to + 1] += 1; }
    for (let i = 0; i < nodes.length; i += 1) first[i + 1] += first[i];
    const [next, by, free] = [new Int32Array(first[nodes.length]), new Int32Array(first[nodes.length]), first.slice()];
    links.forEach(({ from, to }, i) => {
      if (from === to) return;
      next[free[from]] = to; by[free[from]] = i; free[from] += 1;
      next[free[to]] = from; by[free[to]] = i; free[to] += 1;
    });
    near = { first, next, by };
    return near;
  }
  // Steps from `end` to every node up to `start`, over links that pass; null if `start` is not reached.
  function distances(start, end, passes) {
    const { first, next, by } = adjacency();
    const far = new Int32Array(nodes.length).fill(-1);
    const queue = new Int32Array(nodes.length);
    far[end] = 0;
    queue[0] = end;
    for (let at = 0, size = 1; at < size && queue[at] !== start; at += 1) {
      const here = queue[at];
      for (let i = first[here]; i < first[here + 1]; i += 1) {
        if (far[next[i]] >= 0 || !passes(links[by[i]])) continue;
        far[next[i]] = far[here] + 1;
        queue[size] = next[i];
        size += 1;
      }
    }
    return far[start] < 0 ? null : far;
  }
  // All shortest paths counted, up to one more than MOST, and the one of number `way`. What is less linked comes
  // first: a path through it says more than one through what everything is linked with.
  function shortest(start, end, passes, way) {
    const far = distances(start, end, passes);
    if (!far) return null;
    const { first, next, by } = adjacency();
    const known = new Map();
    const nearer = (id) => {
      if (!known.has(id)) {
        const all = new Set();
        for (let i = first[id]; i < first[id + 1]; i += 1) if (far[next[i]] === far[id] - 1 && passes(links[by[i]])) all.add(next[i]);
        known.set(id, [...all].sort((a, b) => model.degree(a) - model.degree(b) || a - b));
      }
      return known.get(id);
    };
    // Level by level from the end, so that a long path needs no deep recursion.
    const levels = [new Set([start])];
    for (let step = far[start]; step > 0; step -= 1) levels.push(new Set([...levels.at(-1)].flatMap(nearer)));
    const counts = new Map([[end, 1]]);
    for (const level of levels.slice(0, -1).reverse()) for (const id of level) counts.set(id, Math.min(MOST + 1, nearer(id).reduce((sum, other) => sum + counts.get(other), 0)));
    const total = counts.get(start);
    let rest = Math.min(way, total - 1);
    const path = [start];
    while (path.at(-1) !== end) {
      const chosen = nearer(path.at(-1)).find((other) => { if (rest < counts.get(other)) return true; rest -= counts.get(other); return false; });
      path.push(chosen);
    }
    const steps = path.slice(1).map((id, i) => {
      const from = path[i];
      const found = new Set();
      for (let n = first[from]; n < first[from + 1]; n += 1) if (next[n] === id && passes(links[by[n]])) found.add(links[by[n]]);
      return [...found];
    });
    return { nodes: path, steps, total, way: Math.min(way, total - 1) };
  }
  let last = { key: null };
  function found() {
    const [start, end] = ends();
    if (start < 0 || end < 0 || start === end) return null;
    const seen = model.visible();
    const key = [start, end, state.way].join();
    if (last.key !== key || last.seen !== seen) last = { key, seen, path: seen.has(start) && seen.has(end) ? shortest(start, end, seen.link, state.way) : null };
    return last.path;
  }
  kg.emphasise({
    fields: ["path", "way"],
    of: () => { const path = found(); return path && { nodes: new Set(path.nodes), links: new Set(path.steps.flat()) }; },
    label: () => kg.say("pathOf", ...ends().map(kg.nodeName)),
    clear: () => ({ path: [], way: 0 }),
  });

  // ---- the form and the path in words --------------------------------------------------------------------
  const set = (place) => (id) => {
    const path = ends();
    path[place] = id;
    state.set({ path: path.some((each) => each >= 0) ? path : [], way: 0 });
    if (id >= 0 && path[1 - place] < 0) boxes[1 - place].input.focus();
  };
  const boxes = [["path-from", "pathFrom"], ["path-to", "pathTo"]].map(([id, label], i) => kg.nodeBox({ id, label, choose: set(i) }));
  const hint = el("p", { class: "hint" });
  const swap = kg.button({ class: "plain", onclick: () => state.set({ path: ends().reverse(), way: 0 }) });
  const clear = kg.button({ class: "plain", onclick: () => { state.set({ path: [], way: 0 }); boxes[0].input.focus(); } });
  const result = el("div", { id: "way" });
  const title = el("h2", { id: "path-title" });
  const details = el("details", { id: "pathing" }, el("summary", {}, title), el("div", { class: "ends" }, ...boxes.map(({ element }) => element)), el("p", { class: "both" }, swap, clear), hint, result);

  // "← relation" where the link points back at the node before.
  function relation(link, from) {
    const outward = link.from === from;
    const name = kg.spoken(kg.pick(model.properties[link.property].labels));
    const arrow = el("span", { "aria-hidden": "true" }, outward ? "→" : "←");
    const way = el("span", { class: "unseen" }, kg.say(outward ? "outward" : "inward"));
    return el("span", { class: "relation" }, ...(outward ? [name, " ", arrow, way] : [arrow, way, " ", name]));
  }
  function told(path) {
    const turn = (by, word) => kg.button({ "data-turn": by, disabled: path.way + by < 0 || path.way + by >= Math.min(path.total, MOST), onclick: () => {
      state.set({ way: path.way + by });
      const again = result.querySelector(`[data-turn="${by}"]`);
      (again.disabled ? result.querySelector("[data-turn]:not(:disabled)") : again)?.focus();
    } }, kg.say(word));
    const many = path.total > MOST ? kg.say("waysMany", path.way + 1) : kg.say("ways", path.way + 1, path.total);
    return [
      el("p", { class: "sum" }, kg.say("steps", path.steps.length)),
      ...(path.total > 1 ? [el("p", { class: "turns" }, el("span", {}, many), turn(-1, "before"), turn(1, "after"))] : []),
      el("ol", { class: "steps" }, ...path.nodes.map((id, i) => el("li", {},
        ...(i ? [el("div", { class: "relations" }, ...path.steps[i - 1].map((link) => relation(link, path.nodes[i - 1])))] : []), kg.nodeLink(id)))),
    ];
  }
  // Why there is none, and whether the filters are why.
  function lacking(start, end) {
    if (start === end) return [el("p", {}, kg.say("samePlace"))];
    const seen = model.visible();
    const hidden = [start, end].filter((id) => !seen.has(id));
    const told = [el("p", {}, ...(hidden.length ? hidden.map((id) => kg.say("endHidden", kg.nodeName(id))) : [kg.say("noPath")]))];
    if (!seen.hidden.links && !hidden.length) return told;
    const all = distances(start, end, () => true);
    const words = [seen.hidden.links ? kg.say("cuts", seen.hidden.links) : "", all ? kg.say("without", all[start]) : ""];
    return [...told, el("p", { class: "hint" }, words.join(kg.state.lang === "zh" ? "" : " ")),
      all && kg.button({ class: "plain", onclick: () => { state.clear(); boxes[1].input.focus(); } }, kg.say("all"))];
  }
  function show(changed) {
    const [start, end] = ends();
    boxes.forEach((box, i) => box.set(ends()[i]));
    swap.hidden = clear.hidden = start < 0 && end < 0;
    hint.hidden = start >= 0 && end >= 0;
    const path = found();
    result.replaceChildren(...(start < 0 || end < 0 ? [] : path ? told(path) : lacking(start, end)).filter(Boolean));
    if (changed.has("path") && (start >= 0 || end >= 0)) details.open = true;
  }
  // In the panel of a node; the second box waits for where to go.
  kg.pathButton = (id) => kg.button({ class: "plain", id: "path-here", onclick: () => {
    state.set({ path: [id, -1], way: 0 });
    details.open = true;
    boxes[1].input.focus();
    details.scrollIntoView({ block: "nearest" });
  } }, kg.say("findPath"));

  kg.on((changed, how) => {
    if (how.start && links.length) { $("path").append(details); $("path").hidden = false; }
    if (changed.has("lang")) {
      title.textContent = kg.say("path");
      hint.textContent = kg.say("pathHint");
      swap.textContent = kg.say("swap");
      clear.textContent = kg.say("endPath");
      for (const box of boxes) box.tell();
    }
    const moved = changed.has("path") || changed.has("way");
    if (changed.has("lang") || moved || model.filtering(changed)) show(changed);
    const [start, end] = ends();
    if (moved && !how.start && start >= 0 && end >= 0) {
      const path = found();
      kg.announce(path ? kg.say("told", path.steps.length, path.nodes.map(kg.nodeName)) : result.textContent);
    }
  });
  kg.expose({
    get path() { const path = found(); return path && path.nodes.map((id) => nodes[id].iri); },
    get paths() { return found()?.total ?? 0; },
  });
})();
