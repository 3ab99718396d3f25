// Of a large graph: the way back to the overview, and how much of the graph the picture shows.
(() => {
  const { $, el, model, scene, state } = kg;
  if (!scene.large) return;
  kg.words({
    zh: {
      trailName: "所在位置", trailHome: "总览", trailMarked: "突出显示的节点", trailShown: (n, all) => `${all} 个节点中显示 ${n} 个`,
      trailGroups: (n, all) => `${all} 个节点，归为 ${n} 组；点选一组可打开`, trailAt: (what, text) => `${what}：${text}`,
    },
    en: {
      trailName: "Where you are", trailHome: "Overview", trailMarked: "Highlighted nodes", trailShown: (n, all) => `${n} of ${all} nodes shown`,
      trailGroups: (n, all) => `${all} nodes in ${n} groups; click a group to open it`, trailAt: (what, text) => `${what}: ${text}`,
    },
  });
  const nav = el("nav", { class: "trail" });
  $("view-network").append(nav);
  const number = (n) => n.toLocaleString("en");
  function told() {
    const all = number(model.visible().nodes.length);
    const items = scene.items.filter(({ kind }) => kind !== "more");
    return scene.opened ? kg.say("trailShown", number(items.length), all) : kg.say("trailGroups", items.length, all);
  }
  // The part that was opened last, and the node that was.
  function crumbs() {
    const steps = state.open.map((text) => ({ text, ...scene.parsed(text) }));
    const part = steps.filter((step) => step.part).at(-1);
    const id = state.selected >= 0 ? state.selected : steps.filter((step) => step.id >= 0).at(-1)?.id ?? -1;
    return [
      ...(part ? [{ name: scene.partName(part.part), open: [part.text] }] : []),
      ...(id >= 0 ? [{ name: kg.nodeName(id) }] : scene.marked && !part ? [{ name: kg.say("trailMarked") }] : []),
    ];
  }
  function show() {
    const all = crumbs();
    const up = (open, name) => kg.button({ class: "plain", onclick: () => { state.set({ open, selected: -1 }); kg.focusView(); } }, name);
    const home = state.open.length || state.selected >= 0 ? up([], kg.say("trailHome")) : el("span", {}, kg.say("trailHome"));
    nav.setAttribute("aria-label", kg.say("trailName"));
    nav.replaceChildren(home, ...all.flatMap(({ name, open }, i) => [
      el("span", { "aria-hidden": "true" }, "›"),
      open && i < all.length - 1 ? up(open, name) : el("b", {}, name),
    ]), el("small", {}, told()));
  }
  kg.on((changed, how) => {
    if (!changed.has("lang") && !scene.changing(changed)) return;
    show();
    if (!how.start && changed.has("open") && state.selected < 0) kg.announce(kg.say("trailAt", crumbs().at(-1)?.name ?? kg.say("trailHome"), told()));
  });
  kg.expose({ get trail() { return [...nav.children].map(({ textContent }) => textContent); } });
})();
