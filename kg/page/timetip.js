// What a mark of the timeline says in full while it is pointed at or has the keyboard; it can be pointed at too, and Escape puts it away.
(() => {
  const { el, timeMarks, model } = kg;
  let tip = null;
  let host = null;
  let timer = 0;
  let owner = null;
  function hide() {
    clearTimeout(timer);
    const was = Boolean(owner);
    if (owner) owner.removeAttribute("aria-describedby");
    owner = null;
    if (tip) tip.hidden = true;
    return was;
  }
  function show(row, each) {
    if (row === owner || !row.isConnected) return;
    hide();
    owner = row;
    const quoted = timeMarks.stated(each).slice(0, 3).map((fact) => kg.spoken({ text: kg.say("timeSource", fact.text), lang: fact.lang }, "p", { class: "quote" }));
    const when = each.kind === "words" ? [] : [el("p", {}, [timeMarks.when(each), timeMarks.known(each)].filter(Boolean).join(" · "))];
    tip.replaceChildren(el("p", { class: "name" }, kg.spoken(kg.pick(model.nodes[each.id].labels))), ...when, ...quoted);
    tip.hidden = false;
    row.setAttribute("aria-describedby", tip.id);
    place(row);
  }
  // Below its row, or above if there is no room; touching it, so that the pointer can go there.
  function place(row) {
    const box = host.getBoundingClientRect();
    const at = row.getBoundingClientRect();
    const mark = (row.querySelector(".tl-mark") || row.querySelector(".tl-plot")).getBoundingClientRect();
    const x = Math.max(mark.left, at.left) - box.left + Math.min(mark.width, 40) / 2 - 24;
    const below = at.bottom - box.top - 5;
    tip.style.left = `${Math.max(8, Math.min(box.width - tip.offsetWidth - 16, x))}px`;
    tip.style.top = `${below + tip.offsetHeight < box.height ? below : at.top - box.top - tip.offsetHeight + 5}px`;
  }
  // After scrolling: with the keyboard it goes along, with the pointer it was of another row.
  const follow = () => { if (owner && owner === document.activeElement) place(owner); else hide(); };
  const later = (what, ms) => { clearTimeout(timer); timer = setTimeout(what, ms); };
  function over(element, list, itemOf) {
    host = element;
    tip = el("div", { id: "tl-tip", class: "tl-tip", role: "tooltip", hidden: true });
    host.append(tip);
    const rowOf = (event) => event.target.closest?.(".tl-row");
    list.addEventListener("pointerover", (event) => {
      const row = rowOf(event);
      if (row && event.pointerType === "mouse") later(() => show(row, itemOf(row)), owner ? 220 : 120);
    });
    list.addEventListener("pointerleave", () => later(hide, 250));
    tip.addEventListener("pointerenter", () => clearTimeout(timer));
    tip.addEventListener("pointerleave", () => later(hide, 250));
    list.addEventListener("focusin", (event) => { const row = rowOf(event); if (row?.matches(":focus-visible")) { clearTimeout(timer); show(row, itemOf(row)); } });
    list.addEventListener("focusout", () => hide());
    document.addEventListener("keydown", (event) => { if (event.key === "Escape" && owner && !host.contains(event.target)) { hide(); event.preventDefault(); } }, true);
  }
  kg.words({ zh: { timeSource: (text) => `原文：“${text}”` }, en: { timeSource: (text) => `In the source: “${text}”` } });
  kg.timeTip = { show, hide, over, follow };
})();
