"use strict";
// The picture, its legend, search and panel. Text enters the page as text nodes only; nothing is fetched.
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const { nodes, edges, classes, properties, sources, terms, kinds } = data;
  const root = document.documentElement;
  const $ = (id) => document.getElementById(id);

  const WORDS = {
    zh: {
      classes: "类别", all: "全部显示", side: "图例与详情", tools: "图的工具", hits: "搜索结果",
      search: "搜索名称、别名、标识", none: "没有匹配的节点", found: (n) => `${n} 个结果`,
      keys: "键盘：/ 搜索，Tab 到图上后方向键移动、Enter 打开、Esc 取消、+ − 0 缩放。",
      language: "Switch to English", other: "EN", theme: "切换深浅色", in: "放大", out: "缩小", fit: "显示全图",
      graph: (n, e) => `关系图，${n} 个节点，${e} 条关系`, nodes: "节点", links: "关系", sources: "出处",
      intro: "概览", hubs: "关联最多的节点", facts: "属性", near: "关联", iri: "标识（IRI）", close: "取消选择",
      more: (n) => `再显示 ${n} 项`, expand: (name) => `${name}的子类`, hidden: "已被图例隐藏",
      picked: (name, kind, n) => `已选择 ${name}，${kind}，${n} 条关系`, cleared: "已取消选择",
      at: (name, kind) => `${name}，${kind}`, shown: (n) => `显示 ${n} 个节点`, outward: "指向", inward: "来自", colon: "：",
    },
    en: {
      classes: "Classes", all: "Show all", side: "Legend and details", tools: "Tools of the graph", hits: "Search results",
      search: "Search names, other names, ids", none: "No node matches", found: (n) => `${n} results`,
      keys: "Keys: / search; Tab to the graph, then arrows move, Enter opens, Esc clears, + − 0 zoom.",
      language: "切换为中文", other: "中", theme: "Switch light and dark", in: "Zoom in", out: "Zoom out", fit: "Show all of the graph",
      graph: (n, e) => `Graph of ${n} nodes and ${e} links`, nodes: "nodes", links: "links", sources: "sources",
      intro: "Overview", hubs: "Most connected", facts: "Facts", near: "Connections", iri: "Identifier (IRI)", close: "Clear",
      more: (n) => `Show ${n} more`, expand: (name) => `Subclasses of ${name}`, hidden: "hidden by the legend",
      picked: (name, kind, n) => `Selected ${name}, ${kind}, ${n} links`, cleared: "Selection cleared",
      at: (name, kind) => `${name}, ${kind}`, shown: (n) => `${n} nodes shown`, outward: "to", inward: "from", colon: ": ",
    },
  };

  const state = {
    lang: root.lang, selected: -1, hovered: -1, hoveredPair: null, cursor: -1,
    hidden: new Set(), near: null, moved: false, version: 0,
  };
  const say = () => WORDS[state.lang];

  // ---- words ----------------------------------------------------------------------------------------
  const localName = (iri) => iri.replace(/[/#:]+$/, "").split(/[/#:]/).pop() || iri;
  function pick(labels, lang = state.lang) {
    const keys = Object.keys(labels);
    const key = [lang, keys.find((k) => k.startsWith(`${lang}-`)), "", "en", keys[0]].find((k) => k in labels);
    return { text: labels[key], lang: key };
  }
  const name = (thing, lang) => pick(thing.labels, lang).text;
  const nodeName = (id) => name(nodes[id].kg);
  const kindOf = (id) => classes[nodes[id].kg.class];
  const groupOf = (id) => kindOf(id).group;
  const fold = (text) => text.normalize("NFKC").toLowerCase();

  // ---- the network: neighbours, and one line for every pair of nodes ---------------------------------
  const around = nodes.map(() => []); // [property, other node, outward]
  const pairs = new Map();
  for (const { from, to, kg } of edges) {
    around[from].push([kg, to, true]);
    if (from === to) continue;
    around[to].push([kg, from, false]);
    const key = from < to ? `${from} ${to}` : `${to} ${from}`;
    if (!pairs.has(key)) pairs.set(key, { a: Math.min(from, to), b: Math.max(from, to), links: [] });
    pairs.get(key).links.push({ property: kg, from, to });
  }
  const lines = [...pairs.values()];
  const byIri = new Map(nodes.map((node, id) => [node.kg.iri, id]));
  const degree = (id) => around[id].length;
  const ranked = nodes.map((_, id) => id).sort((a, b) => degree(b) - degree(a) || a - b);
  const hubs = new Set(ranked.slice(0, Math.max(3, Math.round(nodes.length * 0.06))));
  const visible = (id) => !state.hidden.has(nodes[id].kg.class);

  // ---- elements; strings become text, never markup ---------------------------------------------------
  function el(tag, attributes = {}, ...children) {
    const element = document.createElement(tag);
    for (const [key, value] of Object.entries(attributes)) {
      if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
      else if (value !== null && value !== undefined && value !== false) element.setAttribute(key, value === true ? "" : value);
    }
    element.append(...children.filter((child) => child !== null && child !== undefined));
    return element;
  }
  function svg(tag, attributes, ...children) {
    const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    element.append(...children);
    return element;
  }
  const spoken = ({ text, lang }, tag = "span", attributes = {}) => el(tag, { lang: lang || null, ...attributes }, text);
  const hash = (iri) => `#${encodeURI(iri).replace(/#/g, "%23")}`;
  const nodeLink = (id, ...rest) =>
    el("a", { href: hash(nodes[id].kg.iri) }, glyph(groupOf(id)), spoken(pick(nodes[id].kg.labels)), ...rest);
  // Names that are reserved (RFC 2606) lead nowhere, so they stay text, as everything but http(s) does.
  function outside(iri, text = iri) {
    let url = null;
    try { url = new URL(iri); } catch { return el("span", {}, text); }
    const leads = /^https?:$/.test(url.protocol) && !/(^|\.)(example|invalid|test|localhost)$/.test(url.hostname);
    return leads ? el("a", { href: url.href, rel: "noopener noreferrer", target: "_blank" }, text) : el("span", {}, text);
  }

  // ---- shapes: one outline for the canvas and for the legend -----------------------------------------
  const ring = (count, turn = 0, radius = () => 1) =>
    Array.from({ length: count }, (_, i) => {
      const angle = ((i + turn) / count) * 2 * Math.PI - Math.PI / 2;
      return [radius(i) * Math.cos(angle), radius(i) * Math.sin(angle)];
    });
  const scaled = (points, by) => points.map(([x, y]) => [x * by, y * by]);
  const SHAPES = [
    null, // a disc
    scaled(ring(4, 0.5), 1.22),
    scaled(ring(3), 1.3).map(([x, y]) => [x, y + 0.15]),
    scaled(ring(4), 1.22),
    scaled(ring(6), 1.1),
    scaled(ring(3, 0.5), 1.3).map(([x, y]) => [x, y - 0.15]),
    scaled(ring(10, 0, (i) => (i % 2 ? 0.5 : 1)), 1.35),
    [[-0.4, -1.1], [0.4, -1.1], [0.4, -0.4], [1.1, -0.4], [1.1, 0.4], [0.4, 0.4], [0.4, 1.1], [-0.4, 1.1], [-0.4, 0.4], [-1.1, 0.4], [-1.1, -0.4], [-0.4, -0.4]],
    [[-1.15, -0.7], [1.15, -0.7], [1.15, 0.7], [-1.15, 0.7]],
  ];
  const styleOf = (group) => (group < 0 ? SHAPES.length - 1 : group % SHAPES.length);
  function outline(ctx, group, x, y, r) {
    const points = SHAPES[styleOf(group)];
    ctx.beginPath();
    if (!points) ctx.arc(x, y, r, 0, 2 * Math.PI);
    else points.forEach(([px, py], i) => (i ? ctx.lineTo(x + px * r, y + py * r) : ctx.moveTo(x + px * r, y + py * r)));
    ctx.closePath();
  }
  function glyph(group) {
    const points = SHAPES[styleOf(group)];
    const d = points && `M${points.map(([x, y]) => `${(x * 5.6).toFixed(1)} ${(y * 5.6).toFixed(1)}`).join("L")}Z`;
    return svg("svg", { class: `glyph g${styleOf(group)}`, viewBox: "-9 -9 18 18", "aria-hidden": "true" },
      points ? svg("path", { d }) : svg("circle", { r: 5.8 }));
  }

  // ---- colours, from the style sheet -----------------------------------------------------------------
  let ink = {};
  const dark = matchMedia("(prefers-color-scheme: dark)");
  function readColours() {
    const style = getComputedStyle(root);
    const colour = (key) => style.getPropertyValue(`--${key}`).trim();
    ink = Object.fromEntries(["paper", "card", "ink", "soft", "link", "accent", "rim"].map((key) => [key, colour(key)]));
    ink.groups = SHAPES.map((_, i) => colour(`g${i}`));
    ink.font = getComputedStyle(document.body).fontFamily;
  }
  const isDark = () => (root.dataset.theme ? root.dataset.theme === "dark" : dark.matches);
  const recolour = () => { readColours(); network.redraw(); };

  // Far away, nodes shrink less than the picture does.
  const sizeOf = (id, scale = network.getScale()) => nodes[id].size * Math.min(1.7, Math.max(1, 0.8 / scale));

  // ---- drawing: vis keeps the camera and finds what is under the pointer -----------------------------
  const active = () => (state.selected >= 0 ? state.selected : state.hovered >= 0 ? state.hovered : state.cursor);
  const strong = (line) => { const id = active(); return id >= 0 && (line.a === id || line.b === id); };
  const drawn = (line) => visible(line.a) && visible(line.b);
  function drawNode({ ctx, id, x, y }) {
    const size = sizeOf(id);
    return {
      nodeDimensions: { width: 2 * size, height: 2 * size },
      drawNode() {
        ctx.globalAlpha = state.near && !state.near.has(id) ? 0.16 : 1;
        outline(ctx, groupOf(id), x, y, size);
        ctx.fillStyle = ink.groups[styleOf(groupOf(id))];
        ctx.fill();
        ctx.lineWidth = 1;
        ctx.strokeStyle = ink.rim;
        ctx.stroke();
        if (id === state.selected || id === state.hovered || id === state.cursor) {
          const px = 1 / network.getScale();
          ctx.beginPath();
          ctx.arc(x, y, size * 1.2 + 4 * px, 0, 2 * Math.PI);
          ctx.lineWidth = 2.5 * px;
          ctx.strokeStyle = ink.accent;
          if (id === state.cursor && id !== state.selected) ctx.setLineDash([5 * px, 4 * px]);
          ctx.stroke();
          ctx.setLineDash([]);
        }
        ctx.globalAlpha = 1;
      },
    };
  }
  function drawLines(ctx) {
    const px = 1 / network.getScale();
    ctx.lineCap = "round";
    ctx.beginPath();
    for (const line of lines) {
      if (!drawn(line) || strong(line)) continue;
      ctx.moveTo(nodes[line.a].x, nodes[line.a].y);
      ctx.lineTo(nodes[line.b].x, nodes[line.b].y);
    }
    ctx.globalAlpha = state.near ? 0.22 : 0.75;
    ctx.lineWidth = px;
    ctx.strokeStyle = ink.link;
    ctx.stroke();
    ctx.globalAlpha = 1;
    ctx.strokeStyle = ctx.fillStyle = ink.accent;
    ctx.lineWidth = 1.6 * px;
    for (const line of lines) {
      if (drawn(line) && (strong(line) || line === state.hoveredPair)) drawArrow(ctx, line, px);
    }
  }
  function drawArrow(ctx, line, px) {
    const a = nodes[line.a], b = nodes[line.b];
    ctx.beginPath();
    ctx.moveTo(a.x, a.y);
    ctx.lineTo(b.x, b.y);
    ctx.stroke();
    const [dx, dy] = [b.x - a.x, b.y - a.y];
    const length = Math.hypot(dx, dy) || 1;
    for (const target of new Set(line.links.map((link) => link.to))) {
      const sign = target === line.b ? 1 : -1;
      const node = nodes[target];
      const [ux, uy] = [(sign * dx) / length, (sign * dy) / length];
      const [tx, ty] = [node.x - ux * (sizeOf(target) * 1.15 + 2 * px), node.y - uy * (sizeOf(target) * 1.15 + 2 * px)];
      ctx.beginPath();
      ctx.moveTo(tx, ty);
      ctx.lineTo(tx - 9 * px * ux + 4 * px * uy, ty - 9 * px * uy - 4 * px * ux);
      ctx.lineTo(tx - 9 * px * ux - 4 * px * uy, ty - 9 * px * uy + 4 * px * ux);
      ctx.fill();
    }
  }

  // ---- labels: placed greedily on the screen, by importance; the place depends on scale, not on pan --
  const CELL = 48;
  const LINE = 16;
  const WIDTH = 132;
  let widths = new Map();
  let placed = { key: "", labels: [] };
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
  function place(ctx, scale) {
    const key = [scale, state.version, active(), state.lang].join();
    if (placed.key === key && placed.pair === state.hoveredPair) return placed.labels;
    const grid = new Map();
    const cells = function* ({ x, y, w, h }) {
      for (let i = Math.floor(x / CELL); i <= Math.floor((x + w) / CELL); i += 1) {
        for (let j = Math.floor(y / CELL); j <= Math.floor((y + h) / CELL); j += 1) yield i * 100003 + j;
      }
    };
    const add = (box) => { for (const cell of cells(box)) { if (!grid.has(cell)) grid.set(cell, []); grid.get(cell).push(box); } };
    const weighty = (node) => (state.near ? state.near.has(node) : hubs.has(node));
    const free = (box, overNodes) => {
      for (const cell of cells(box)) {
        for (const other of grid.get(cell) || []) {
          if (overNodes && other.node !== undefined && other.node !== active() && !weighty(other.node)) continue;
          if (box.x < other.x + other.w && other.x < box.x + box.w && box.y < other.y + other.h && other.y < box.y + box.h) return false;
        }
      }
      return true;
    };
    const shown = ranked.filter(visible);
    for (const id of shown) {
      const r = sizeOf(id, scale) * scale;
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
      const first = id === active();
      const font = `${hubs.has(id) || first ? "600 14px" : "13px"} ${ink.font}`;
      const rows = wrap(ctx, nodeName(id), font, first);
      const w = Math.max(...rows.map((row) => measure(ctx, row, font))) + 4;
      const h = rows.length * LINE + 2;
      const [x, y, r] = [nodes[id].x * scale, nodes[id].y * scale, sizeOf(id, scale) * scale * 1.15 + 3];
      const d = r * 0.7;
      put({ id, rows, font, colour: "ink" }, [
        [x - w / 2, y + r], [x + r, y - h / 2], [x - r - w, y - h / 2], [x - w / 2, y - r - h],
        [x + d, y + d], [x - d - w, y + d], [x + d, y - d - h], [x - d - w, y - d - h],
      ].map(([left, top]) => ({ x: left, y: top, w, h })), first || hubs.has(id) || (state.near && state.near.size < 40));
    };
    const lineLabel = (line, force) => {
      const font = `12px ${ink.font}`;
      const rows = [[...new Set(line.links.map((link) => name(properties[link.property])))].join(" · ")];
      const w = measure(ctx, rows[0], font) + 6;
      const [a, b] = [nodes[line.a], nodes[line.b]];
      if (!force && Math.hypot(a.x - b.x, a.y - b.y) * scale < w + (sizeOf(line.a, scale) + sizeOf(line.b, scale)) * scale) return;
      put({ rows, font, colour: "accent", line: true }, [0.5, 0.42, 0.58, 0.34, 0.66, 0.26, 0.74].map((t) => ({
        x: (a.x + (b.x - a.x) * t) * scale - w / 2, y: (a.y + (b.y - a.y) * t) * scale - 9, w, h: 18,
      })), force);
    };
    const id = active();
    if (id >= 0 && visible(id)) nodeLabel(id);
    if (state.hoveredPair && drawn(state.hoveredPair)) lineLabel(state.hoveredPair, true);
    const others = (state.near ? shown.filter((other) => state.near.has(other)) : shown).filter((other) => other !== id);
    others.forEach(nodeLabel);
    if (id >= 0) lines.filter((line) => strong(line) && drawn(line) && line !== state.hoveredPair).forEach((line) => lineLabel(line, false));
    placed = { key, pair: state.hoveredPair, labels };
    return labels;
  }
  function drawLabels(ctx) {
    const scale = network.getScale();
    const labels = place(ctx, scale);
    const { a, e, f } = ctx.getTransform();
    const ratio = a / scale;
    const [ox, oy] = [e / ratio, f / ratio];
    const { clientWidth: width, clientHeight: height } = $("graph");
    ctx.save();
    ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
    ctx.textAlign = "center";
    ctx.textBaseline = "middle";
    ctx.lineJoin = "round";
    ctx.lineWidth = 3.5;
    ctx.strokeStyle = ink.paper;
    for (const { x, y, w, h, rows, font, colour } of labels) {
      if (x + ox + w < 0 || x + ox > width || y + oy + h < 0 || y + oy > height) continue;
      ctx.font = font;
      ctx.fillStyle = ink[colour];
      rows.forEach((row, i) => {
        const [cx, cy] = [x + ox + w / 2, y + oy + 1 + (i + 0.5) * ((h - 2) / rows.length)];
        ctx.strokeText(row, cx, cy);
        ctx.fillText(row, cx, cy);
      });
    }
    ctx.restore();
  }

  // ---- the camera ------------------------------------------------------------------------------------
  const small = matchMedia("(max-width: 760px)");
  const calm = matchMedia("(prefers-reduced-motion: reduce)");
  const glide = () => (calm.matches ? false : { duration: 260, easingFunction: "easeInOutQuad" });
  const clamp = (scale) => Math.min(6, Math.max(0.04, scale));
  // The middle of boxes, and the scale at which they just fill the picture.
  function frame(boxes) {
    const { clientWidth: width, clientHeight: height } = $("graph");
    const [left, top] = [Math.min(...boxes.map((box) => box.x)), Math.min(...boxes.map((box) => box.y))];
    const [right, foot] = [Math.max(...boxes.map((box) => box.x + box.w)), Math.max(...boxes.map((box) => box.y + box.h))];
    return { x: (left + right) / 2, y: (top + foot) / 2, scale: Math.min((width - 28) / (right - left || 1), (height - 28) / (foot - top || 1)) };
  }
  const discs = (ids, scale) => ids.map((id) => {
    const r = sizeOf(id, scale);
    return { x: nodes[id].x - r, y: nodes[id].y - r, w: 2 * r, h: 2 * r };
  });
  // All nodes and, as far as two rounds go, all labels within the picture.
  function fit(animation = false) {
    const shown = ranked.filter(visible);
    if (!shown.length) return;
    let scale = clamp(Math.min(1.5, frame(discs(shown, 1)).scale));
    const least = 0.8 * scale; // on a small screen the nodes matter more than the labels at the edge
    let whole = frame(discs(shown, scale));
    for (let round = 0; round < 2; round += 1) {
      const labels = place(canvas, scale).map(({ x, y, w, h }) => ({ x: x / scale, y: y / scale, w: w / scale, h: h / scale }));
      whole = frame([...discs(shown, scale), ...labels]);
      scale = Math.max(least, clamp(Math.min(scale, whole.scale)));
    }
    network.moveTo({ position: whole, scale, animation });
  }
  const zoom = (by) => network.moveTo({ scale: clamp(network.getScale() * by), animation: glide() });
  // A node that is found or linked to comes with its neighbours, as far as they can be read together.
  function reveal(id, jump) {
    const { x, y } = network.canvasToDOM(nodes[id]);
    const { clientWidth: width, clientHeight: height } = $("graph");
    const inside = x > width * 0.12 && x < width * 0.88 && y > height * 0.12 && y < height * 0.88;
    const scale = network.getScale();
    if (!jump) { if (!inside) network.moveTo({ position: nodes[id], scale, animation: glide() }); return; }
    const part = frame(discs([...state.near], 1));
    const together = Math.min(1.2, 0.8 * part.scale);
    if (inside && scale > 0.9 * together && scale > 0.6) return;
    const readable = together > 0.6;
    network.moveTo({ position: readable ? part : nodes[id], scale: readable ? together : 0.8, animation: glide() });
  }

  // ---- selecting -------------------------------------------------------------------------------------
  function select(id, { jump = false, focus = false } = {}) {
    if (id === state.selected) { if (focus) $("detail-title").focus(); return; }
    state.selected = id;
    state.cursor = id;
    if (id < 0) state.near = null;
    else {
      state.near = new Set([id, ...around[id].map(([, other]) => other)]);
      if (!visible(id)) { state.hidden.delete(nodes[id].kg.class); filtered(); }
      if (jump) reveal(id, true);
    }
    state.version += 1;
    network.redraw();
    showDetail();
    const wanted = id < 0 ? "" : hash(nodes[id].kg.iri);
    if (location.hash !== wanted) {
      if (wanted) location.hash = wanted;
      else history.pushState(null, "", location.pathname + location.search);
    }
    $("live").textContent = id < 0 ? say().cleared : say().picked(nodeName(id), name(kindOf(id)), degree(id));
    if (small.matches && id >= 0) $("detail").scrollIntoView();
    if (focus && id >= 0) $("detail-title").focus({ preventScroll: true });
  }
  function fromHash(event) {
    let iri = location.hash.slice(1);
    try { iri = decodeURIComponent(iri); } catch { /* a stray % is taken as it is */ }
    const id = byIri.has(iri) ? byIri.get(iri) : byIri.get(location.hash.slice(1));
    select(id === undefined ? -1 : id, { jump: true, focus: Boolean(event) && document.activeElement !== $("graph") });
  }

  // ---- the panel -------------------------------------------------------------------------------------
  const LIMIT = 12;
  function shortened(items) {
    const list = el("ul", {}, ...items.slice(0, LIMIT));
    const rest = items.slice(LIMIT);
    if (rest.length > 2) {
      list.append(el("li", {}, el("button", { type: "button", class: "plain", onclick: (event) => event.target.parentNode.replaceWith(...rest) }, say().more(rest.length))));
    } else list.append(...rest);
    return list;
  }
  const XSD = "http://www.w3.org/2001/XMLSchema#";
  const languageOf = ([, , kind]) => (kinds[kind].includes(":") ? undefined : kinds[kind]);
  const isIri = ([, text, kind]) => typeof text === "number" || kinds[kind] === `${XSD}anyURI`;
  function value([, text, number]) {
    if (typeof text === "number") return spoken(pick(terms[text].labels), "span", { title: terms[text].iri });
    const kind = kinds[number];
    if (kind === `${XSD}anyURI`) return outside(text);
    if (kind === `${XSD}dateTime`) return el("span", { title: text }, text.replace(/T(\d\d:\d\d)(:00(\.0+)?)?/, " $1 ").trim());
    return el("span", { lang: kind.includes(":") ? null : kind }, text);
  }
  function grouped(items, key) {
    const groups = new Map();
    for (const item of items) groups.set(key(item), [...(groups.get(key(item)) || []), item]);
    return [...groups].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  }
  const propertyName = (number) => spoken(pick(properties[number].labels), "span", { title: properties[number].iri });
  function factTable(facts) {
    const mine = (fact) => (kinds[fact[2]] === state.lang ? 0 : 1);
    return el("table", {}, el("tbody", {}, ...grouped(facts, (fact) => fact[0]).map(([property, values]) =>
      el("tr", {}, el("th", { scope: "row" }, propertyName(property)), el("td", {}, ...values.sort((a, b) => mine(a) - mine(b)).map(value))))));
  }
  function neighbours(id) {
    return grouped(around[id], ([property, , outward]) => `${outward ? 0 : 1}${name(properties[property])} ${property}`).map(([, links]) => {
      const [property, , outward] = links[0];
      const items = [...new Set(links.map(([, other]) => other))].sort((a, b) => (nodeName(a) < nodeName(b) ? -1 : 1));
      const way = el("span", { class: "way" }, el("span", { "aria-hidden": "true" }, outward ? " →" : "← "),
        el("span", { class: "unseen" }, outward ? say().outward : say().inward));
      const heading = outward ? [propertyName(property), way] : [way, propertyName(property)];
      return el("tr", {}, el("th", { scope: "row" }, ...heading), el("td", { class: "near" }, shortened(items.map((other) => el("li", {}, nodeLink(other))))));
    });
  }
  // A passage in its own words first, then where it stands.
  function sourceItem([property, number]) {
    const source = sources[number];
    const told = source.facts.filter((fact) => !isIri(fact));
    const texts = told.filter((fact) => languageOf(fact));
    const inMine = texts.filter((fact) => languageOf(fact) === state.lang);
    const parts = told.filter((fact) => !languageOf(fact)).map(([p, text]) => `${name(properties[p])} ${text}`);
    return el("li", {},
      el("div", {}, outside(source.iri, spoken(pick(source.labels)))),
      ...(inMine.length ? inMine : texts).map(([, text, kind]) => el("p", { lang: kinds[kind] }, text)),
      el("small", {}, ...source.in.map((whole) => spoken(pick(data.wholes[whole].labels), "div")), [name(properties[property]), ...parts].join(" · ")));
  }
  function showDetail() {
    const panel = $("detail");
    panel.replaceChildren(...(state.selected < 0 ? overview() : described(state.selected)));
    panel.parentNode.classList.toggle("chosen", state.selected >= 0);
    panel.parentNode.scrollTop = state.selected < 0 ? 0 : panel.offsetTop;
  }
  const section = (title, ...children) => [el("h3", {}, title), ...children];
  function overview() {
    const figure = (number, word) => el("div", {}, el("b", {}, number.toLocaleString("en")), el("span", {}, word));
    return [
      el("h3", { id: "detail-title" }, say().intro),
      el("div", { class: "figures" }, figure(nodes.length, say().nodes), figure(edges.length, say().links), figure(sources.length, say().sources)),
      ...section(say().hubs, el("ul", { class: "hubs" }, ...ranked.slice(0, 8).map((id) => el("li", {}, nodeLink(id, el("span", { class: "count" }, degree(id))))))),
    ];
  }
  function described(id) {
    const { labels, facts, sources: cited, iri } = nodes[id].kg;
    const main = pick(labels);
    const kind = kindOf(id);
    const group = data.groups[kind.group];
    const path = [classes[group], kind].filter((cls, i, all) => cls && all.indexOf(cls) === i).map((cls) => name(cls)).join(" › ");
    return [
      el("p", { class: "kind" }, glyph(kind.group), el("span", { title: kind.iri }, path),
        el("button", { type: "button", class: "plain", onclick: () => { select(-1); $("graph").focus(); } }, say().close)),
      spoken(main, "h2", { id: "detail-title", tabindex: "-1" }),
      ...Object.entries(labels).filter(([lang]) => lang !== main.lang).map(([lang, text]) => spoken({ text, lang }, "p", { class: "other" })),
      ...(facts.length ? section(say().facts, factTable(facts)) : []),
      ...(around[id].length ? section(say().near, el("table", {}, el("tbody", {}, ...neighbours(id)))) : []),
      ...(cited.length ? section(say().sources, el("div", { class: "sources" }, shortened(cited.map(sourceItem)))) : []),
      ...(iri.startsWith("_:") ? [] : section(say().iri, el("span", { class: "iri" }, outside(iri)))),
    ];
  }

  // ---- the legend ------------------------------------------------------------------------------------
  const counts = classes.map(() => 0);
  for (const node of nodes) counts[node.kg.class] += 1;
  const members = data.groups.map((_, group) => classes.map((_, i) => i).filter((i) => classes[i].group === group && counts[i]));
  const opened = new Set();
  function filtered() {
    state.version += 1;
    vis_nodes.update(nodes.map((_, id) => ({ id, hidden: !visible(id) })));
    syncLegend();
    $("live").textContent = say().shown(nodes.filter((_, id) => visible(id)).length);
  }
  function toggle(kinds, show) {
    for (const kind of kinds) { if (show) state.hidden.delete(kind); else state.hidden.add(kind); }
    filtered();
  }
  function box(kinds, group, label) {
    const total = kinds.reduce((sum, kind) => sum + counts[kind], 0);
    const input = el("input", { type: "checkbox", "data-kinds": kinds.join(" "), onchange: (event) => toggle(kinds, event.target.checked) });
    return el("label", {}, input, group === null ? null : glyph(group), spoken(pick(label), "span", { class: "name" }), el("span", { class: "count" }, total));
  }
  function showLegend() {
    $("legend").replaceChildren(...data.groups.map((cls, group) => {
      const kinds = members[group];
      if (!kinds.length) return null;
      const item = el("div", { class: "item" }, box(kinds, group, classes[cls].labels));
      const parts = el("ul", { id: `parts${group}`, hidden: !opened.has(group) },
        ...kinds.map((kind) => el("li", {}, box([kind], null, classes[kind].labels))));
      if (kinds.length < 2) return el("li", {}, item);
      item.append(el("button", {
        type: "button", class: "more", "aria-expanded": String(opened.has(group)), "aria-controls": `parts${group}`,
        "aria-label": say().expand(name(classes[cls])),
        onclick: (event) => {
          const open = !opened.has(group);
          if (open) opened.add(group); else opened.delete(group);
          event.currentTarget.setAttribute("aria-expanded", String(open));
          parts.hidden = !open;
        },
      }, svg("svg", { viewBox: "0 0 20 20", "aria-hidden": "true" }, svg("path", { d: "m8 5 5 5-5 5" }))));
      return el("li", {}, item, parts);
    }).filter(Boolean));
    syncLegend();
  }
  function syncLegend() {
    for (const input of $("legend").querySelectorAll("input")) {
      const kinds = input.dataset.kinds.split(" ").map(Number);
      const off = kinds.filter((kind) => state.hidden.has(kind)).length;
      input.checked = off === 0;
      input.indeterminate = off > 0 && off < kinds.length;
    }
    $("all").hidden = state.hidden.size === 0;
  }

  // ---- search ----------------------------------------------------------------------------------------
  const index = nodes.map(({ kg }) => ({
    names: Object.values(kg.labels).map(fold),
    slug: fold(localName(kg.iri)),
    rest: fold(kg.facts.filter((fact) => !isIri(fact)).map(([, text]) => text).join("\n")),
  }));
  let hits = [];
  let current = -1;
  function rank(id, query, words) {
    const { names, slug, rest } = index[id];
    if (names.includes(query) || slug === query) return 0;
    if (names.some((text) => text.startsWith(query))) return 1;
    if (names.some((text) => words.every((word) => text.includes(word)))) return 2;
    if (words.every((word) => slug.includes(word))) return 3;
    const all = [...names, slug, rest].join("\n");
    return words.every((word) => all.includes(word)) ? 4 : -1;
  }
  function search() {
    const query = fold($("search").value.trim());
    const words = query.split(/\s+/);
    hits = query ? ranked.map((id) => [rank(id, query, words), id]).filter(([order]) => order >= 0).sort(([a], [b]) => a - b).map(([, id]) => id) : [];
    const all = hits.length;
    hits = hits.slice(0, 30);
    current = hits.length ? 0 : -1;
    showHits(query, words);
    if (query) $("live").textContent = all ? say().found(all) : say().none;
  }
  function marked(text, words) {
    const low = fold(text);
    const word = low.length === text.length && words.find((each) => low.includes(each));
    if (!word) return [text];
    const at = low.indexOf(word);
    return [text.slice(0, at), el("mark", {}, text.slice(at, at + word.length)), text.slice(at + word.length)];
  }
  function showHits(query, words) {
    const list = $("hits");
    list.replaceChildren(...hits.map((id, i) => {
      const main = pick(nodes[id].kg.labels);
      const others = Object.entries(nodes[id].kg.labels).filter(([lang]) => lang !== main.lang).map(([, text]) => text);
      return el("li", { id: `hit${i}`, role: "option", "aria-selected": String(i === current), onmousedown: (event) => event.preventDefault(), onclick: () => choose(i) },
        glyph(groupOf(id)),
        el("span", {}, el("span", { lang: main.lang || null }, ...marked(main.text, words)),
          el("small", {}, name(kindOf(id)), ...others.flatMap((text) => [" · ", ...marked(text, words)]))));
    }));
    if (query && !hits.length) list.append(el("li", { class: "none", role: "option", "aria-disabled": "true", "aria-selected": "false" }, say().none));
    list.hidden = !query;
    $("search").setAttribute("aria-expanded", String(!list.hidden));
    highlight();
  }
  function highlight() {
    $("hits").querySelectorAll("[role=option]").forEach((item, i) => {
      if (item.id) item.setAttribute("aria-selected", String(i === current));
      if (i === current) item.scrollIntoView({ block: "nearest" });
    });
    if (current >= 0) $("search").setAttribute("aria-activedescendant", `hit${current}`);
    else $("search").removeAttribute("aria-activedescendant");
  }
  function closeHits() {
    $("hits").hidden = true;
    current = -1;
    $("search").setAttribute("aria-expanded", "false");
    $("search").removeAttribute("aria-activedescendant");
  }
  function choose(i) {
    const id = hits[i];
    if (id === undefined) return;
    closeHits();
    $("search").value = "";
    select(id, { jump: true, focus: true });
  }
  function searchKey(event) {
    if (event.isComposing) return; // Enter that ends an input method's word is not a choice
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && hits.length) { current = (current + step + hits.length) % hits.length; highlight(); }
    else if (event.key === "Enter" && current >= 0) choose(current);
    else if (event.key === "Escape") { $("search").value = ""; hits = []; closeHits(); $("search").blur(); }
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  // ---- the keyboard on the graph ---------------------------------------------------------------------
  const WAYS = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowDown: [0, 1], ArrowUp: [0, -1] };
  function step([dx, dy]) {
    const from = state.cursor >= 0 && visible(state.cursor) ? state.cursor : -1;
    const shown = ranked.filter(visible);
    let best = from < 0 ? shown[0] : -1;
    let least = Infinity;
    for (const id of from < 0 ? [] : shown) {
      const [x, y] = [nodes[id].x - nodes[from].x, nodes[id].y - nodes[from].y];
      const along = x * dx + y * dy;
      const aside = Math.abs(x * dy) + Math.abs(y * dx);
      if (id !== from && along > 0 && aside <= 2 * along && along + 2 * aside < least) [best, least] = [id, along + 2 * aside];
    }
    if (best === undefined || best < 0) return;
    state.cursor = best;
    state.version += 1;
    reveal(best, false);
    network.redraw();
    $("live").textContent = say().at(nodeName(best), name(kindOf(best)));
  }
  function graphKey(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (WAYS[event.key]) step(WAYS[event.key]);
    else if (event.key === "Enter" && state.cursor >= 0) select(state.cursor, { focus: true });
    else if (event.key === "+" || event.key === "=") zoom(1.3);
    else if (event.key === "-") zoom(1 / 1.3);
    else if (event.key === "0") fit(glide());
    else return;
    state.moved = event.key !== "0";
    event.preventDefault();
  }

  // ---- both languages --------------------------------------------------------------------------------
  function translate() {
    root.lang = state.lang;
    const words = say();
    for (const item of document.querySelectorAll("[data-text]")) item.textContent = words[item.dataset.text];
    for (const item of document.querySelectorAll("[data-label]")) item.setAttribute("aria-label", words[item.dataset.label]);
    for (const id of ["theme", "in", "out", "fit"]) { $(id).title = words[id]; $(id).setAttribute("aria-label", words[id]); }
    $("lang").textContent = words.other;
    $("lang").lang = state.lang === "zh" ? "en" : "zh";
    $("lang").title = words.language;
    $("lang").setAttribute("aria-label", `${words.other} · ${words.language}`);
    $("search").placeholder = words.search;
    $("search").setAttribute("aria-label", words.search);
    $("graph").setAttribute("aria-label", words.graph(nodes.length, edges.length));
    state.version += 1;
    showLegend();
    showDetail();
    closeHits();
  }

  // ---- start -----------------------------------------------------------------------------------------
  readColours();
  const vis_nodes = new vis.DataSet(nodes.map(({ id, x, y }) => ({ id, x, y })));
  const network = new vis.Network($("graph"), { nodes: vis_nodes, edges: edges.map(({ from, to }, id) => ({ id, from, to })) }, {
    nodes: { shape: "custom", ctxRenderer: drawNode, chosen: false },
    edges: { hidden: true, smooth: false, chosen: false }, // kept for the model, drawn in one stroke by drawLines
    physics: false,
    layout: { improvedLayout: false },
    interaction: { hover: true, dragNodes: false, keyboard: false, selectable: false, selectConnectedEdges: false, tooltipDelay: 1e9 },
  });
  const panel = $("graph").querySelector(".vis-network");
  panel.tabIndex = -1;
  panel.style.outline = "none";
  const canvas = panel.querySelector("canvas").getContext("2d");
  translate();
  fit();
  network.on("beforeDrawing", drawLines);
  network.on("afterDrawing", drawLabels);
  network.on("zoom", () => { state.moved = true; const scale = network.getScale(); if (clamp(scale) !== scale) network.moveTo({ scale: clamp(scale) }); });
  network.on("dragEnd", () => { state.moved = true; });
  network.on("resize", () => { if (!state.moved) fit(); });
  network.on("click", ({ pointer }) => { const id = network.getNodeAt(pointer.DOM); select(id === undefined ? -1 : id); });
  const hover = (id) => { if (id !== state.hovered) { state.hovered = id; $("graph").classList.toggle("over", id >= 0); network.redraw(); } };
  network.on("hoverNode", ({ node }) => hover(node));
  network.on("blurNode", () => hover(-1));
  let pending = null;
  $("graph").addEventListener("pointermove", (event) => {
    if (pending === null) requestAnimationFrame(() => { hoverLine(pending); pending = null; });
    pending = event;
  });
  $("graph").addEventListener("pointerleave", () => { state.hoveredPair = null; hover(-1); network.redraw(); });
  function hoverLine(event) {
    const corner = $("graph").getBoundingClientRect();
    const at = network.DOMtoCanvas({ x: event.clientX - corner.left, y: event.clientY - corner.top });
    let best = null;
    let least = 5 / network.getScale();
    if (state.hovered < 0 && event.pointerType === "mouse" && event.buttons === 0) {
      for (const line of lines) {
        const [a, b] = [nodes[line.a], nodes[line.b]];
        const [dx, dy] = [b.x - a.x, b.y - a.y];
        const t = Math.min(1, Math.max(0, ((at.x - a.x) * dx + (at.y - a.y) * dy) / (dx * dx + dy * dy || 1)));
        const far = Math.hypot(a.x + t * dx - at.x, a.y + t * dy - at.y);
        if (far < least && drawn(line) && (!state.near || strong(line))) [best, least] = [line, far];
      }
    }
    if (best !== state.hoveredPair) { state.hoveredPair = best; network.redraw(); }
  }
  $("graph").addEventListener("keydown", graphKey);
  $("search").addEventListener("input", search);
  $("search").addEventListener("keydown", searchKey);
  $("search").addEventListener("focus", () => { if ($("search").value) search(); });
  $("search").addEventListener("blur", closeHits);
  $("all").addEventListener("click", () => { state.hidden.clear(); filtered(); });
  $("in").addEventListener("click", () => { state.moved = true; zoom(1.4); });
  $("out").addEventListener("click", () => { state.moved = true; zoom(1 / 1.4); });
  $("fit").addEventListener("click", () => { state.moved = false; fit(glide()); });
  $("lang").addEventListener("click", () => { state.lang = state.lang === "zh" ? "en" : "zh"; translate(); if (!state.moved && state.selected < 0) fit(); network.redraw(); });
  $("theme").addEventListener("click", () => { root.dataset.theme = isDark() ? "light" : "dark"; recolour(); });
  dark.addEventListener("change", recolour);
  document.addEventListener("keydown", (event) => {
    const typing = event.target.matches("input[type=search]");
    if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey) { event.preventDefault(); $("search").focus(); }
    if (event.key === "Escape" && !typing && state.selected >= 0) { select(-1); $("graph").focus(); }
  });
  let before;
  addEventListener("beforeprint", () => { before = root.dataset.theme; root.dataset.theme = "light"; readColours(); network.redraw(); });
  addEventListener("afterprint", () => { if (before) root.dataset.theme = before; else delete root.dataset.theme; recolour(); });
  addEventListener("hashchange", fromHash);
  if (location.hash) fromHash();

  // What tests and other scripts of the page may read.
  const overlaps = () => {
    const { labels } = placed;
    return labels.reduce((sum, a, i) => sum + labels.slice(i + 1).filter((b) =>
      a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h).length, 0);
  };
  window.kgPage = Object.freeze({
    get labels() { return placed.labels.map(({ rows, font, id, line }) => ({ text: rows.join(" "), size: parseInt(font.match(/(\d+)px/)[1], 10), node: line ? null : nodes[id].kg.iri })); },
    get overlaps() { return overlaps(); },
    get visible() { return nodes.filter((_, id) => visible(id)).map((node) => node.kg.iri); },
    get selected() { return state.selected < 0 ? null : nodes[state.selected].kg.iri; },
    get cursor() { return state.cursor < 0 ? null : nodes[state.cursor].kg.iri; },
    get zoom() { return network.getScale(); },
    get lang() { return state.lang; },
    get dark() { return isDark(); },
    at: (iri) => network.canvasToDOM(nodes[byIri.get(iri)]),
    zoomTo: (scale) => { network.moveTo({ scale }); network.redraw(); },
  });
})();
