// The ways to see: each view is a panel with a tab, one is shown at a time.
(() => {
  const { $, el, state } = kg;
  const views = [];
  let shown = null;
  kg.words({ zh: { views: "视图" }, en: { views: "Views" } });
  kg.view = (view) => { views.push({ tab: null, element: null, mounted: false, ...view }); };
  const usable = () => views.filter((view) => view.tab);
  const find = (id) => usable().find((view) => view.id === id) || usable()[0];

  function make() {
    for (const view of views.filter(({ when }) => !when || when())) {
      view.element = $(`view-${view.id}`) || el("section", { id: `view-${view.id}` });
      for (const [key, value] of Object.entries({ class: "view", role: "tabpanel", "aria-labelledby": `tab-${view.id}`, hidden: "" })) view.element.setAttribute(key, value);
      $("stage").append(view.element);
      view.tab = kg.button({
        id: `tab-${view.id}`, role: "tab", "aria-controls": `view-${view.id}`, "aria-selected": "false", tabindex: "-1",
        onclick: () => state.set({ view: view.id }),
      }, kg.icon(view.icon), el("span"));
      $("tabs").append(view.tab);
    }
    $("tabs").hidden = usable().length < 2;
  }
  function name() {
    for (const view of usable()) view.tab.lastChild.textContent = view.label[state.lang];
  }
  function show(view) {
    if (shown) { shown.element.hidden = true; if (shown.hide) shown.hide(); }
    for (const each of usable()) {
      each.tab.setAttribute("aria-selected", String(each === view));
      each.tab.tabIndex = each === view ? 0 : -1;
    }
    view.tab.scrollIntoView({ block: "nearest", inline: "nearest" });
    shown = view;
    kg.root.dataset.view = view.id;
    view.element.hidden = false;
    if (!view.mounted) { view.mounted = true; view.mount(view.element); }
    if (view.show) view.show();
  }
  function step(event) {
    const all = usable();
    const at = all.indexOf(shown);
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: all.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    const next = all[(to + all.length) % all.length];
    state.set({ view: next.id }, { push: false });
    next.tab.focus();
  }
  kg.on((changed, how) => {
    if (!views.length) return;
    if (how.start) { make(); $("tabs").addEventListener("keydown", step); }
    if (changed.has("lang")) name();
    const wanted = find(state.view);
    if (wanted !== shown) { show(wanted); wanted.refresh(state, new Set([...Object.keys(state), "shown"]), how); }
    else shown.refresh(state, changed, how);
  });
  // Where the keyboard goes when the panel lets go of it.
  kg.focusView = () => { if (shown.focus) shown.focus(); else shown.tab.focus(); };
  kg.expose({ get views() { return usable().map(({ id }) => id); } });
})();
