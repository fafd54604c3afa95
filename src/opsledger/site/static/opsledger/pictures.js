"use strict";
// A picture opens large above the page; arrows go through all pictures of the page, Escape goes back.
(function () {
  let box = null, shown = [], at = 0, from = null;
  function pictures() {
    const found = new Map();
    document.querySelectorAll("a[data-picture]").forEach(function (link) {
      if (!found.has(link.href)) { found.set(link.href, link); }
    });
    return [...found.values()];
  }
  function button(word, sign, act) {
    const one = document.createElement("button");
    one.type = "button"; one.className = "btn picture-" + act; one.textContent = sign; one.setAttribute("aria-label", word);
    return one;
  }
  function make() {
    box = document.createElement("dialog");
    box.className = "picture-box"; box.setAttribute("aria-label", "图片");
    const bar = document.createElement("div"), words = document.createElement("span"), whole = document.createElement("a");
    bar.className = "picture-bar"; words.className = "picture-words"; words.setAttribute("aria-live", "polite");
    whole.className = "btn btn-sm"; whole.textContent = "打开原图"; whole.target = "_blank"; whole.rel = "noopener";
    const close = button("关闭", "关闭", "close"), picture = document.createElement("img");
    close.classList.add("btn-sm");
    const back = button("上一张", "‹", "back"), next = button("下一张", "›", "next");
    bar.append(words, whole, close);
    box.append(bar, picture, back, next);
    document.body.append(box);
    close.addEventListener("click", () => box.close());
    back.addEventListener("click", () => go(-1));
    next.addEventListener("click", () => go(1));
    box.addEventListener("click", function (event) { if (event.target === box) { box.close(); } });
    box.addEventListener("close", function () { picture.removeAttribute("src"); if (from) { from.focus(); } });
    box.addEventListener("keydown", function (event) {
      if (event.key === "ArrowLeft") { event.preventDefault(); go(-1); }
      if (event.key === "ArrowRight") { event.preventDefault(); go(1); }
    });
    picture.addEventListener("error", function () { if (picture.getAttribute("src")) { words.textContent = "这张图片打不开，请点“打开原图”。"; } });
  }
  function go(step) {
    const to = at + step;
    if (to < 0 || to >= shown.length) { return; }
    at = to;
    const link = shown[at], picture = box.querySelector("img");
    picture.src = link.href; picture.alt = link.dataset.picture;
    box.querySelector(".picture-words").textContent = (shown.length > 1 ? at + 1 + " / " + shown.length + "　" : "") + link.dataset.picture;
    box.querySelector("a").href = link.href;
    box.querySelector(".picture-back").hidden = at === 0;
    box.querySelector(".picture-next").hidden = at === shown.length - 1;
  }
  document.addEventListener("click", function (event) {
    const link = event.target.closest && event.target.closest("a[data-picture]");
    if (!link || event.button || event.ctrlKey || event.metaKey || event.shiftKey || !window.HTMLDialogElement) { return; }
    event.preventDefault();
    if (!box) { make(); }
    from = link; shown = pictures();
    at = shown.findIndex((one) => one.href === link.href);
    go(0);
    box.showModal();
  });
})();
