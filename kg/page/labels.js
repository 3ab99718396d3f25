// Labels of the network, placed greedily on the screen by importance; a place depends on scale, not on pan.
(() => {
  const { model, state } = kg;
  const { nodes, lines, properties } = model;
  const CELL = 48;
  const LINE = 16;
  const WIDTH = 132;
  const widths = new Map();

  // What the network shows beside the state; its version counts what changes labels.
  kg.net = { hovered: -1, hoveredPair: null, cursor: -1, near: null, moved: false, version: 0, scale: () => 1 };
  const { net } = kg;
  net.active = () => (state.selected >= 0 ? state.selected : net.hovered >= 0 ? net.hovered : net.cursor);
  net.strong = (line) => { const id = net.active(); return id >= 0 && (line.a === id || line.b === id); };
  net.drawn = (line) => model.visible().line(line);
  // Far away, nodes shrink less than the picture does.
  net.size = (id, scale = net.scale()) => nodes[id].size * Math.min(1.7, Math.max(1, 0.8 / scale));

  function measure(ctx, text, font) {
    const key = `${font}${text}`;
    if (!widths.has(key)) { ctx.font = font; widths.set(key, ctx.measureText(text).width); }
    return widths.get(key);
  }
  // At most two lines; words stay whole where there are spaces.
  function wrap(ctx, text, font, full) {
    if (measure(ctx, text, font) <= WIDTH) return [text];
    const parts = text.match(/[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef]|[^\s\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef]+\s*|\s+/g) || [text];
    const fill = (limit) => {
      const rows = [""];
      for (const part of parts) {
        if (rows.at(-1) && measure(ctx, rows.at(-1) + part.trimEnd(), font) > limit) rows.push("");
        rows[rows.length - 1] += part;
      }
      return rows;
    };
    let rows = fill(WIDTH);
    for (let limit = WIDTH - 8; limit > WIDTH / 2; limit -= 8) { // as even as the number of rows allows
      const even = fill(limit);
      if (even.length > rows.length) break;
      rows = even;
    }
    const most = full ? 5 : 2;
    const kept = rows.slice(0, most).map((row) => row.trim());
    if (rows.length > most) kept[most - 1] += "…";
    return kept;
  }

  // Boxes by the cells of a grid that they touch.
  function board(through) {
    const grid = new Map();
    const cells = function* ({ x, y, w, h }) {
      for (let i = Math.floor(x / CELL); i <= Math.floor((x + w) / CELL); i += 1) {
        for (let j = Math.floor(y / CELL); j <= Math.floor((y + h) / CELL); j += 1) yield i * 100003 + j;
      }
    };
    return {
      add(box) { for (const cell of cells(box)) { if (!grid.has(cell)) grid.set(cell, []); grid.get(cell).push(box); } },
      free(box, overNodes) {
        for (const cell of cells(box)) {
          for (const other of grid.get(cell) || []) {
            if (overNodes && through(other)) continue;
            if (box.x < other.x + other.w && other.x < box.x + box.w && box.y < other.y + other.h && other.y < box.y + box.h) return false;
          }
        }
        return true;
      },
    };
  }

  net.placed = { key: "", labels: [] };
  net.place = (ctx, scale) => {
    const key = [scale, net.version, net.active(), state.lang].join();
    if (net.placed.key === key && net.placed.pair === net.hoveredPair) return net.placed.labels;
    const { font: family } = kg.colours();
    const weighty = (node) => (net.near ? net.near.has(node) : model.hubs.has(node));
    const { add, free } = board((other) => other.node !== undefined && other.node !== net.active() && !weighty(other.node));
    const shown = model.visible().nodes;
    for (const id of shown) {
      const r = net.size(id, scale) * scale;
      add({ x: nodes[id].x * scale - r, y: nodes[id].y * scale - r, w: 2 * r, h: 2 * r, node: id });
    }
    const labels = [];
    const put = (label, spots, overNodes) => {
      const spot = spots.find((box) => free(box, false)) || (overNodes ? spots.find((box) => free(box, true)) : null);
      if (!spot) return;
      add(spot);
      labels.push({ ...label, ...spot });
    };
    const nodeLabel = (id) => {
      const first = id === net.active();
      const font = `${model.hubs.has(id) || first ? "600 14px" : "13px"} ${family}`;
      const rows = wrap(ctx, kg.nodeName(id), font, first);
      const w = Math.max(...rows.map((row) => measure(ctx, row, font))) + 4;
      const h = rows.length * LINE + 2;
      const [x, y, r] = [nodes[id].x * scale, nodes[id].y * scale, net.size(id, scale) * scale * 1.15 + 3];
      const d = r * 0.7;
      put({ id, rows, font, colour: "ink" }, [
        [x - w / 2, y + r], [x + r, y - h / 2], [x - r - w, y - h / 2], [x - w / 2, y - r - h],
        [x + d, y + d], [x - d - w, y + d], [x + d, y - d - h], [x - d - w, y - d - h],
      ].map(([left, top]) => ({ x: left, y: top, w, h })), first || model.hubs.has(id) || (net.near && net.near.size < 40));
    };
    const lineLabel = (line, force) => {
      const font = `12px ${family}`;
      const told = line.links.filter(model.visible().link);
      const rows = [[...new Set(told.map((link) => kg.name(properties[link.property])))].join(" · ")];
      const w = measure(ctx, rows[0], font) + 6;
      const [a, b] = [nodes[line.a], nodes[line.b]];
      if (!force && Math.hypot(a.x - b.x, a.y - b.y) * scale < w + (net.size(line.a, scale) + net.size(line.b, scale)) * scale) return;
      put({ rows, font, colour: "accent", line: true }, [0.5, 0.42, 0.58, 0.34, 0.66, 0.26, 0.74].map((t) => ({
        x: (a.x + (b.x - a.x) * t) * scale - w / 2, y: (a.y + (b.y - a.y) * t) * scale - 9, w, h: 18,
      })), force);
    };
    const id = net.active();
    const pair = net.hoveredPair;
    if (id >= 0 && model.visible().has(id)) nodeLabel(id);
    if (pair && net.drawn(pair)) lineLabel(pair, true);
    const others = (net.near ? shown.filter((other) => net.near.has(other)) : shown).filter((other) => other !== id);
    others.forEach(nodeLabel);
    if (id >= 0) lines.filter((line) => net.strong(line) && net.drawn(line) && line !== pair).forEach((line) => lineLabel(line, false));
    net.placed = { key, pair, labels };
    return labels;
  };

  kg.expose({
    get labels() {
      return net.placed.labels.map(({ rows, font, id, line }) => ({ text: rows.join(" "), size: parseInt(font.match(/(\d+)px/)[1], 10), node: line ? null : nodes[id].iri }));
    },
    get overlaps() {
      const { labels } = net.placed;
      return labels.reduce((sum, a, i) => sum + labels.slice(i + 1).filter((b) =>
        a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h).length, 0);
    },
  });
})();
