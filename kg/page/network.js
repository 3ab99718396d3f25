// The network: vis keeps the camera and finds what is under the pointer.
(() => {
  const { $, model, net, scene, state } = kg;
  const { nodes, links } = model;
  let network = null;
  let dataset = null;
  let canvas = null;
  let fresh = false; // made, but not yet seen
  let base = ""; // what the scene started from
  let covers = null;
  const drawn = new Map(); // what vis has: place of each item by its number
  kg.words({
    zh: { network: "关系网络", tools: "图的工具", in: "放大", out: "缩小", fit: "显示全图" },
    en: { network: "Network", tools: "Tools of the graph", in: "Zoom in", out: "Zoom out", fit: "Show all of the graph" },
  });

  // ---- the camera ------------------------------------------------------------------------------------
  net.scale = () => (network ? network.getScale() : 1);
  // What lies over the picture.
  net.covers = () => {
    covers ||= [...$("view-network").querySelectorAll(".tools, .trail")].filter((each) => !each.hidden).map((each) => (
      { x: each.offsetLeft, y: each.offsetTop, w: each.offsetWidth, h: each.offsetHeight }));
    return covers;
  };
  const right = () => ($("graph").clientWidth > 600 ? 52 : 0); // beside the tools
  const top = () => Math.max(0, ...net.covers().filter(({ y }) => y < 40).map(({ y, h }) => y + h));
  const glide = () => (kg.calm.matches ? false : { duration: 260, easingFunction: "easeInOutQuad" });
  const clamp = (scale) => Math.min(6, Math.max(0.04, scale));
  // The middle of boxes, and the scale at which they just fill the picture.
  function frame(boxes) {
    const { clientWidth: width, clientHeight: height } = $("graph");
    const [left, above] = [Math.min(...boxes.map((box) => box.x)), Math.min(...boxes.map((box) => box.y))];
    const [edge, foot] = [Math.max(...boxes.map((box) => box.x + box.w)), Math.max(...boxes.map((box) => box.y + box.h))];
    return { x: (left + edge) / 2, y: (above + foot) / 2, scale: Math.min((width - 28 - right()) / (edge - left || 1), (height - 28 - top()) / (foot - above || 1)) };
  }
  const discs = (items, scale) => items.map((item) => {
    const r = net.size(item, scale) * (item.kind === "part" ? 1.4 : 1.15);
    return { x: item.x - r, y: item.y - r, w: 2 * r, h: 2 * r };
  });
  const look = (position, scale, animation) => network.moveTo({ position, scale, animation, offset: { x: -right() / 2, y: top() / 2 } });
  // All nodes and, as far as three rounds go, all labels within the picture.
  function fit(animation = false) {
    const { items } = scene;
    if (!items.length) return;
    let scale = clamp(Math.min(1.5, frame(discs(items, 1)).scale));
    const least = 0.8 * scale; // on a small screen the nodes matter more than the labels at the edge
    let whole = frame(discs(items, scale));
    for (let round = 0; round < 3; round += 1) {
      const labels = net.place(canvas, scale).map(({ x, y, w, h }) => ({ x: x / scale, y: y / scale, w: w / scale, h: h / scale }));
      whole = frame([...discs(items, scale), ...labels]);
      scale = Math.max(least, clamp(Math.min(scale, whole.scale)));
    }
    look(whole, scale, animation);
  }
  const zoom = (by) => network.moveTo({ scale: clamp(network.getScale() * by), animation: glide() });
  // A node that is found or linked to comes with its neighbours, as far as they can be read together.
  function reveal(id, jump) {
    const item = scene.item(id);
    if (!item) return;
    const { x, y } = network.canvasToDOM(item);
    const { clientWidth: width, clientHeight: height } = $("graph");
    const inside = x > width * 0.12 && x < width * 0.88 && y > height * 0.12 && y < height * 0.88;
    const scale = network.getScale();
    if (!jump) { if (!inside) look(item, scale, glide()); return; }
    const part = frame(discs(scene.items.filter((other) => (net.near ? net.near.has(other.id) : other === item)), 1));
    const together = Math.min(1.2, 0.8 * part.scale);
    if (inside && scale > 0.9 * together && scale > 0.6 && !scene.large) return;
    const readable = together > (scene.large ? 0.3 : 0.6);
    look(readable ? part : item, readable ? together : 0.8, glide());
  }

  // ---- the keyboard ----------------------------------------------------------------------------------
  const WAYS = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowDown: [0, 1], ArrowUp: [0, -1] };
  function step([dx, dy]) {
    const { items } = scene;
    const from = scene.item(net.cursor);
    let best = from ? null : items[0];
    let least = Infinity;
    for (const item of from ? items : []) {
      const [x, y] = [item.x - from.x, item.y - from.y];
      const along = x * dx + y * dy;
      const aside = Math.abs(x * dy) + Math.abs(y * dx);
      if (item !== from && along > 0 && aside <= 2 * along && along + 2 * aside < least) [best, least] = [item, along + 2 * aside];
    }
    if (!best) return;
    net.cursor = best.id;
    net.version += 1;
    reveal(best.id, false);
    network.redraw();
    kg.announce(kg.say("at", scene.name(best), scene.kind(best)));
  }
  function press(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (WAYS[event.key]) step(WAYS[event.key]);
    else if (event.key === "Enter" && scene.has(net.cursor)) scene.open(scene.item(net.cursor), { focus: true });
    else if (event.key === "Escape" && state.selected < 0 && state.open.length) state.set({ open: [] });
    else if (event.key === "+" || event.key === "=") zoom(1.3);
    else if (event.key === "-") zoom(1 / 1.3);
    else if (event.key === "0") fit(glide());
    else return;
    net.moved = event.key !== "0";
    event.preventDefault();
  }

  // ---- the pointer -----------------------------------------------------------------------------------
  function hover(id) {
    if (id === net.hovered) return;
    net.hovered = id;
    $("graph").classList.toggle("over", id >= 0);
    network.redraw();
  }
  function hoverLine(event) {
    const corner = $("graph").getBoundingClientRect();
    const at = network.DOMtoCanvas({ x: event.clientX - corner.left, y: event.clientY - corner.top });
    let best = null;
    let least = 5 / network.getScale();
    if (net.hovered < 0 && event.pointerType === "mouse" && event.buttons === 0) {
      for (const line of scene.lines) {
        const [a, b] = [scene.item(line.a), scene.item(line.b)];
        const [dx, dy] = [b.x - a.x, b.y - a.y];
        const t = Math.min(1, Math.max(0, ((at.x - a.x) * dx + (at.y - a.y) * dy) / (dx * dx + dy * dy || 1)));
        const far = Math.hypot(a.x + t * dx - at.x, a.y + t * dy - at.y);
        if (far < least && (!net.near || net.strong(line))) [best, least] = [line, far];
      }
    }
    if (best !== net.hoveredPair) { net.hoveredPair = best; network.redraw(); }
  }
  function listen() {
    network.on("beforeDrawing", (ctx) => { net.drawLines(ctx); net.drawItems(ctx); });
    network.on("afterDrawing", net.drawLabels);
    network.on("zoom", () => { net.moved = true; const scale = network.getScale(); if (clamp(scale) !== scale) network.moveTo({ scale: clamp(scale) }); });
    network.on("dragEnd", () => { net.moved = true; });
    network.on("resize", () => { covers = null; if (!net.moved) fit(); });
    network.on("click", ({ pointer }) => { const id = network.getNodeAt(pointer.DOM); if (id === undefined) kg.select(-1); else scene.open(scene.item(id)); });
    network.on("hoverNode", ({ node }) => hover(node));
    network.on("blurNode", () => hover(-1));
    let pending = null;
    $("graph").addEventListener("pointermove", (event) => {
      if (pending === null) requestAnimationFrame(() => { hoverLine(pending); pending = null; });
      pending = event;
    });
    $("graph").addEventListener("pointerleave", () => { net.hoveredPair = null; hover(-1); network.redraw(); });
    $("graph").addEventListener("keydown", press);
    $("in").addEventListener("click", () => { net.moved = true; zoom(1.4); });
    $("out").addEventListener("click", () => { net.moved = true; zoom(1 / 1.4); });
    $("fit").addEventListener("click", () => { net.moved = false; fit(glide()); });
  }
  // vis gets what is new or stands elsewhere, and loses what is gone.
  function sync() {
    const gone = [...drawn.keys()].filter((id) => !scene.has(id));
    const moved = scene.items.filter(({ id, x, y }) => drawn.get(id) !== `${x} ${y}`);
    for (const id of gone) drawn.delete(id);
    for (const { id, x, y } of moved) drawn.set(id, `${x} ${y}`);
    dataset.remove(gone);
    dataset.update(moved.map(({ id, x, y }) => ({ id, x, y })));
    if (!scene.has(net.cursor)) net.cursor = -1;
    net.hovered = -1;
    net.hoveredPair = null;
  }
  // Whether the scene is another one than before, not the same one grown.
  function rebased() {
    const [first = scene.marked ? "marked" : ""] = [...state.open, ...(state.selected < 0 ? [] : [nodes[state.selected].iri])];
    const other = scene.large && first !== base;
    base = first;
    return other;
  }

  kg.view({
    id: "network",
    label: { zh: "网络", en: "Network" },
    icon: "M5 6.5a2 2 0 1 0 0-.1M15 5a2 2 0 1 0 0-.1M11 15.5a2 2 0 1 0 0-.1M6.9 6.2l4.2-.9M6 8.3l4 5.5M12.2 13.6l1.9-6.8",
    mount() {
      dataset = new vis.DataSet();
      sync();
      network = new vis.Network($("graph"), { nodes: dataset, edges: [] }, {
        nodes: { shape: "custom", ctxRenderer: net.found, chosen: false },
        physics: false,
        layout: { improvedLayout: false },
        interaction: { hover: true, dragNodes: false, keyboard: false, selectable: false, selectConnectedEdges: false, tooltipDelay: 1e9 },
      });
      const panel = $("graph").querySelector(".vis-network");
      panel.tabIndex = -1;
      panel.style.outline = "none";
      canvas = panel.querySelector("canvas").getContext("2d");
      fresh = true;
      listen();
    },
    refresh(_, changed, how) {
      const { selected } = state;
      const changing = scene.changing(changed);
      if (changed.has("selected")) net.cursor = selected;
      if (changed.has("selected") || kg.emphasising(changed)) net.focus();
      if (changing && !fresh) sync();
      if (changed.size) net.version += 1;
      if (changed.has("lang")) $("graph").setAttribute("aria-label", kg.say("graph", nodes.length, links.length));
      covers = null;
      const other = rebased();
      if (other) net.moved = false;
      if (fresh || other) fit();
      else if (scene.large && changed.has("open") && selected < 0 && !net.moved) fit(glide());
      if ((how.jump || changed.has("shown") || (scene.large && !other && changed.has("selected"))) && selected >= 0 && !(scene.large && (fresh || other))) reveal(selected, true);
      else if ((changed.has("lang") || changed.has("shown")) && !fresh && !net.moved && selected < 0) fit();
      fresh = false;
      network.redraw();
    },
    focus: () => $("graph").focus(),
  });
  kg.expose({
    get cursor() { return net.cursor < 0 ? null : scene.isNode(net.cursor) ? nodes[net.cursor].iri : scene.name(scene.item(net.cursor)); },
    get zoom() { return net.scale(); },
    get told() { return net.told; },
    at: (iri) => network.canvasToDOM(scene.item(model.byIri.get(iri))),
    spot: (name) => network.canvasToDOM(scene.items.find((item) => scene.name(item) === name)),
    zoomTo: (scale) => { network.moveTo({ scale }); network.redraw(); },
  });
})();
