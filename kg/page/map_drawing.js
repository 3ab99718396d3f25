// What the map draws: places in clusters with their names, on a graticule; `kg.atlas` is what the map's files share.
(() => {
  const { board, measure, model, state, svg, wrap } = kg;
  const { nodes } = model;
  const GUTTER = 24;
  const BLOCK = 200; // what is drawn beyond the edges is drawn in blocks, so that moving changes nothing
  const LINE = 16;
  const WIDEST = 180;
  const BUBBLE = 14;
  const pen = document.createElement("canvas").getContext("2d");
  kg.words({
    zh: { mapOthers: (name) => `${name}等`, mapBubble: (name, n) => `${name}等 ${n} 个地点`, mapScale: (text) => `比例尺 ${text}` },
    en: { mapOthers: (name, n) => `${name} +${n - 1}`, mapBubble: (name, n) => `${name} and ${n - 1} more`, mapScale: (text) => `Scale: ${text}` },
  });
  kg.atlas = { camera: { x: 0, y: 0, scale: 1 }, flat: null, spots: [], hovered: null, cursor: -1, version: 0, width: 0, height: 0, items: [], labels: [] };
  const { atlas } = kg;
  const layers = {};
  let weight = [];
  let heaviest = 1;
  let cache = new Map();
  let drawn = { key: "" };

  // ---- what stands where -----------------------------------------------------------------------------
  atlas.has = (id) => nodes[id].place && nodes[id].point !== null && model.visible().has(id);
  atlas.weight = (id) => weight[id];
  atlas.gather = () => {
    weight = new Uint32Array(nodes.length);
    const spots = new Map();
    Object.assign(atlas, { placeless: 0, bare: 0, unplaced: 0, filtered: 0, borrowed: 0 });
    for (const id of model.visible().nodes) {
      const { at, place } = nodes[id];
      if (!at.length) atlas.placeless += 1;
      else if (at.every((each) => !nodes[each].point)) atlas[place ? "bare" : "unplaced"] += 1;
      else if (!at.some(atlas.has)) atlas.filtered += 1;
      if (!place) for (const each of new Set(at.flatMap((lower) => [lower, ...nodes[lower].within]))) weight[each] += 1;
    }
    heaviest = 1;
    const heavier = (a, b) => nodes[b].point.own - nodes[a].point.own || weight[b] - weight[a] || nodes[a].within.length - nodes[b].within.length || a - b;
    for (const id of model.visible().nodes.filter(atlas.has)) {
      const { lat, long, own } = nodes[id].point;
      const key = `${lat.toFixed(4)} ${long.toFixed(4)}`;
      if (!spots.has(key)) spots.set(key, { lat, long, ids: [] });
      spots.get(key).ids.push(id);
      heaviest = Math.max(heaviest, weight[id]);
      if (!own) atlas.borrowed += 1;
    }
    atlas.spots = [...spots.values()];
    for (const spot of atlas.spots) {
      spot.weight = spot.ids.reduce((most, id) => Math.max(most, weight[id]), 0);
      spot.ids.sort(heavier);
    }
    atlas.spots.sort((a, b) => b.weight - a.weight || nodes[a.ids[0]].within.length - nodes[b.ids[0]].within.length || a.ids[0] - b.ids[0]);
    atlas.project();
  };
  atlas.project = (anew = false) => {
    if (anew || !atlas.flat) atlas.flat = kg.flat(atlas.spots);
    for (const spot of atlas.spots) Object.assign(spot, { x: atlas.flat.x(spot.long), y: atlas.flat.y(spot.lat) });
    atlas.renew();
  };
  atlas.renew = () => { cache = new Map(); atlas.version += 1; };
  atlas.marked = () => (state.selected < 0 ? [] : nodes[state.selected].at.filter(atlas.has));
  // Clusters for half steps of the scale: a little more room than is needed, and the same while one zooms in.
  atlas.clusters = (scale = atlas.camera.scale) => {
    const level = Math.floor(2 * Math.log2(scale) + 1e-9);
    const first = new Set([...atlas.marked(), ...(atlas.cursor < 0 ? [] : [atlas.cursor])]);
    if (!cache.has(level)) cache.set(level, kg.clusters(atlas.spots, 2 ** (level / 2), first, nodes.length));
    return cache.get(level);
  };
  const radius = (id) => 6 + 6 * Math.sqrt(weight[id] / heaviest);
  // Pixels from the corner of the blocks that are drawn.
  atlas.spotOf = (id) => {
    const { list, of } = atlas.clusters();
    const cluster = list[of[id]];
    if (!cluster) return null;
    const [dx, dy] = cluster.rings ? kg.clusters.petal(cluster.ids.indexOf(id), cluster.ids.length) : [0, 0];
    return { x: cluster.x * atlas.camera.scale - drawn.left + dx, y: cluster.y * atlas.camera.scale - drawn.top + dy, cluster };
  };

  // ---- the picture -------------------------------------------------------------------------------------
  atlas.make = () => {
    for (const name of ["graticule", "world", "lines", "spots", "names", "rings", "frame"]) layers[name] = svg("g", { class: name });
    for (const name of ["graticule", "lines", "names", "rings", "frame"]) layers[name].setAttribute("aria-hidden", "true");
    layers.world.append(layers.lines, layers.spots, layers.names, layers.rings);
    atlas.sheet = svg("svg", { class: "picture" }, layers.graticule, layers.world, layers.frame);
    return atlas.sheet;
  };
  atlas.inner = () => ({ left: GUTTER, width: atlas.width - GUTTER, height: atlas.height - GUTTER });
  const shift = () => {
    const { camera: { x, y, scale } } = atlas;
    const { width, height } = atlas.inner();
    return { x: GUTTER + width / 2 - x * scale + drawn.left, y: height / 2 - y * scale + drawn.top };
  };
  atlas.onScreen = ({ x, y }) => { const by = shift(); return { x: x + by.x, y: y + by.y }; };
  function itemsOf({ list }) {
    const { camera: { scale } } = atlas;
    const { left, right, top, foot } = drawn;
    const items = [];
    for (const cluster of list) {
      const [x, y] = [cluster.x * scale, cluster.y * scale];
      if (x < left || x > right || y < top || y > foot) continue;
      const { ids } = cluster;
      const at = { x: x - left, y: y - top, cluster };
      if (ids.length > 1 && !cluster.rings) { items.push({ ...at, id: ids[0], r: BUBBLE, count: ids.length }); continue; }
      ids.forEach((id, i) => {
        const [dx, dy] = kg.clusters.petal(i, ids.length);
        items.push({ ...at, x: at.x + dx, y: at.y + dy, id, r: i ? Math.min(7, radius(id)) : radius(id), stem: i ? at : null });
      });
    }
    return items;
  }
  function cut(row, font) {
    if (measure(pen, row, font) <= WIDEST) return row;
    let letters = [...row];
    while (letters.length > 1 && measure(pen, `${letters.join("")}…`, font) > WIDEST) letters = letters.slice(0, Math.min(letters.length - 1, Math.ceil(letters.length * 0.9)));
    return `${letters.join("")}…`;
  }
  // Names on a board where all places stand already, the important first; what finds no room waits for a larger scale.
  function placeNames(items, marked) {
    const { add, free } = board();
    const family = kg.colours().font;
    const labels = [];
    for (const { x, y, r } of items) add({ x: x - r, y: y - r, w: 2 * r, h: 2 * r });
    // Rather where it is seen whole than cut by the edge.
    const seen = shift();
    const whole = ({ x, y, w, h }) => x + seen.x >= GUTTER && x + seen.x + w <= atlas.width && y + seen.y >= 0 && y + seen.y + h <= atlas.inner().height;
    const order = [...items].sort((a, b) => marked.has(b.id) - marked.has(a.id));
    for (const item of order) {
      const strong = marked.has(item.id);
      const font = `${strong ? 600 : 400} 13px ${family}`;
      const rows = wrap(pen, kg.nodeName(item.id), font, strong).map((row) => cut(row, font));
      if (item.count) rows.push(kg.say("mapOthers", rows.pop(), item.count));
      const [w, h] = [Math.max(...rows.map((row) => measure(pen, row, font))) + 4, rows.length * LINE + 2];
      const { x, y } = item;
      const around = (r) => [
        [x + r, y - h / 2], [x - r - w, y - h / 2], [x - w / 2, y + r], [x - w / 2, y - r - h],
        [x + r * 0.7, y + r * 0.7], [x + r * 0.7, y - r * 0.7 - h], [x - r * 0.7 - w, y + r * 0.7], [x - r * 0.7 - w, y - r * 0.7 - h],
      ];
      const beyond = item.cluster.rings && !item.stem ? around(item.cluster.rings * kg.clusters.RING + 10) : [];
      const box = [...around(item.r + (strong || item.id === atlas.cursor ? 9 : 3)), ...beyond].map(([left, top]) => ({ x: left, y: top, w, h })).filter((each) => free(each)).reduce((best, each) => (best && (whole(best) || !whole(each)) ? best : each), null);
      if (!box) continue;
      add(box);
      labels.push({ ...box, rows, strong, item });
    }
    return labels;
  }
  const short = (n) => (n < 1000 ? String(n) : `${Math.floor(n / 1000)}k`);
  const idsOf = (item) => (item.count ? item.cluster.ids : [item.id]);
  function glyph(item, faded) {
    const { id, x, y, r, count } = item;
    const { group, point } = nodes[id];
    const kind = count ? "bubble" : point.own ? "own" : "borrowed";
    return svg("g", { class: `spot ${kind} g${kg.style(group)}${faded(item) ? " faded" : ""}`, transform: `translate(${x.toFixed(1)} ${y.toFixed(1)})`, role: "img", "aria-label": atlas.tell(item) },
      count ? svg("circle", { r }) : kg.shape(group, r), count ? svg("text", { class: count > 99 ? "long" : null, y: 4.5, "aria-hidden": "true" }, short(count)) : null);
  }
  // Of what stands out, the places are in full, and those where it stands or happened.
  function fading() {
    const told = kg.emphasis();
    const lit = told && new Set([...told.nodes].flatMap((id) => [id, ...nodes[id].at]));
    return (item) => Boolean(lit) && !idsOf(item).some((id) => lit.has(id));
  }
  function drawSpots() {
    const marked = new Set(atlas.marked());
    const faded = fading();
    atlas.items = itemsOf(atlas.clusters());
    atlas.labels = placeNames(atlas.items, marked);
    layers.spots.replaceChildren(
      ...atlas.items.filter(({ stem }) => stem).map(({ x, y, stem }) => svg("line", { class: "stem", x1: stem.x, y1: stem.y, x2: x.toFixed(1), y2: y.toFixed(1) })),
      ...atlas.items.map((item) => glyph(item, faded)));
    layers.names.replaceChildren(...atlas.labels.map(({ x, y, w, rows, strong, item }) =>
      svg("text", { class: `${strong ? "strong" : ""}${faded(item) ? " faded" : ""}`, lang: kg.pick(nodes[item.id].labels).lang || null },
        ...rows.map((row, i) => svg("tspan", { x: (x + w / 2).toFixed(1), y: (y + 13 + i * LINE).toFixed(1) }, row)))));
    atlas.faded = atlas.items.filter(faded);
  }
  function drawFrame() {
    const { width, height } = atlas.inner();
    const { camera: { x, y, scale }, flat } = atlas;
    const grid = kg.graticule(flat, { left: x - width / 2 / scale, right: x + width / 2 / scale, top: y - height / 2 / scale, foot: y + height / 2 / scale }, scale);
    const across = (at) => GUTTER + width / 2 + (at - x) * scale;
    const down = (at) => height / 2 + (at - y) * scale;
    const [west, east] = [grid.edges.west, grid.edges.east].map((at) => Math.min(atlas.width, Math.max(GUTTER, across(at))));
    const [north, south] = [grid.edges.north, grid.edges.south].map((at) => Math.min(height, Math.max(0, down(at))));
    const line = (x1, y1, x2, y2) => svg("line", { x1: x1.toFixed(1), y1: y1.toFixed(1), x2: x2.toFixed(1), y2: y2.toFixed(1) });
    layers.graticule.replaceChildren(
      ...grid.parallels.map((each) => line(west, down(each.y), east, down(each.y))), ...grid.meridians.map((each) => line(across(each.x), north, across(each.x), south)));
    const texts = { parallels: [], meridians: [] };
    const put = (list, text, at, from, to, attributes) => {
      const half = measure(pen, text, `12px ${kg.colours().font}`) / 2 + 2;
      if (at - half < from || at + half > to) return null;
      texts[list].push(text);
      return svg("text", attributes, text);
    };
    layers.frame.replaceChildren(
      svg("path", { class: "gutter", d: `M0 0H${GUTTER}V${height}H${atlas.width}V${atlas.height}H0Z` }), svg("path", { class: "neat", d: `M${GUTTER} 0V${height}H${atlas.width}` }),
      ...grid.parallels.map((each) => put("parallels", kg.latitude(each.at), down(each.y), 0, height, { transform: `translate(16 ${down(each.y).toFixed(1)}) rotate(-90)` })).filter(Boolean),
      ...grid.meridians.map((each) => put("meridians", kg.longitude(each.at), across(each.x), GUTTER, atlas.width, { x: across(each.x).toFixed(1), y: height + 16 })).filter(Boolean));
    atlas.graticule = texts;
    const bar = kg.yardstick(flat, Math.max(-89, Math.min(89, flat.lat(y))), scale, Math.min(130, width / 4));
    const [start, foot] = [GUTTER + 14, height - 32];
    layers.frame.append(svg("path", { class: "yardstick", d: `M${start} ${foot - 6}v6h${bar.pixels.toFixed(1)}v-6` }), svg("text", { class: "yard", x: (start + bar.pixels / 2).toFixed(1), y: foot + 16 }, bar.text));
    atlas.scale = bar;
    atlas.bar.textContent = kg.say("mapScale", bar.text);
  }
  // Thin lines from a place to those within it, each from the nearest above that is drawn; rings around the chosen.
  atlas.overlay = () => {
    const around = atlas.hovered && !atlas.hovered.count ? atlas.hovered.id : state.selected >= 0 && atlas.has(state.selected) ? state.selected : -1;
    const lines = [];
    if (around >= 0) for (const id of model.visible().nodes) {
      if (lines.length > 1500) break;
      const { within } = nodes[id];
      if (!within.includes(around) || !atlas.has(id)) continue;
      const [a, b] = [atlas.spotOf(within.find(atlas.has)), atlas.spotOf(id)];
      if (a && b && a.cluster !== b.cluster) lines.push(svg("line", { x1: a.x.toFixed(1), y1: a.y.toFixed(1), x2: b.x.toFixed(1), y2: b.y.toFixed(1) }));
    }
    layers.lines.replaceChildren(...lines);
    const rings = [];
    const ring = (id, kind) => {
      const item = atlas.itemOf(id);
      if (item) rings.push(svg("circle", { class: kind, cx: item.x.toFixed(1), cy: item.y.toFixed(1), r: (item.r * 1.15 + 5).toFixed(1) }));
    };
    atlas.marked().forEach((id) => ring(id, "chosen"));
    if (atlas.cursor >= 0 && atlas.cursor !== state.selected) ring(atlas.cursor, "cursor");
    if (atlas.hovered) ring(atlas.hovered.id, "over");
    layers.rings.replaceChildren(...rings);
    atlas.lines = lines.length;
  };
  atlas.itemOf = (id) => atlas.items.find((item) => item.id === id || (item.count && item.cluster.ids.includes(id)));
  atlas.draw = () => {
    if (!atlas.width || !atlas.flat) return;
    const { camera: { x, y, scale } } = atlas;
    const { width, height } = atlas.inner();
    const block = (value, half, way) => Math[way < 0 ? "floor" : "ceil"]((value * scale + way * (half + 80)) / BLOCK) * BLOCK;
    const [left, right, top, foot] = [block(x, width / 2, -1), block(x, width / 2, 1), block(y, height / 2, -1), block(y, height / 2, 1)];
    const key = [scale, left, right, top, foot, atlas.version].join();
    const fresh = key !== drawn.key;
    drawn = { key, left, right, top, foot };
    if (fresh) { atlas.hovered = null; drawSpots(); atlas.overlay(); }
    const by = shift();
    layers.world.setAttribute("transform", `translate(${by.x.toFixed(1)} ${by.y.toFixed(1)})`);
    atlas.sheet.setAttribute("viewBox", `0 0 ${atlas.width} ${atlas.height}`);
    drawFrame();
    atlas.showTip();
  };
  // What is at a point of the screen: a place, else a name.
  atlas.hit = (px, py) => {
    const by = shift();
    const [x, y] = [px - by.x, py - by.y];
    let [best, least] = [null, Infinity];
    for (const item of atlas.items) {
      const far = Math.hypot(item.x - x, item.y - y);
      if (far <= Math.max(12, item.r + 2) && far < least) [best, least] = [item, far];
    }
    return best || atlas.labels.find((box) => x >= box.x && x <= box.x + box.w && y >= box.y && y <= box.y + box.h)?.item || null;
  };
  // The box on the screen of all that is drawn.
  atlas.extent = () => {
    const by = shift();
    const boxes = [...atlas.items.map(({ x, y, r }) => ({ x: x - r, y: y - r, w: 2 * r, h: 2 * r })), ...atlas.labels];
    const most = (way, value) => boxes.reduce((found, box) => (way * value(box) > way * found ? value(box) : found), -way * Infinity);
    return { left: by.x + most(-1, ({ x }) => x), right: by.x + most(1, ({ x, w }) => x + w), top: by.y + most(-1, ({ y }) => y), foot: by.y + most(1, ({ y, h }) => y + h) };
  };
  // How many pairs cover each other, for tests: glyphs are round, names are boxes.
  atlas.overlaps = () => {
    const { items, labels } = atlas;
    const over = (a, b) => a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h;
    const touch = (box, { x, y, r }) => Math.hypot(x - Math.min(box.x + box.w, Math.max(box.x, x)), y - Math.min(box.y + box.h, Math.max(box.y, y))) < r;
    const pairs = (list, other, test) => list.reduce((sum, a, i) => sum + other(i).filter((b) => test(a, b)).length, 0);
    return pairs(items, (i) => items.slice(i + 1), (a, b) => Math.hypot(a.x - b.x, a.y - b.y) < a.r + b.r)
      + pairs(labels, (i) => labels.slice(i + 1), over) + pairs(labels, () => items, touch);
  };
})();
