// On paper: canvases have the dots that a printer has. Runs before glyphs.js, which has all drawn anew for print.
(() => {
  const DOTS = 3; // for each dot of a plain screen
  const own = Object.getOwnPropertyDescriptor(window, "devicePixelRatio");
  addEventListener("beforeprint", () => {
    const dots = Math.max(DOTS, window.devicePixelRatio || 1);
    Object.defineProperty(window, "devicePixelRatio", { configurable: true, get: () => dots });
  });
  addEventListener("afterprint", () => {
    if (own) Object.defineProperty(window, "devicePixelRatio", own); else delete window.devicePixelRatio;
  });
})();
