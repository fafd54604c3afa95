"use strict";
// File fields: they speak Chinese, take pasted screenshots and dropped files beside chosen ones, and tell the
// server's limits before anything is sent.  Without this script they are the browser's own.
(function () {
  const held = new WeakMap();  // field -> the files it holds; a second choice adds to the first
  const MANY = "button:not([type=button]), input[type=submit]";
  const can = typeof DataTransfer !== "undefined";
  const mouse = window.matchMedia("(pointer: fine)").matches;

  function size(bytes) {
    if (bytes < 1024) { return bytes + " 字节"; }
    return bytes < 1024 * 1024 ? Math.ceil(bytes / 1024) + " KB" : (bytes / 1024 / 1024).toFixed(1) + " MB";
  }
  const ending = (name) => (name.includes(".") ? name.split(".").pop().toLowerCase() : "");
  const field = (input) => input.closest(".file-field");

  // Whether the field itself asks for this kind of file.
  function wanted(input, file) {
    const kinds = (input.accept || "").split(",").map((one) => one.trim().toLowerCase()).filter(Boolean);
    return !kinds.length || kinds.some(function (kind) {
      if (kind.startsWith(".")) { return "." + ending(file.name) === kind; }
      return kind.endsWith("/*") ? file.type.startsWith(kind.slice(0, -1)) : file.type === kind;
    });
  }
  // Why a file is not taken; "" if it is.
  function refusal(input, file) {
    const most = Number(input.dataset.mostMb), endings = (input.dataset.endings || "").split(" ").filter(Boolean);
    const name = "“" + file.name + "”";
    if (!file.size) { return name + "是空文件，没有加入。"; }
    if (most && file.size > most * 1024 * 1024) { return name + "有 " + size(file.size) + "，超过单个文件 " + most + " MB 的上限，没有加入。"; }
    if (!wanted(input, file)) { return name + "不是这里要的类型，没有加入。" + (input.accept === "image/*" ? "请选图片。" : "请选 " + input.accept.replaceAll(",", "、") + " 文件。"); }
    if (endings.length && !endings.includes(ending(file.name))) { return name + "这类文件不能上传，没有加入。可以压缩成 zip 再传。"; }
    return "";
  }
  const same = (one, other) => one.name === other.name && one.size === other.size && one.lastModified === other.lastModified;

  function add(input, given) {
    const before = input.multiple ? held.get(input) || [] : [], now = [...before], told = [];
    const most = Number(input.dataset.mostFiles) || (input.multiple ? 0 : 1);
    let left = 0;
    for (const file of given) {
      if (now.some((one) => same(one, file))) { continue; }
      const why = refusal(input, file);
      if (why) { told.push(why); } else if (most && now.length >= most) { left += 1; } else { now.push(file); }
    }
    if (left) { told.push(input.multiple ? "一次最多 " + most + " 个文件，还有 " + left + " 个没有加入，请分次补充。" : "这里只能放一个文件，其余没有加入。"); }
    // A single field keeps what it had when the new one is refused.
    keep(input, now.length || input.multiple ? now : held.get(input) || []);
    say(input, told.join(""), Math.max(0, now.length - before.length));
  }
  function keep(input, files) {
    const carried = new DataTransfer();
    files.forEach((file) => carried.items.add(file));
    input.files = carried.files;
    held.set(input, files);
    show(input);
  }
  function say(input, refused, added) {
    const place = field(input).querySelector(".file-refused");
    place.textContent = refused;
    place.hidden = !refused;
    const number = input.files.length;
    field(input).querySelector("[role=status]").textContent = added ? "已加入 " + added + " 个，共 " + number + " 个文件。" : "共 " + number + " 个文件。";
  }

  function row(input, file) {
    const line = document.createElement("li"), name = document.createElement("span"), drop = document.createElement("button");
    if (file.type.startsWith("image/")) {
      const picture = document.createElement("img"), url = URL.createObjectURL(file);
      picture.alt = ""; picture.src = url;
      picture.addEventListener("load", () => URL.revokeObjectURL(url));
      picture.addEventListener("error", () => { URL.revokeObjectURL(url); picture.remove(); });
      line.append(picture);
    }
    name.className = "file-list-name"; name.textContent = file.name; name.title = file.name;
    const bytes = document.createElement("span");
    bytes.className = "text-secondary text-nowrap"; bytes.textContent = size(file.size);
    drop.type = "button"; drop.className = "btn-close"; drop.setAttribute("aria-label", "移除 " + file.name);
    drop.addEventListener("click", function () {
      const rest = held.get(input).filter((one) => one !== file), at = held.get(input).indexOf(file);
      keep(input, rest);
      say(input, "", 0);
      const next = field(input).querySelectorAll(".file-list .btn-close");
      (next[Math.min(at, next.length - 1)] || input).focus();
    });
    line.append(name, bytes, drop);
    return line;
  }
  function show(input) {
    const files = held.get(input) || [], box = field(input);
    const empty = input.multiple && mouse && can ? "可粘贴截图、拖入文件" : "未选择文件";
    box.querySelector(".file-choice-names").textContent = files.length ? "已选 " + files.length + " 个" : empty;
    box.querySelector(".file-list").replaceChildren(...files.map((file) => row(input, file)));
  }

  // The browser's own file chooser speaks the system's language: show ours, list what was chosen.
  function dress(input) {
    if (field(input) || input.classList.contains("visually-hidden")) { return; }
    const box = document.createElement("div");
    box.className = "file-field";
    box.innerHTML = '<label class="form-control file-choice"><span class="file-choice-button"></span><span class="file-choice-names text-truncate"></span></label>' +
      '<div class="invalid-feedback d-block file-refused" role="alert" hidden></div><ul class="file-list list-unstyled mb-0"></ul><span class="visually-hidden" role="status" aria-live="polite"></span>';
    box.querySelector(".file-choice-button").textContent = input.multiple ? "选择文件（可多选）" : "选择文件";
    if (input.classList.contains("flex-fill")) { box.classList.add("flex-fill"); }
    input.before(box);
    box.querySelector("label").prepend(input);
    input.classList.add("visually-hidden");
    input.addEventListener("change", function () {
      if (!can) { held.set(input, [...input.files]); show(input); return; }
      add(input, [...input.files]);
    });
    input.form?.addEventListener("reset", function () { setTimeout(function () { if (can) { keep(input, []); say(input, "", 0); } }); });
    show(input);
  }
  const dressAll = (root) => root.querySelectorAll("input[type=file]").forEach(dress);
  dressAll(document);
  document.addEventListener("htmx:load", (event) => dressAll(event.detail.elt));
  if (!can) { return; }

  // The field of a form that takes a file; where there are several, the first that asks for its kind.
  const fields = (root) => [...root.querySelectorAll(".file-field input[type=file]")].filter((one) => !one.disabled && one.closest("label").offsetParent !== null);
  function spread(found, files) {
    const given = new Map();
    files.forEach(function (file) {
      const input = found.find((one) => wanted(one, file)) || found[0];
      given.set(input, [...(given.get(input) || []), file]);
    });
    given.forEach((some, input) => add(input, some));
    field([...given.keys()][0]).scrollIntoView({ block: "nearest" });
  }
  // Where something pasted or dropped belongs: its own form, else the only one of the page.
  function place(target) {
    const form = target.closest && target.closest("form");
    const own = form ? fields(form) : [];
    if (own.length || (form && form.matches("[method=post]"))) { return own; }
    const forms = new Set(fields(document).map((one) => one.form));
    return forms.size === 1 ? fields([...forms][0]) : [];
  }

  let number = 0, last = "";
  function named(file) {
    if (!file.type.startsWith("image/") || !/^(image|blob|)(\.\w+)?$/i.test(file.name)) { return file; }
    const two = (one) => String(one).padStart(2, "0"), at = new Date();
    const stamp = [at.getFullYear(), two(at.getMonth() + 1), two(at.getDate()), "-", two(at.getHours()), two(at.getMinutes()), two(at.getSeconds())].join("");
    number = stamp === last ? number + 1 : 1;
    last = stamp;
    const kind = file.type.slice(6).replace("jpeg", "jpg");
    return new File([file], "截图-" + stamp + (number > 1 ? "-" + number : "") + "." + kind, { type: file.type, lastModified: at.getTime() });
  }
  document.addEventListener("paste", function (event) {
    const carried = event.clipboardData, files = carried ? [...carried.files] : [];
    // Cells of a sheet carry a picture of themselves beside their words: the words are meant.
    if (!files.length || carried.getData("text/plain").trim()) { return; }
    const found = place(event.target);
    if (!found.length) { return; }
    event.preventDefault();
    spread(found, files.map(named));
  });

  const brings = (event) => event.dataTransfer && [...event.dataTransfer.types].includes("Files");
  let over = null;
  function mark(form) {
    if (over !== form) { over?.classList.remove("file-over"); form?.classList.add("file-over"); over = form; }
  }
  document.addEventListener("dragover", function (event) {
    if (!brings(event) || !fields(document).length) { return; }
    // A file let go beside the field must not carry the page away with what was typed.
    event.preventDefault();
    const found = place(event.target);
    event.dataTransfer.dropEffect = found.length ? "copy" : "none";
    mark(found.length ? found[0].form : null);
  });
  document.addEventListener("dragleave", function (event) { if (!event.relatedTarget) { mark(null); } });
  document.addEventListener("drop", function (event) {
    if (!brings(event) || !fields(document).length) { return; }
    event.preventDefault();
    mark(null);
    const found = place(event.target), box = event.target.closest(".file-field"), own = box && box.querySelector("input[type=file]");
    if (!found.length) { return; }
    const items = [...event.dataTransfer.items].filter((one) => one.kind === "file");
    const folders = items.filter((one) => one.webkitGetAsEntry && one.webkitGetAsEntry()?.isDirectory).length;
    const files = folders ? items.filter((one) => !one.webkitGetAsEntry()?.isDirectory).map((one) => one.getAsFile()) : [...event.dataTransfer.files];
    if (files.length) { spread(own ? [own] : found, files); }
    if (folders) { say(own || found[0], "不能拖入文件夹，请打开它，把里面的文件拖进来，或压缩成 zip 再传。", 0); }
  });

  // Ctrl+Enter sends what is being written, where the form has one way to be sent.
  document.addEventListener("keydown", function (event) {
    const form = event.target.form;
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.isComposing || !event.target.matches("textarea") || !form) { return; }
    if (form.method === "post" && form.querySelectorAll(MANY).length === 1) { event.preventDefault(); form.requestSubmit(); }
  });
})();
