// How many events there are when, above the axis, and two handles that choose a stretch of time for all views.
(() => {
  const { el, svg, model, state, timescale } = kg;
  const HEIGHT = 44;
  kg.words({
    zh: {
      brushTime: "按时间筛选", brushSince: "起始时间", brushTill: "结束时间", brushAny: "不限", brushAll: "全部时间",
      brushBars: (unit, n, most) => `每${n === 1 ? { year: "年", month: "月", day: "天", hour: "小时", minute: "分钟" }[unit] : ` ${n} ${{ year: "年", month: "个月", day: "天", hour: "小时", minute: "分钟" }[unit]}`}的事件数，最多 ${most}`,
      brushDrag: "拖动可选取一段时间",
    },
    en: {
      brushTime: "Filter by time", brushSince: "From", brushTill: "Until", brushAny: "open", brushAll: "All times",
      brushBars: (unit, n, most) => `Events per ${n === 1 ? unit : kg.many(n, unit)}, ${most} at most`,
      brushDrag: "Drag to choose a stretch of time",
    },
  });
  const calendar = (unit) => !["hour", "minute"].includes(unit);
  // Where the filter begins and ends, null where it is open; a whole day ends where the next begins.
  function edges() {
    const [from, to] = state.time.map(model.extent);
    return [from ? from[0] : null, to ? to[1] + (to[1] > to[0] ? 1 : 0) : null];
  }
  // For people: what the filter lets through.
  kg.timeText = () => (state.time.some(Boolean) ? kg.when({ start: state.time[0], end: state.time[1], stated: [] }) : kg.say("brushAll"));

  // host: { range(): shown [from, to], width(): of the axis in pixels, reveal(time), full(): [from, to] }
  kg.timeBrush = (host) => {
    const bars = svg("svg", { class: "tl-bars", "aria-hidden": "true", preserveAspectRatio: "none" });
    const shade = el("div", { class: "tl-shade" });
    const handles = ["since", "till"].map((name, end) => el("div", {
      class: `tl-handle ${name}`, role: "slider", tabindex: "0", onkeydown: (event) => press(event, end),
    }));
    const element = el("div", { class: "tl-plot tl-strip", role: "group" }, bars, shade, ...handles);
    const unit = () => timescale.unitFor(host.range(), host.width());
    const step = () => timescale.one(unit());
    const up = (time) => { const start = timescale.floor(step(), time); return start === time ? time : timescale.next(step(), start); };
    const written = (time, end) => (time === null ? "" : timescale.value(end && calendar(unit()) ? time - 1 : time, unit()));
    const choose = (end, time) => state.set({ time: state.time.map((value, i) => (i === end ? written(time, end) : value)) });

    function press(event, end) {
      const { key } = event;
      const now = edges();
      const [first, last] = [timescale.floor(step(), host.full()[0]), up(host.full()[1])];
      const by = (n) => {
        let at = now[end] ?? (end ? up(host.range()[1]) : timescale.floor(step(), host.range()[0]));
        for (let i = 0; i < Math.abs(n); i += 1) at = n > 0 ? timescale.next(step(), timescale.floor(step(), at)) : timescale.floor(step(), at - 1);
        return at;
      };
      const moves = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1, PageDown: -5, PageUp: 5 };
      if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey || !(key in moves || key === "Home" || key === "End")) return;
      event.preventDefault();
      const least = end ? timescale.next(step(), timescale.floor(step(), now[0] ?? first)) : first;
      const most = end ? last : timescale.floor(step(), (now[1] ?? last) - 1);
      const wanted = key === "Home" ? least : key === "End" ? most : Math.min(most, Math.max(least, by(moves[key])));
      const open = end ? wanted >= last : wanted <= first;
      choose(end, open ? null : wanted);
      if (!open) host.reveal(wanted);
    }

    // ---- dragging: a handle, or a new stretch; a click takes one day, hour or whatever a step is ---------
    let drag = null;
    let waiting = false;
    const timeAt = (event) => {
      const box = element.getBoundingClientRect();
      const [from, to] = host.range();
      return from + (Math.min(1, Math.max(0, (event.clientX - box.left) / box.width)) * (to - from));
    };
    function move() {
      waiting = false;
      if (!drag) return;
      const [from, to] = host.range();
      const low = (time) => (time <= from ? null : timescale.floor(step(), time));
      const high = (time) => (time >= to ? null : timescale.next(step(), timescale.floor(step(), time)));
      const now = edges();
      if (drag.end === 0) choose(0, low(now[1] === null ? drag.at : Math.min(drag.at, now[1] - 1)));
      else if (drag.end === 1) choose(1, high(now[0] === null ? drag.at : Math.max(drag.at, now[0])));
      else {
        const [a, b] = [Math.min(drag.start, drag.at), Math.max(drag.start, drag.at)];
        state.set({ time: [written(low(a), 0), written(high(b), 1)] });
      }
    }
    element.addEventListener("pointerdown", (event) => {
      if (event.button !== 0) return;
      const end = handles.indexOf(event.target.closest(".tl-handle"));
      drag = { end, start: timeAt(event), at: timeAt(event), x: event.clientX, moved: false };
      element.setPointerCapture(event.pointerId);
      if (end >= 0) handles[end].focus({ preventScroll: true });
      event.preventDefault();
    });
    element.addEventListener("pointermove", (event) => {
      if (!drag) return;
      drag.moved = drag.moved || Math.abs(event.clientX - drag.x) > 3;
      drag.at = timeAt(event);
      if (drag.moved && !waiting) { waiting = true; requestAnimationFrame(move); }
    });
    element.addEventListener("pointerup", () => { if (drag && (drag.moved || drag.end < 0)) move(); drag = null; });
    element.addEventListener("pointercancel", () => { drag = null; });

    // ---- drawing ---------------------------------------------------------------------------------------
    function count(items) {
      const range = host.range();
      const bin = timescale.stepFor(range, host.width(), 7);
      const starts = timescale.starts(bin, range);
      const steps = new Int32Array(starts.length + 1);
      const place = (time) => {
        let [low, high] = [0, starts.length - 1];
        while (low < high) { const middle = (low + high + 1) >> 1; if (starts[middle] <= time) low = middle; else high = middle - 1; }
        return low;
      };
      // Of what has no end only the beginning is counted: how long it went on is not known.
      for (const { first: start, last: end, key, kind } of items) {
        const [first, last] = kind === "open" ? [key, key] : [start, end];
        if (first > range[1] || last < starts[0]) continue;
        steps[place(first)] += 1;
        steps[place(last) + 1] -= 1;
      }
      let sum = 0;
      return { bin, bars: starts.map((from, i) => { sum += steps[i]; return { from, to: starts[i + 1] ?? timescale.next(bin, from), n: sum }; }) };
    }
    function draw(items) {
      const range = host.range();
      const x = (time) => Math.min(100, Math.max(0, ((time - range[0]) / (range[1] - range[0])) * 100));
      const counted = count(items);
      const most = counted.bars.reduce((a, { n }) => Math.max(a, n), 0);
      const now = edges();
      const [left, right] = [now[0] === null ? 0 : x(now[0]), now[1] === null ? 100 : x(now[1])];
      bars.setAttribute("viewBox", `0 0 100 ${HEIGHT}`);
      bars.replaceChildren(...counted.bars.filter(({ n }) => n).map(({ from, to, n }) => {
        const height = Math.max(3, (n / most) * (HEIGHT - 4));
        const [a, b] = [x(from), x(to)];
        const inside = (now[0] === null || to > now[0]) && (now[1] === null || from < now[1]);
        return svg("rect", { class: inside ? "in" : "out", x: a.toFixed(3), y: (HEIGHT - height).toFixed(1), width: Math.max(0.1, (b - a) * 0.86).toFixed(3), height: height.toFixed(1) });
      }));
      shade.style.left = `${left}%`;
      shade.style.width = `${Math.max(0, right - left)}%`;
      element.setAttribute("aria-label", kg.say("brushTime"));
      const full = host.full();
      handles.forEach((handle, end) => {
        handle.style.left = `${end ? right : left}%`;
        const values = { label: kg.say(end ? "brushTill" : "brushSince"), valuemin: Math.floor(full[0]), valuemax: Math.ceil(full[1]), valuenow: Math.round(Math.min(full[1], Math.max(full[0], now[end] ?? full[end]))),
          valuetext: state.time[end] ? kg.datetime(state.time[end]) : kg.say("brushAny") };
        for (const [name, text] of Object.entries(values)) handle.setAttribute(`aria-${name}`, text);
      });
      return { ...counted, most };
    }
    return { element, draw };
  };
})();
