// What the network draws: all visible nodes or, of a large graph, an overview of its parts and what is opened.
(() => {
  const { model, state } = kg;
  const { nodes, around, properties } = model;
  const { overview } = kg.data;
  const MOST = 300; // items of an opened scene; then the oldest go
  const [PAGE, MORE] = [120, 60]; // members of a part at first, and with each "more"
  const [EACH, STAR] = [12, 90]; // neighbours by one relation at first, by all together
  const KEPT = 12; // steps in the address
  const parts = overview ? overview.parts.map(([hub, gathered, cls, count, x, y, size], i) => ({ id: nodes.length + i, kind: "part", part: i, hub, gathered, count, x, y, size, group: model.classes[cls].group })) : [];
  kg.words({
    zh: {
      partName: (name, n) => (n > 1 ? `${name} 等 ${n} 个` : name), partRows: (name, n) => [name, `等 ${n} 个`], gatheredRows: (name, n) => [`其他${name || "节点"}`, `${n} 个`], gatheredName: (name, n) => `其他${name || "节点"} ${n} 个`, stubName: (name, n) => `${name ? `${name} ` : ""}+${n}`,
      excerpt: (n, all) => `图太大，本页只收入 ${all} 个实体中关联最多的 ${n} 个。看其余的：kg view --focus IRI`,
      partKind: "一组节点，按 Enter 打开", stubKind: (n) => `还有 ${n} 个，按 Enter 显示`,
    },
    en: {
      partName: (name, n) => (n > 1 ? `${name} and ${n - 1} more` : name), partRows: (name, n) => [name, `and ${n - 1} more`], gatheredRows: (name, n) => [name ? `Other: ${name}` : "Others", String(n)], gatheredName: (name, n) => (name ? `Other: ${name} (${n})` : `${n} others`), stubName: (name, n) => `${name ? `${name} ` : ""}+${n}`,
      excerpt: (n, all) => `The graph is too large for a page: of its ${all} entities these are the ${n} with the most links. For others: kg view --focus IRI`,
      partKind: "a group of nodes, Enter opens it", stubKind: (n) => `${n} more, Enter shows them`,
    },
  });

  // ---- what is opened: steps, each a text as it stands in the address ------------------------------------
  // IRI: a node with its neighbours; *IRI: a part, once for each page; +relation!IRI or -relation!IRI: more of one relation
  const relations = model.naming(properties);
  const keyOf = ({ hub, gathered }) => (hub < 0 ? (gathered < 0 ? "" : model.classes[gathered].iri) : nodes[hub].iri);
  const partNamed = new Map(parts.map((part) => [keyOf(part), part]));
  const nameOf = (part) => `*${keyOf(part)}`;
  function parsed(text) {
    if (text[0] === "*") { const part = partNamed.get(text.slice(1)); return part && { part }; }
    const [, sign, relation, iri] = text.match(/^([+-])(.*?)!(.*)$/) || [];
    const id = model.byIri.get(sign ? iri : text);
    const [property] = sign ? relations.read(relation) : [];
    return id === undefined || (sign && property === undefined) ? null : { id, ...(sign ? { property, outward: sign === "+" } : {}) };
  }
  const number = (n) => n.toLocaleString("en");
  const comma = (text) => text.replace(/,/g, "%2C");
  state.field("open", { initial: [], key: "open", push: true, write: (list) => list.map(comma).join(","), read: (text) => text.split(",").map((each) => each.replace(/%2C/g, ",")).filter(parsed) });
  // What was selected stays in the picture; what has nothing to do with the picture opens one of its own.
  state.entails((next, values, changes) => {
    if (!overview || next.selected === values.selected || "open" in changes) return {};
    const open = values.selected < 0 ? values.open : [...values.open.filter((step) => step !== nodes[values.selected].iri), nodes[values.selected].iri];
    const linked = next.selected < 0 || kg.scene.has(next.selected) || around[next.selected].some(([, other]) => kg.scene.has(other));
    return { open: linked ? open.slice(-KEPT) : [] };
  });

  // ---- a scene: steps one after another, each beside what is there ---------------------------------------
  const letters = (text) => [...text].reduce((sum, letter) => sum + (letter > "\u2e7f" ? 13 : 7), 0);
  function room(id) {
    const { size, labels } = nodes[id];
    const name = Math.min(...Object.values(labels).map(letters));
    return { w: Math.max(2 * size, Math.min(name, 116)) + 14, h: 2 * size + (name > 116 ? 40 : 26) };
  }
  const linked = (ids) => {
    const number = new Map(ids.map((id, i) => [id, i]));
    return ids.flatMap((id, i) => around[id].flatMap(([, other, outward]) => (outward && number.has(other) && other !== id ? [[i, number.get(other)]] : [])));
  };
  function opened(steps, { has }) {
    const items = new Map();
    const shown = new Map(); // relations of which neighbours are shown, by node
    const pages = new Map();
    const stubs = new Map();
    const item = (id, point, step) => ({ id, kind: "node", x: point.x, y: point.y, size: nodes[id].size, group: nodes[id].group, step });
    const ranked = (ids) => [...new Set(ids)].filter(has).sort((a, b) => model.degree(b) - model.degree(a) || a - b);
    const taken = () => {
      const board = kg.board();
      for (const each of [...items.values(), ...stubs.values()]) { const { w, h } = each.kind === "node" ? room(each.id) : each; board.add({ x: each.x - w / 2, y: each.y - h / 2, w, h }); }
      return board;
    };
    function add(id, step) {
      if (items.has(id)) { items.get(id).step = step; return; }
      const host = around[id].map(([, other]) => items.get(other)).find(Boolean);
      const beside = { x: Math.max(0, ...[...items.values()].map(({ x }) => x + 200)), y: 0 };
      items.set(id, item(id, !items.size ? { x: 0, y: 0 } : kg.surround(host || beside, [room(id)], taken(), Math.PI / 3)[0], step));
    }
    function all(ids, step) { // a set at once, if nothing else is there
      if (items.size) { for (const id of ids) add(id, step); return; }
      kg.arrange(ids.map(room), linked(ids)).forEach((point, i) => items.set(ids[i], item(ids[i], point, step)));
    }
    function relationsOf(id) {
      const groups = new Map();
      for (const [property, other, outward] of around[id]) {
        const key = `${outward ? "+" : "-"}${property}`;
        if (other !== id && has(other)) groups.set(key, [...(groups.get(key) || []), other]);
      }
      return [...groups].map(([key, ids]) => ({ key, property: Number(key.slice(1)), outward: key[0] === "+", ids: ranked(ids) })).sort((a, b) => a.property - b.property || a.outward - b.outward);
    }
    const rest = (ids) => ids.filter((id) => !items.has(id));
    function star(id, step, only) {
      add(id, step);
      const groups = relationsOf(id);
      const each = only ? MORE : Math.max(3, Math.min(EACH, Math.floor(STAR / (groups.length || 1))));
      const fresh = [];
      for (const { key, property, outward, ids } of groups) {
        if (only && key !== only) continue;
        for (const other of ids) if (items.has(other)) items.get(other).step = step;
        const waiting = rest(ids).filter((other) => !fresh.some((one) => one.id === other));
        const room_ = only ? each : each - (ids.length - waiting.length);
        const some = waiting.length <= room_ + 2 ? waiting : waiting.slice(0, Math.max(0, room_));
        fresh.push(...some.map((other) => ({ id: other, ...room(other) })));
        const stub = `${key} ${id}`;
        shown.set(stub, { id, key, property, outward });
        if (some.length < waiting.length && !stubs.has(stub)) fresh.push({ stub, w: 92, h: 44 });
      }
      const { x, y } = items.get(id);
      const others = [...items.values()].filter((one) => one.id !== id);
      const turn = others.length ? Math.atan2(others.reduce((sum, one) => sum + y - one.y, 0), others.reduce((sum, one) => sum + x - one.x, 0)) - Math.PI : -Math.PI / 2;
      kg.surround({ x, y }, fresh, taken(), turn).forEach((point, i) => {
        const { id: other, stub, w, h } = fresh[i];
        if (stub) stubs.set(stub, { ...point, w, h }); else items.set(other, item(other, point, step));
      });
    }
    steps.forEach(({ id, part, set, property, outward }, step) => {
      if (set) all(set, step);
      else if (part) {
        pages.set(part, (pages.get(part) ?? PAGE - MORE) + MORE);
        const members = ranked(overview.members(part.part));
        all(members.slice(0, pages.get(part)), step);
        const left = rest(members);
        if (left.length) {
          const spot = { x: 0, y: Math.max(...[...items.values()].map(({ y }) => y)) + 90 };
          stubs.set(nameOf(part), stubs.get(nameOf(part)) || { ...spot, w: 92, h: 44 });
        }
      } else if (has(id)) star(id, step, property === undefined ? "" : `${outward ? "+" : "-"}${property}`);
      for (const old of [...items.values()].sort((a, b) => a.step - b.step).slice(0, Math.max(0, items.size - MOST))) if (old.step < step) items.delete(old.id);
    });

    // ---- what is not shown of what is opened -------------------------------------------------------------
    const extra = [];
    const lines = [];
    for (const [key, spot] of stubs) {
      const { part, id, property, outward } = key[0] === "*" ? parsed(key) : shown.get(key);
      if (!part && !items.has(id)) continue;
      const left = part ? rest(overview.members(part.part).filter(has)) : rest(relationsOf(id).find((group) => group.key === shown.get(key).key).ids);
      if (!left.length) continue;
      const stub = { id: nodes.length + parts.length + extra.length, kind: "more", ...spot, size: 11, group: -1, count: left.length, property: part ? -1 : property, outward,
        step: part ? key : `${outward ? "+" : "-"}${relations.write(new Set([property]))}!${nodes[id].iri}` };
      extra.push(stub);
      if (!part) lines.push({ a: id, b: stub.id, links: [] });
    }
    const order = ranked([...items.keys()]);
    return { items: [...order.map((id) => items.get(id)), ...extra], lines: [...lines, ...between(order)] };
  }
  // One line for each linked pair of some nodes.
  function between(ids) {
    const some = new Set(ids);
    const pairs = new Map();
    const { link: passes } = model.visible();
    for (const id of ids) for (const [, other, outward, link] of around[id]) {
      if (!outward || other === id || !some.has(other) || !passes(link)) continue;
      const key = `${Math.min(id, other)} ${Math.max(id, other)}`;
      if (!pairs.has(key)) pairs.set(key, { a: Math.min(id, other), b: Math.max(id, other), links: [] });
      pairs.get(key).links.push(link);
    }
    return [...pairs.values()];
  }
  function all() {
    const visible = model.visible();
    const { marked } = kg.scene;
    if (!overview) return { items: visible.nodes.map((id) => nodes[id]), lines: model.lines.filter(visible.line) };
    const steps = [...(marked ? [{ set: visible.nodes.filter((id) => marked.nodes.has(id)).slice(0, MOST / 2) }] : []), ...state.open.map(parsed).filter(Boolean), ...(state.selected < 0 ? [] : [{ id: state.selected }])];
    if (steps.length) return { ...opened(steps, visible), open: true };
    const counts = overview.parts.map(() => 0);
    for (const id of visible.nodes) counts[overview.of[id]] += 1;
    const items = parts.map((part, i) => ({ ...part, count: counts[i] })).filter(({ count }) => count).sort((a, b) => b.count - a.count || a.id - b.id);
    return { items, lines: overview.links.filter(([a, b]) => counts[a] && counts[b]).map(([a, b, count]) => ({ a: nodes.length + a, b: nodes.length + b, links: [], count })) };
  }
  if (overview) {
    const members = parts.map(() => []);
    overview.of.forEach((part, id) => members[part].push(id));
    overview.members = (part) => members[part];
  }

  let now = null;
  const scene = () => {
    if (!now) { now = all(); now.byId = new Map(now.items.map((each) => [each.id, each])); }
    return now;
  };
  kg.scene = {
    large: Boolean(overview), MOST,
    get items() { return scene().items; },
    get lines() { return scene().lines; },
    get opened() { return Boolean(scene().open); },
    get marked() { return kg.emphasis(); },
    item: (id) => scene().byId.get(id),
    has: (id) => scene().byId.has(id),
    changing: (changed) => model.filtering(changed) || (Boolean(overview) && (kg.emphasising(changed) || changed.has("open") || changed.has("selected"))),
    forget: () => { now = null; },
    isNode: (id) => id >= 0 && id < nodes.length,
    parsed, partName,
    name({ id, kind, part, property, count }) {
      if (kind === "more") return kg.say("stubName", property < 0 ? "" : kg.name(properties[property]), count);
      return kind === "part" ? partName(parts[part], count) : kg.nodeName(id);
    },
    kind: ({ id, kind, count }) => (kind === "more" ? kg.say("stubKind", count) : kind === "part" ? kg.say("partKind") : kg.name(kg.kindOf(id))),
    rows({ kind, hub, gathered, count }) {
      if (kind !== "part" || (hub >= 0 && count < 2)) return null;
      return hub < 0 ? kg.say("gatheredRows", gathered < 0 ? "" : kg.name(model.classes[gathered]), number(count)) : kg.say("partRows", kg.nodeName(hub), count);
    },
    // What a click on an item does.
    open(item, how) {
      if (item.kind === "part") state.set({ open: [nameOf(item)] }, how);
      else if (item.kind === "more") state.set({ open: [...state.open, ...(state.selected < 0 ? [] : [nodes[state.selected].iri]), item.step].slice(-KEPT) }, how);
      else kg.select(item.id, how);
    },
  };
  function partName({ hub, gathered, count: whole }, count = whole) {
    return hub < 0 ? kg.say("gatheredName", gathered < 0 ? "" : kg.name(model.classes[gathered]), count) : kg.say("partName", kg.nodeName(hub), count);
  }
  kg.on((changed) => { if (kg.scene.changing(changed)) kg.scene.forget(); });
  kg.expose({
    get scene() { return scene().items.map((each) => ({ kind: each.kind || "node", name: kg.scene.name(each), iri: kg.scene.isNode(each.id) ? nodes[each.id].iri : null, count: each.count ?? 1 })); },
  });
})();
