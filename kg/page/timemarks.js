// The times of nodes as marks: what kind of time each is, and how it is drawn between two ends of an axis.
(() => {
  const { el, svg, model, timescale } = kg;
  kg.words({
    zh: {
      "time-instant": "时刻", "time-interval": "时段", "time-open": "一端未定", "time-imprecise": "约略时间", "time-from": "结束时间未定", "time-until": "起始时间未定",
      "time-year": "精确到年", "time-month": "精确到月", "time-day": "精确到日", "time-hour": "精确到小时",
    },
    en: {
      "time-instant": "instant", "time-interval": "interval", "time-open": "open-ended", "time-imprecise": "imprecise", "time-from": "end not known", "time-until": "beginning not known",
      "time-year": "to the year", "time-month": "to the month", "time-day": "to the day", "time-hour": "to the hour",
    },
  });
  // Words by which precisions are named: the unit to which a time is known, and what says "roughly".
  const UNITS = [["hour", /hour|小时|时$/i], ["day", /\bday|日|天/i], ["month", /month|月/i], ["year", /year|年/i]];
  const ROUGH = /\bpart\b|approx|about|circa|around|roughly|uncertain|estimat|imprecise|inexact|named|大约|大概|左右|前后|约|某段|不详|部分/i;
  const said = ({ precision }) => (!precision ? "" : [precision.text.split(/[/#]/).pop(), ...(precision.term < 0 ? [] : Object.values(model.terms[precision.term].labels))].join(" "));

  // { id, time, first, last, key (order), kind, unit (to which it is known, or "") }; without numbers for first and last it has words alone.
  function item(id, time) {
    const [first, last] = time.dated ? model.span(time) : [NaN, NaN];
    if (!time.dated || Number.isNaN(first) || Number.isNaN(last)) return { id, time, first: NaN, last: NaN, key: Infinity, kind: "words", unit: "" };
    const key = Number.isFinite(first) ? first : last;
    const words = said(time);
    if (!Number.isFinite(last - first)) return { id, time, first, last, key, kind: "open", unit: "" };
    const whole = timescale.wholeUnit(first, last) || "";
    if (whole || ROUGH.test(words)) return { id, time, first, last, key, kind: "imprecise", unit: whole };
    if (time.start !== time.end) return { id, time, first, last, key, kind: "interval", unit: "" };
    // A moment known to the hour only is that hour.
    const [unit] = UNITS.find(([, name]) => name.test(words)) || [""];
    if (!unit) return { id, time, first, last, key, kind: "instant", unit: "" };
    const start = timescale.floor(timescale.one(unit), first);
    return { id, time, first: start, last: timescale.next(timescale.one(unit), start) - 1, key, kind: "imprecise", unit };
  }
  const order = (a, b) => a.key - b.key || a.last - b.last || a.id - b.id;

  // How exactly it is known, in words.
  function known({ time, kind, unit, first }) {
    if (time.precision) return kg.pick(time.precision.term < 0 ? { [time.precision.lang]: time.precision.text } : model.terms[time.precision.term].labels).text;
    if (unit) return kg.say(`time-${unit}`);
    return kind === "words" ? "" : kg.say(`time-${kind !== "open" ? kind : first === -Infinity ? "until" : "from"}`);
  }
  // What the source says, in the language of the page if it is there.
  function stated({ time }) {
    const mine = time.stated.filter(({ lang }) => kg.isOwn(lang));
    return mine.length ? mine : time.stated;
  }
  const when = (each) => (each.kind === "words" ? stated(each).map(({ text }) => text).join(kg.say("comma")) || [each.time.start, each.time.end].filter(Boolean).join(" – ") : kg.when(each.time));

  // Where it is between the ends of the axis, in per cent; short ones are drawn as a dot in their middle.
  const LEAST = 13;
  function place({ first, last }, [from, to], width) {
    const x = (time) => ((Math.min(to, Math.max(from, time)) - from) / (to - from)) * 100;
    const [a, b] = [x(first), x(last)];
    return { x: a, w: b - a, cut: [first > -Infinity && first < from, last < Infinity && last > to], dot: ((b - a) / 100) * width < LEAST && Number.isFinite(last - first) };
  }
  function draw(each, range, width) {
    const { x, w, cut, dot } = place(each, range, width);
    const { group } = model.nodes[each.id];
    const style = `g${kg.style(group)}`;
    let mark;
    if (each.kind === "instant" || dot) {
      const picture = svg("svg", { class: `glyph ${style}`, viewBox: "-9 -9 18 18", "aria-hidden": "true" }, kg.shape(group, 5.6));
      mark = el("span", { class: `tl-mark dot ${each.kind}` }, picture);
      mark.style.left = `${x + w / 2}%`;
    } else {
      mark = el("span", { class: `tl-mark stretch ${each.kind} ${style}${cut[0] ? " cut-left" : ""}${cut[1] ? " cut-right" : ""}${each.first === -Infinity ? " open-left" : ""}${each.last === Infinity ? " open-right" : ""}` });
      mark.style.left = `${x}%`;
      mark.style.width = `${w}%`;
    }
    return { mark, x, w };
  }
  kg.timeMarks = { item, order, known, stated, when, place, draw };
})();
