// A page that is served opens anew when it is told of a newer version; its address keeps what it shows.
(() => {
  const news = new EventSource("news");
  news.addEventListener("message", (event) => {
    if (event.data === kg.data.served) return;
    news.close();
    location.reload();
  });
})();
