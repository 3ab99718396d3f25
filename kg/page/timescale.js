// Time on an axis: calendar steps, ticks as people write dates, values of the filter. Milliseconds are wall clock, read with UTC methods.
(() => {
  const { two, moment } = kg;
  const MINUTE = 60000;
  const HOUR = 60 * MINUTE;
  const DAY = 24 * HOUR;
  const LENGTH = { minute: MINUTE, hour: HOUR, day: DAY, month: 30.44 * DAY, year: 365.2425 * DAY };
  const UNITS = Object.keys(LENGTH);
  const COUNTS = { minute: [1, 5, 15, 30], hour: [1, 3, 6, 12], day: [1, 2, 5, 10], month: [1, 3, 6], year: [1, 2, 5].flatMap((n) => [0, 1, 2, 3, 4, 5].map((power) => n * 10 ** power)).sort((a, b) => a - b) };
  const STEPS = UNITS.flatMap((unit) => COUNTS[unit].map((count) => ({ unit, count, length: count * LENGTH[unit] })));
  const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
  const DATES = { least: -8.64e15, most: 8.64e15 };

  function parts(time) {
    const date = new Date(time);
    return { year: date.getUTCFullYear(), month: date.getUTCMonth(), day: date.getUTCDate(), hour: date.getUTCHours(), minute: date.getUTCMinutes() };
  }
  // Steps of days begin anew with each month, without a short one at its end.
  const lastDay = (count) => (count === 1 ? 31 : 1 + count * (Math.floor(30 / count) - 1));
  // The beginning of the step in which a time lies.
  function floor({ unit, count }, time) {
    const { year, month, day } = parts(time);
    const whole = (n) => Math.floor(n / count) * count;
    if (unit === "year") return moment(whole(year));
    if (unit === "month") return moment(year, whole(month));
    if (unit === "day") return moment(year, month, Math.min(1 + whole(day - 1), lastDay(count)));
    const start = moment(year, month, day);
    return start + Math.floor((time - start) / (count * LENGTH[unit])) * count * LENGTH[unit];
  }
  // The beginning of the step after that which begins at `time`.
  function next(step, time) {
    const { year, month, day } = parts(time);
    if (step.unit === "year") return moment(year + step.count);
    if (step.unit === "month") return moment(year, month + step.count);
    if (step.unit !== "day") return time + step.count * LENGTH[step.unit];
    const later = moment(year, month, day + step.count);
    return parts(later).month !== month || day >= lastDay(step.count) ? moment(year, month + 1) : later;
  }
  const one = (unit) => ({ unit, count: 1 });
  // The finest step of which each has at least so many pixels.
  const stepFor = ([from, to], width, least) => STEPS.find(({ length }) => (length / (to - from)) * width >= least) || STEPS[STEPS.length - 1];
  const unitFor = ([from, to], width) => UNITS.find((unit) => (LENGTH[unit] / (to - from)) * width >= 5) || "year";
  function starts(step, [from, to]) {
    const found = [];
    for (let at = floor(step, from); at <= to && found.length < 4000; at = next(step, at)) found.push(at);
    return found;
  }

  // ---- words -----------------------------------------------------------------------------------------
  const clock = ({ hour, minute }) => `${two(hour)}:${two(minute)}`;
  const WRITE = {
    zh: {
      year: ({ year }) => (year > 0 ? `${year}年` : `公元前${1 - year}年`),
      month: ({ month }) => `${month + 1}月`,
      day: ({ month, day }) => `${month + 1}月${day}日`,
      join: (year, rest, hour) => `${year}${rest}${hour && ` ${hour}`}`,
    },
    en: {
      year: ({ year }) => (year > 0 ? String(year) : `${1 - year} BC`),
      month: ({ month }) => MONTHS[month],
      day: ({ month, day }) => `${day} ${MONTHS[month]}`,
      join: (year, rest, hour) => `${rest}${rest && " "}${year}${hour && `, ${hour}`}`,
    },
  };
  // What is written at a tick: the coarsest that begins there.
  function tickText(time, unit, lang) {
    const at = parts(time);
    const write = WRITE[lang];
    if (unit === "year" || (unit === "month" && at.month === 0)) return write.year(at);
    if (unit === "month") return write.month(at);
    return unit === "day" || (at.hour === 0 && at.minute === 0) ? write.day(at) : clock(at);
  }
  const isMajor = (time, unit) => {
    const { month, day, hour, minute } = parts(time);
    return { minute: hour + minute === 0, hour: hour + minute === 0, day: day === 1, month: month === 0, year: false }[unit];
  };
  function ticks(range, width, lang) {
    const step = stepFor(range, width, lang === "zh" ? 62 : 56);
    const x = (time) => ((time - range[0]) / (range[1] - range[0])) * 100;
    const room = (56 / width) * 100;
    const found = [];
    for (const time of starts(step, range).filter((each) => each >= range[0])) {
      const tick = { time, x: x(time), text: tickText(time, step.unit, lang), major: isMajor(time, step.unit) };
      const before = found[found.length - 1];
      if (before && tick.x - before.x < room) { if (!tick.major) continue; found.pop(); }
      found.push(tick);
    }
    return found;
  }
  // What the ticks leave unsaid: the year or, within a day, the date.
  function context([from, to], width, lang) {
    const { unit } = stepFor([from, to], width, 60);
    const [a, b] = [parts(from), parts(to)];
    const write = WRITE[lang];
    if (unit === "year") return "";
    if (["minute", "hour"].includes(unit) && floor(one("day"), from) === floor(one("day"), to)) return write.join(write.year(a), write.day(a), "");
    return a.year === b.year ? write.year(a) : `${write.year(a)} – ${write.year(b)}`;
  }
  // The value for the period of a unit in which a time lies, or for the very minute.
  function value(time, unit) {
    const { year, month, day, hour, minute } = parts(time);
    const date = [`${year < 0 ? "-" : ""}${String(Math.abs(year)).padStart(4, "0")}`, two(month + 1), two(day)];
    const depth = { year: 1, month: 2 }[unit] || 3;
    return `${date.slice(0, depth).join("-")}${unit === "hour" || unit === "minute" ? `T${clock({ hour, minute })}` : ""}`;
  }
  // The unit of which two times are the beginning and the end, if they are; the end may be told to the second.
  const wholeUnit = (from, to) => ["year", "month", "day"].find((unit) => floor(one(unit), from) === from && Math.abs(next(one(unit), from) - 1 - to) < 60000);

  // Where most are: the shortest stretch with half of the beginnings, grown until the next is far off, so that what is far away does not squash the rest.
  function opening(items) {
    if (!items.length) return [0, DAY];
    const sorted = items.map(({ key, first, last }) => ({ key, length: Number.isFinite(last - first) ? last - first : 0, last })).sort((a, b) => a.key - b.key);
    const half = Math.ceil(sorted.length / 2);
    let low = 0;
    for (let i = 1; i + half <= sorted.length; i += 1) {
      if (sorted[i + half - 1].key - sorted[i].key < sorted[low + half - 1].key - sorted[low].key) low = i;
    }
    let high = low + half - 1;
    const lengths = sorted.slice(low, high + 1).map(({ length }) => length).sort((a, b) => a - b);
    const usual = lengths[Math.floor(lengths.length * 0.75)];
    for (let grown = true; grown;) {
      const far = Math.max(sorted[high].key - sorted[low].key, usual, DAY);
      grown = true;
      if (low > 0 && sorted[low].key - sorted[low - 1].key <= far) low -= 1;
      else if (high < sorted.length - 1 && sorted[high + 1].key - sorted[high].key <= far) high += 1;
      else grown = false;
    }
    const [from, to] = [sorted[low].key, sorted[high].key];
    const most = to + Math.max(to - from, usual);
    const ends = sorted.slice(low, high + 1).map(({ last }) => last).filter((last) => last <= most);
    return padded([from, ends.reduce((a, b) => Math.max(a, b), to)]);
  }
  function padded([from, to]) {
    const aside = to - from < HOUR ? 6 * HOUR : (to - from) * 0.04;
    return [Math.max(DATES.least, from - aside), Math.min(DATES.most, to + aside)];
  }
  kg.timescale = { MINUTE, DAY, LENGTH, floor, next, one, stepFor, unitFor, starts, ticks, context, value, wholeUnit, opening, padded };
})();
