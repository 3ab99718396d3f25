// Values of time as people write them in both languages. Made of words of our own, since those of browsers differ.
(() => {
  const MONTHS = "January February March April May June July August September October November December".split(" ");
  const thousands = (digits) => digits.replace(/\B(?=(\d{3})+$)/g, ",");
  const joined = (first, last, mixed) => (/ /.test(mixed ? first + last : first) ? `${first} – ${last}` : `${first}–${last}`);
  // A year of five digits or more is grouped; 0000 is the year before 1 (XSD 1.1).
  const long = (year) => (year.length > 4 ? thousands(year) : year);
  // Marks of quotation within others are single.
  const inner = (text) => text.replace(/[“”]/g, (mark) => (mark === "“" ? "‘" : "’"));
  kg.words({
    zh: {
      from: (text) => (/[\d)]$/.test(text) ? `${text} 起` : `${text}起`), until: (text) => `至${text}`, quoted: (text) => `“${inner(text)}”`, aside: (text) => `（${text}）`, since: (text) => `公元${text}`,
      dateYear: (n, before) => `${before ? "公元前" : ""}${n}年`, dateMonth: (n) => `${n}月`, dateDay: (n) => `${n}日`,
      inY: "年", inM: "个月", inD: "天", inh: "小时", inm: "分钟", ins: "秒",
    },
    en: {
      from: (text) => `from ${text}`, until: (text) => `until ${text}`, quoted: (text) => `“${inner(text)}”`, aside: (text) => ` (${text})`, since: (text) => `AD ${text}`,
      dateYear: (n, before) => `${n}${before ? " BC" : ""}`, dateMonth: (n) => MONTHS[n - 1], dateDay: (n) => n,
      inY: "year", inM: "month", inD: "day", inh: "hour", inm: "minute", ins: "second",
    },
  });

  // Wall clock in milliseconds, read with UTC methods. `Date.UTC` would take the year 20 for 1920.
  kg.moment = (year, month = 0, ...rest) => {
    const date = new Date(Date.UTC(2000, month, ...rest));
    return date.setUTCFullYear(date.getUTCFullYear() - 2000 + year);
  };

  // Year, month, day of dateTime, date, gYearMonth, gYear; --MM-DD, --MM, ---DD; hh:mm:ss; an offset with any of them.
  const CLOCK = "(\\d\\d:\\d\\d)(?::(\\d\\d(?:\\.\\d+)?))?";
  const VALUE = new RegExp(`^(?:(-?\\d{4,})(?:-(\\d\\d)(?:-(\\d\\d))?)?|--(\\d\\d)(?:-(\\d\\d))?|---(\\d\\d))?(?:(?:^|[T ])${CLOCK})?(Z|[+-]\\d\\d:\\d\\d)?$`);
  function parsed(text) {
    const [whole, year, month, day, monthAlone, dayOfMonth, dayAlone, clock, seconds, offset] = text.match(VALUE) || [];
    if (!whole) return null;
    const [m, d] = [Number(month || monthAlone || 0), Number(day || dayOfMonth || dayAlone || 0)];
    const time = clock ? clock + (/[1-9]/.test(seconds || "") ? `:${seconds.replace(/(\.\d*?)0+$/, "$1").replace(/\.$/, "")}` : "") : "";
    return m > 12 || d > 31 ? null : { year: year || "", month: m, day: d, time, offset: offset || "" };
  }
  function yearOf(text) {
    const n = BigInt(text);
    return n > 0n ? kg.say("dateYear", long(String(n)), false) : kg.say("dateYear", long(String(1n - n)), true);
  }
  // What stands in the commonest zone of the data does not say so.
  function zoned(text, { offset }) {
    if (!offset || offset === kg.model.zone) return text;
    const [, sign, hours, minutes] = offset.match(/^([+-])(\d\d):(\d\d)$/) || [];
    const same = !sign || (hours === "00" && minutes === "00");
    return text + kg.say("aside", same ? "UTC" : `UTC${sign === "-" ? "−" : "+"}${Number(hours)}${minutes === "00" ? "" : `:${minutes}`}`);
  }
  function date({ year, month, day }) {
    const parts = [year && yearOf(year), month && kg.say("dateMonth", month), day && kg.say("dateDay", day)].filter(Boolean);
    return kg.state.lang === "zh" ? parts.join("") : parts.reverse().join(" ");
  }
  const told = (value) => [date(value), value.time].filter(Boolean).join(kg.state.lang === "zh" ? " " : ", ");
  const plain = (text) => { const value = parsed(text); return value ? zoned(told(value), value) : text; };

  // Of an interval what both ends share is told once: the day, or month and year, or the year.
  function between(a, b) {
    const zh = kg.state.lang === "zh";
    const same = (key) => a[key] && a[key] === b[key];
    if (a.year && b.year && BigInt(a.year) <= 0n && BigInt(b.year) > 0n) return joined(zoned(told(a), a), zoned(kg.say("since", told(b)), b), true);
    const alike = ["month", "day", "time"].every((key) => Boolean(a[key]) === Boolean(b[key])) && a.year && b.year;
    if (a.offset !== b.offset || !alike) return joined(zoned(told(a), a), zoned(told(b), b), true);
    if (told(a) === told(b)) return zoned(told(a), a);
    const sameDay = same("year") && same("month") && same("day");
    if (sameDay) return zoned(`${told(a)}–${b.time}`, a);
    if (zh && same("year")) return zoned(joined(told(a), told({ ...b, year: "", month: !a.time && same("month") && b.day ? 0 : b.month })), a);
    if (a.time || !same("year") || !b.month) {
      const short = !b.month && BigInt(a.year) > 0n; // 2019–2020年
      return zoned(short ? `${zh ? told(a).slice(0, -1) : told(a)}–${told(b)}` : joined(told(a), told(b)), a);
    }
    return zoned(joined(told({ ...a, year: "", month: b.day && same("month") ? 0 : a.month }), told(b)), a);
  }

  kg.datetime = plain;
  // A time of a node: whole days by their dates, open ends in words, words of the source if there is nothing else.
  kg.when = ({ start, end, stated }) => {
    if (!start && !end) return stated.length ? kg.pick(Object.fromEntries(stated.map(({ lang, text }) => [lang, text]))).text : "";
    const [a, b] = [parsed(start), parsed(end)];
    const opens = !a || !a.time || a.time === "00:00";
    const closes = !b || !b.time || /^(24:00|23:59(:59.*)?)$/.test(b.time);
    const whole = opens && closes && start !== end;
    const [first, last] = [a, b].map((value) => (value && whole ? { ...value, time: "" } : value));
    if (!end) return kg.say("from", zoned(told(first), a));
    if (!start) return kg.say("until", zoned(told(last), b));
    return start === end ? plain(start) : between(first, last);
  };

  // A duration with its parts that are not nothing; one that is none in seconds.
  kg.duration = (text) => {
    const found = text.match(/^(-?)P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?$/);
    if (!found || !/\d/.test(text)) return text;
    const parts = ["Y", "M", "D", "h", "m", "s"].map((unit, i) => [found[i + 2], unit]).filter(([n]) => n && /[1-9]/.test(n));
    const zh = kg.state.lang === "zh";
    const some = parts.length ? parts : [["0", "s"]];
    return (found[1] && parts.length ? "−" : "") + some.map(([n, unit]) => `${thousandsOf(n)} ${kg.say(`in${unit}`)}${zh || Number(n) === 1 ? "" : "s"}`).join(" ");
  };

  // A number with its digits in groups of three, none changed; `most` digits stay together.
  function thousandsOf(text, most = 4) {
    const [, sign, digits, rest] = text.match(/^([+-]?)(\d+)((?:\.\d*)?)$/) || [];
    return digits === undefined ? text : (sign === "-" ? "−" : sign) + (digits.length > most ? thousands(digits) : digits) + rest;
  }
  kg.number = thousandsOf;
  // A quantity; in Chinese ten thousands and hundred millions by their names if nothing is left over.
  kg.quantity = (text) => {
    const [, digits, unit] = text.match(/^(\d+?)(0{8}|0{4})(?:\.0*)?$/) || [];
    return kg.state.lang === "zh" && digits && Number(digits) ? `${thousandsOf(digits, 3)} ${unit.length === 8 ? "亿" : "万"}` : thousandsOf(text, 3);
  };

  kg.expose({
    datetime: kg.datetime, duration: kg.duration, number: kg.number, quantity: kg.quantity,
    when: (start, end) => kg.when({ start, end, stated: [] }),
  });
})();
