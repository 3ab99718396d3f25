// What the network draws on the canvas of vis: lines and items in few strokes, labels at the end.
(() => {
  const { model, net, scene, state } = kg;

  // For vis, to find what is under the pointer; it draws nothing itself. While another view is shown, it may
  // still have items that a filter took out of the scene.
  net.found = ({ id }) => {
    const size = scene.has(id) ? net.size(scene.item(id)) * 1.1 : 1;
    return { nodeDimensions: { width: 2 * size, height: 2 * size }, drawNode() {} };
  };
  // Items of one group and of one strength are one path, so that a thousand cost little.
  net.drawItems = (ctx) => {
    const ink = kg.colours();
    const px = 1 / net.scale();
    const batches = new Map();
    for (const item of scene.items) {
      const key = item.kind === "more" ? "more" : `${net.full(item.id) ? 1 : 0} ${kg.style(item.group)}`;
      if (!batches.has(key)) batches.set(key, []);
      batches.get(key).push(item);
    }
    const faint = net.near ? 0.16 : 0.35;
    for (const key of [...batches.keys()].sort()) {
      const some = batches.get(key);
      if (key === "more") { some.forEach((item) => drawMore(ctx, item, px)); continue; }
      ctx.globalAlpha = key[0] === "1" ? 1 : faint;
      ctx.beginPath();
      for (const item of some) kg.trace(ctx, item.group, item.x, item.y, net.size(item));
      ctx.fillStyle = ink.groups[kg.style(some[0].group)];
      ctx.fill();
      ctx.lineWidth = 1;
      ctx.strokeStyle = ink.rim;
      ctx.stroke();
    }
    ctx.globalAlpha = 1;
    for (const item of scene.items.filter(({ kind }) => kind === "part")) ring(ctx, item, net.size(item) * 1.3 + 3 * px, ink.groups[kg.style(item.group)], 1.5 * px);
    for (const id of new Set([state.selected, net.hovered, net.cursor])) {
      const item = scene.item(id);
      if (!item) continue;
      if (id === net.cursor && id !== state.selected) ctx.setLineDash([5 * px, 4 * px]);
      ring(ctx, item, net.size(item) * (item.kind === "part" ? 1.3 : 1.2) + (item.kind === "part" ? 7 : 4) * px, ink.accent, 2.5 * px);
      ctx.setLineDash([]);
    }
  };
  function ring(ctx, { x, y }, radius, colour, width) {
    ctx.beginPath();
    ctx.arc(x, y, radius, 0, 2 * Math.PI);
    ctx.lineWidth = width;
    ctx.strokeStyle = colour;
    ctx.stroke();
  }
  function drawMore(ctx, item, px) {
    const ink = kg.colours();
    const r = net.size(item);
    ctx.globalAlpha = 1;
    ctx.fillStyle = ink.card;
    ctx.beginPath();
    ctx.arc(item.x, item.y, r, 0, 2 * Math.PI);
    ctx.fill();
    ctx.setLineDash([3 * px, 2.5 * px]);
    ring(ctx, item, r, ink.accent, 1.5 * px);
    ctx.setLineDash([]);
    ctx.beginPath();
    ctx.moveTo(item.x - r / 2, item.y);
    ctx.lineTo(item.x + r / 2, item.y);
    ctx.moveTo(item.x, item.y - r / 2);
    ctx.lineTo(item.x, item.y + r / 2);
    ctx.stroke();
  }

  net.drawLines = (ctx) => {
    const ink = kg.colours();
    const px = 1 / net.scale();
    ctx.lineCap = "round";
    const crowded = net.crowded();
    const most = Math.max(1, ...scene.lines.map(({ count = 0 }) => count));
    const strong = [];
    const widths = new Map(); // lines of one width and strength are one stroke
    for (const line of scene.lines) {
      if (line === net.hoveredPair || net.strong(line)) { strong.push(line); continue; }
      const faint = net.near ? 1 : crowded && !model.hubs.has(line.a) && !model.hubs.has(line.b) ? 1 : 0;
      const width = line.count ? Math.round(8 * (0.5 + 3.5 * Math.sqrt(line.count / most))) / 8 : 1;
      const key = `${width} ${faint}`;
      if (!widths.has(key)) widths.set(key, { width, faint, lines: [] });
      widths.get(key).lines.push(line);
    }
    for (const { width, faint, lines } of widths.values()) {
      ctx.beginPath();
      for (const line of lines) {
        const [a, b] = [scene.item(line.a), scene.item(line.b)];
        ctx.moveTo(a.x, a.y);
        ctx.lineTo(b.x, b.y);
      }
      ctx.globalAlpha = faint ? 0.22 : crowded ? 0.6 : 0.75;
      ctx.lineWidth = width * px;
      ctx.strokeStyle = ink.link;
      ctx.stroke();
    }
    ctx.globalAlpha = 1;
    ctx.strokeStyle = ctx.fillStyle = ink.accent;
    for (const line of strong) drawArrow(ctx, line, px);
  };
  function drawArrow(ctx, line, px) {
    const [a, b] = [scene.item(line.a), scene.item(line.b)];
    ctx.lineWidth = (net.marked(line) ? 2.6 : 1.6) * px;
    ctx.beginPath();
    ctx.moveTo(a.x, a.y);
    ctx.lineTo(b.x, b.y);
    ctx.stroke();
    const [dx, dy] = [b.x - a.x, b.y - a.y];
    const length = Math.hypot(dx, dy) || 1;
    for (const target of new Set(line.links.filter(model.visible().link).map((link) => link.to))) {
      const sign = target === line.b ? 1 : -1;
      const item = scene.item(target);
      const [ux, uy] = [(sign * dx) / length, (sign * dy) / length];
      const off = net.size(item) * 1.15 + 2 * px;
      const [tx, ty] = [item.x - ux * off, item.y - uy * off];
      ctx.beginPath();
      ctx.moveTo(tx, ty);
      ctx.lineTo(tx - 9 * px * ux + 4 * px * uy, ty - 9 * px * uy - 4 * px * ux);
      ctx.lineTo(tx - 9 * px * ux - 4 * px * uy, ty - 9 * px * uy + 4 * px * ux);
      ctx.fill();
    }
  }

  // Labels that the edge of the picture would cut, or that would lie under something, wait until there is room.
  net.drawLabels = (ctx) => {
    const ink = kg.colours();
    const scale = net.scale();
    const labels = net.place(ctx, scale);
    const { a, e, f } = ctx.getTransform();
    const ratio = a / scale;
    const [ox, oy] = [e / ratio, f / ratio];
    const { clientWidth: width, clientHeight: height } = kg.$("graph");
    const covers = net.covers();
    const clear = ({ x, y, w, h }) => x >= 0 && y >= 0 && x + w <= width && y + h <= height
      && covers.every((box) => x + w < box.x || x > box.x + box.w || y + h < box.y || y > box.y + box.h);
    ctx.save();
    ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
    ctx.textAlign = "center";
    ctx.textBaseline = "middle";
    ctx.lineJoin = "round";
    ctx.lineWidth = 3.5;
    ctx.strokeStyle = ink.paper;
    net.told = 0;
    for (const { x, y, w, h, rows, font, colour } of labels) {
      if (!clear({ x: x + ox, y: y + oy, w, h })) continue;
      net.told += 1;
      ctx.font = font;
      ctx.fillStyle = ink[colour];
      rows.forEach((row, i) => {
        const [cx, cy] = [x + ox + w / 2, y + oy + 1 + (i + 0.5) * ((h - 2) / rows.length)];
        ctx.strokeText(row, cx, cy);
        ctx.fillText(row, cx, cy);
      });
    }
    ctx.restore();
  };
})();
