// What travels compressed, the data and the library that draws, is unpacked before anything else starts.
await (async () => {
  const block = (id) => document.getElementById(id).textContent;
  if (!("DecompressionStream" in window)) {
    document.querySelector("main").textContent = "浏览器太旧，无法打开本页。This browser is too old for this page.";
    throw new Error("no DecompressionStream");
  }
  const bytes = (text) => (Uint8Array.fromBase64 ? Uint8Array.fromBase64(text) : Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0)));
  const unpacked = (id) => new Response(new Blob([bytes(block(id))]).stream().pipeThrough(new DecompressionStream("deflate"))).text();
  const [data, library] = await Promise.all(["data", "library"].map(unpacked));
  kg.data = JSON.parse(data);
  // The page's policy names the library by hash: no other text would run here.
  const policy = window.trustedTypes?.createPolicy("library", { createScript: (text) => text });
  const script = document.createElement("script");
  script.textContent = policy ? policy.createScript(library) : library;
  document.head.append(script);
})();
