// What the network draws on the canvas of vis: nodes one by one, lines in one stroke, labels at the end.
(() => {
  const { model, net, state } = kg;
  const { nodes, lines } = model;

  net.drawNode = ({ ctx, id, x, y }) => {
    const size = net.size(id);
    return {
      nodeDimensions: { width: 2 * size, height: 2 * size },
      drawNode() {
        const ink = kg.colours();
        ctx.globalAlpha = net.near && !net.near.has(id) ? 0.16 : 1;
        kg.outline(ctx, nodes[id].group, x, y, size);
        ctx.fillStyle = ink.groups[kg.style(nodes[id].group)];
        ctx.fill();
        ctx.lineWidth = 1;
        ctx.strokeStyle = ink.rim;
        ctx.stroke();
        if (id === state.selected || id === net.hovered || id === net.cursor) {
          const px = 1 / net.scale();
          ctx.beginPath();
          ctx.arc(x, y, size * 1.2 + 4 * px, 0, 2 * Math.PI);
          ctx.lineWidth = 2.5 * px;
          ctx.strokeStyle = ink.accent;
          if (id === net.cursor && id !== state.selected) ctx.setLineDash([5 * px, 4 * px]);
          ctx.stroke();
          ctx.setLineDash([]);
        }
        ctx.globalAlpha = 1;
      },
    };
  };

  net.drawLines = (ctx) => {
    const ink = kg.colours();
    const px = 1 / net.scale();
    ctx.lineCap = "round";
    ctx.beginPath();
    for (const line of lines) {
      if (!net.drawn(line) || net.strong(line)) continue;
      ctx.moveTo(nodes[line.a].x, nodes[line.a].y);
      ctx.lineTo(nodes[line.b].x, nodes[line.b].y);
    }
    ctx.globalAlpha = net.near ? 0.22 : 0.75;
    ctx.lineWidth = px;
    ctx.strokeStyle = ink.link;
    ctx.stroke();
    ctx.globalAlpha = 1;
    ctx.strokeStyle = ctx.fillStyle = ink.accent;
    ctx.lineWidth = 1.6 * px;
    for (const line of lines) {
      if (net.drawn(line) && (net.strong(line) || line === net.hoveredPair)) drawArrow(ctx, line, px);
    }
  };
  function drawArrow(ctx, line, px) {
    const a = nodes[line.a], b = nodes[line.b];
    ctx.beginPath();
    ctx.moveTo(a.x, a.y);
    ctx.lineTo(b.x, b.y);
    ctx.stroke();
    const [dx, dy] = [b.x - a.x, b.y - a.y];
    const length = Math.hypot(dx, dy) || 1;
    for (const target of new Set(line.links.filter(model.visible().link).map((link) => link.to))) {
      const sign = target === line.b ? 1 : -1;
      const node = nodes[target];
      const [ux, uy] = [(sign * dx) / length, (sign * dy) / length];
      const [tx, ty] = [node.x - ux * (net.size(target) * 1.15 + 2 * px), node.y - uy * (net.size(target) * 1.15 + 2 * px)];
      ctx.beginPath();
      ctx.moveTo(tx, ty);
      ctx.lineTo(tx - 9 * px * ux + 4 * px * uy, ty - 9 * px * uy - 4 * px * ux);
      ctx.lineTo(tx - 9 * px * ux - 4 * px * uy, ty - 9 * px * uy + 4 * px * ux);
      ctx.fill();
    }
  }

  net.drawLabels = (ctx) => {
    const ink = kg.colours();
    const scale = net.scale();
    const labels = net.place(ctx, scale);
    const { a, e, f } = ctx.getTransform();
    const ratio = a / scale;
    const [ox, oy] = [e / ratio, f / ratio];
    const { clientWidth: width, clientHeight: height } = kg.$("graph");
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
  };
})();
