// Labels of the network, placed greedily on the screen by importance; a place depends on scale, not on pan.
(() => {
  const { board, measure, model, scene, state, wrap } = kg;
  const { properties } = model;
  const LINE = 16;
  const CROWD = 300; // nodes, from where on hubs stand out as long as the picture is small

  // What the network shows beside the state; its version counts what changes labels.
  kg.net = { hovered: -1, hoveredPair: null, cursor: -1, near: null, moved: false, version: 0, scale: () => 1 };
  const { net } = kg;
  net.active = () => (state.selected >= 0 ? state.selected : net.hovered >= 0 ? net.hovered : net.cursor);
  net.marked = (line) => { const marked = kg.emphasis(); return Boolean(marked) && line.links.some((link) => marked.links.has(link)); };
  net.strong = (line) => { const id = net.active(); return (id >= 0 && (line.a === id || line.b === id)) || net.marked(line); };
  // Far away, nodes shrink less than the picture does.
  net.size = ({ size }, scale = net.scale()) => size * Math.min(1.7, Math.max(1, 0.8 / scale));
  // What is selected with its neighbours and what is emphasised stand out; in a crowd, the hubs.
  net.focus = () => {
    const marked = kg.emphasis();
    net.near = state.selected < 0 && !marked ? null : new Set([...(state.selected < 0 ? [] : model.near(state.selected)), ...(marked ? marked.nodes : [])]);
  };
  net.crowded = (scale = net.scale()) => !net.near && !scene.large && scene.items.length > CROWD && scale < 0.75;
  net.full = (id) => (net.near ? net.near.has(id) || !scene.isNode(id) : !net.crowded() || model.hubs.has(id) || id === net.active());

  // The one that costs least, the first of several; none if each costs too much.
  function least(spots, cost) {
    const costs = spots.map(cost);
    const best = Math.min(...costs);
    return best < Infinity ? spots[costs.indexOf(best)] : null;
  }
  net.placed = { key: "", labels: [] };
  net.place = (ctx, scale) => {
    const key = [scale, net.version, net.active(), state.lang].join();
    if (net.placed.key === key && net.placed.pair === net.hoveredPair) return net.placed.labels;
    const { font: family } = kg.colours();
    const { items } = scene;
    const first = net.active();
    const hubs = scene.large ? new Set(items.slice(0, 12).map(({ id }) => id)) : model.hubs;
    const weighty = (id) => (net.near ? net.near.has(id) : hubs.has(id));
    const { add, free, cover } = board((other) => other.node !== undefined && other.node !== first && !weighty(other.node));
    for (const item of items) {
      const r = net.size(item, scale) * scale * (item.kind === "part" ? 1.35 : 1);
      add({ x: item.x * scale - r, y: item.y * scale - r, w: 2 * r, h: 2 * r, node: item.id });
    }
    const labels = [];
    const put = (label, spots, overNodes) => {
      const spot = spots.find(free) || (overNodes ? least(spots, cover) : null);
      if (!spot) return;
      add(spot);
      labels.push({ ...label, ...spot });
    };
    const itemLabel = (item) => {
      const { id } = item;
      const bold = hubs.has(id) || id === first || item.kind === "part";
      const font = `${bold ? "600 14px" : "13px"} ${family}`;
      const rows = (scene.rows(item) || [scene.name(item)]).flatMap((row) => wrap(ctx, row, font, id === first));
      const w = Math.max(...rows.map((row) => measure(ctx, row, font))) + 4;
      const h = rows.length * LINE + 2;
      const [x, y, r] = [item.x * scale, item.y * scale, net.size(item, scale) * scale * (item.kind === "part" ? 1.35 : 1.15) + 3];
      const d = r * 0.7;
      put({ id, rows, font, colour: item.kind === "more" ? "accent" : "ink" }, [
        [x - w / 2, y + r], [x + r, y - h / 2], [x - r - w, y - h / 2], [x - w / 2, y - r - h],
        [x + d, y + d], [x - d - w, y + d], [x + d, y - d - h], [x - d - w, y - d - h],
      ].map(([left, top]) => ({ x: left, y: top, w, h })), id === first || hubs.has(id) || (net.near && net.near.size < 40));
    };
    const lineLabel = (line, force) => {
      const font = `12px ${family}`;
      const told = line.links.filter(model.visible().link);
      const text = line.count ? kg.say("linksBetween", line.count) : [...new Set(told.map((link) => kg.name(properties[link.property])))].join(" · ");
      if (!text) return;
      const w = measure(ctx, text, font) + 6;
      const [a, b] = [scene.item(line.a), scene.item(line.b)];
      if (!force && Math.hypot(a.x - b.x, a.y - b.y) * scale < w + (net.size(a, scale) + net.size(b, scale)) * scale) return;
      put({ rows: [text], font, colour: "accent", line: true }, [0.5, 0.42, 0.58, 0.34, 0.66, 0.26, 0.74].map((t) => ({
        x: (a.x + (b.x - a.x) * t) * scale - w / 2, y: (a.y + (b.y - a.y) * t) * scale - 9, w, h: 18,
      })), force || net.near);
    };
    const pair = net.hoveredPair;
    if (first >= 0 && scene.has(first)) itemLabel(scene.item(first));
    if (pair && scene.has(pair.a) && scene.has(pair.b)) lineLabel(pair, true);
    const others = (net.near ? items.filter(({ id }) => net.full(id)) : net.crowded(scale) ? items.filter(({ id }) => hubs.has(id)) : items).filter(({ id }) => id !== first); // a copy
    const marked = kg.emphasis();
    const rank = ({ id, kind }) => (marked?.nodes.has(id) ? 0 : kind === "more" ? 1 : 2);
    for (const item of others.sort((a, b) => rank(a) - rank(b))) itemLabel(item);
    if (first >= 0 || marked) for (const line of scene.lines) if (line !== pair && net.strong(line) && (!line.count || first >= 0)) lineLabel(line, false);
    net.placed = { key, pair, labels };
    return labels;
  };

  kg.words({ zh: { linksBetween: (n) => `${n} 条关系` }, en: { linksBetween: (n) => kg.many(n, "link") } });
  kg.expose({
    get labels() {
      return net.placed.labels.map(({ rows, font, id, line }) => ({ text: rows.join(" "), size: parseInt(font.match(/(\d+)px/)[1], 10), node: !line && scene.isNode(id) ? model.nodes[id].iri : null }));
    },
    get overlaps() {
      const { labels } = net.placed;
      return labels.reduce((sum, a, i) => sum + labels.slice(i + 1).filter((b) =>
        a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h).length, 0);
    },
  });
})();
