// Rows to take along: as text for a spreadsheet, or as a file. Nothing in it is what one would take for a formula.
(() => {
  const { el } = kg;
  kg.words({
    zh: { copy: "复制", csv: "下载 CSV", copied: (n) => `已复制 ${n} 行`, refused: "浏览器不允许复制", instead: "浏览器不允许复制，请改用下载" },
    en: { copy: "Copy", csv: "Download CSV", copied: (n) => `${kg.many(n, "row")} copied`, refused: "The browser does not allow copying here", instead: "The browser does not allow copying here; download instead" },
  });
  const safe = (text) => (/^[=+\-@\t\r]/.test(text) && !/^-?[\d.]+$/.test(text) ? `'${text}` : text);
  kg.csv = (lines) => lines.map((cells) => cells.map(safe).map((text) => (/[",\r\n]/.test(text) ? `"${text.replace(/"/g, '""')}"` : text)).join(",")).join("\r\n");
  kg.download = (lines, name) => {
    const url = URL.createObjectURL(new Blob(["\ufeff", kg.csv(lines), "\r\n"], { type: "text/csv" }));
    el("a", { href: url, download: `${name.replace(/[\\/:*?"<>|\s]+/g, " ").trim() || "kg"}.csv` }).click();
    setTimeout(() => URL.revokeObjectURL(url), 1000);
  };
  // Where the clipboard is refused, as in the frame of a notebook, by way of a selection.
  async function toClipboard(text) {
    try { await navigator.clipboard.writeText(text); return true; } catch {
      const focused = document.activeElement;
      const area = el("textarea", { class: "unseen" });
      area.value = text;
      document.body.append(area);
      area.select();
      const done = document.execCommand("copy");
      area.remove();
      focused?.focus();
      return done;
    }
  }
  kg.copy = async (text, done, failed = kg.say("refused")) => kg.announce(await toClipboard(text) ? done : failed);
  kg.copyRows = (lines) => {
    const text = lines.map((cells) => cells.map(safe).map((cell) => cell.replace(/\s/g, " ")).join("\t")).join("\n");
    return kg.copy(text, kg.say("copied", lines.length - 1), kg.say("instead"));
  };
})();
