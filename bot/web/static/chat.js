// The chat without reloading. Everything also works without this file, by form posts.
"use strict";
(() => {
  const [log, composer, text, file, chosen, typing, notice, end] =
    ["messages", "composer", "text", "file", "chosen", "typing", "notice", "bas"].map((id) => document.getElementById(id));
  if (!log) return;
  const hasKeyboard = matchMedia("(hover: hover) and (pointer: fine)").matches;
  const csrf = composer.elements.csrf.value;
  const queue = []; // what the person wrote and the server has not confirmed, oldest first
  let last = Number(log.dataset.last);
  let isSending = false;
  let source = null;
  let retry = 0;

  const make = (tag, className, content) => {
    const element = document.createElement(tag);
    if (className) element.className = className;
    if (content) element.textContent = content;
    return element;
  };
  const newToken = () => [...crypto.getRandomValues(new Uint8Array(16))].map((b) => b.toString(16).padStart(2, "0")).join("");
  const isNearEnd = () => innerHeight + scrollY > document.documentElement.scrollHeight - 200;
  const toEnd = () => end.scrollIntoView({ block: "end" });
  const say = (sentence, isWrong = false) => {
    notice.textContent = sentence;
    notice.classList.toggle("wrong", isWrong);
    if (sentence && isNearEnd()) toEnd();
  };
  const grow = () => {
    text.style.height = "auto";
    text.style.height = `${text.scrollHeight + 3}px`;
  };
  const write = (value) => {
    text.value = value;
    sessionStorage.setItem("draft", value);
    grow();
  };

  function bubble(author, writer, when, time) {
    const item = make("li", `message ${author}`);
    const meta = make("p", "meta");
    const clock = make("time", "", when);
    if (time) clock.dateTime = time;
    meta.append(make("span", "", writer), " ", clock);
    item.append(meta, make("div", "bubble"));
    return item;
  }

  function built(message) {
    const item = bubble(message.author, message.writer, message.when, message.time);
    item.id = `m${message.id}`;
    item.lastChild.innerHTML = message.html; // made safe by the server
    if (message.files.length) {
      const files = make("ul", "files");
      for (const { name, href } of message.files) {
        const line = files.appendChild(make("li"));
        if (href) Object.assign(line.appendChild(make("a", "", name)), { href, download: "" });
        else line.textContent = name;
      }
      item.append(files);
    }
    if (message.buttons.length) {
      const form = make("form", "buttons");
      for (const { label, data } of message.buttons) form.appendChild(make("button", "", label)).value = data;
      item.append(form);
    }
    return item;
  }

  // A message may come twice, from the answer to its post and from the stream: its id tells. The person's own is first
  // shown without an id; it is the one whose number falls between what was known before and the reply.
  function show(message) {
    if (document.getElementById(`m${message.id}`)) return;
    const follows = isNearEnd();
    last = Math.max(last, message.id);
    const own = message.author === "person" && [...log.querySelectorAll("[data-low]")].find(
      (item) => Number(item.dataset.low) < message.id && !(Number(item.dataset.high) <= message.id));
    if (own) {
      if (!own.querySelector(".files")) own.querySelector(".bubble").innerHTML = message.html;
      own.id = `m${message.id}`;
      delete own.dataset.low;
    } else {
      const later = [...log.children].find((item) => Number(item.id.slice(1)) > message.id || "queued" in item.dataset);
      log.insertBefore(built(message), later || null);
    }
    if (follows) toEnd();
  }

  function send(fields, shown, files = [], form = null) {
    const now = new Date();
    const item = bubble("person", "Vous", `${now.getHours()}\u00a0h\u00a0${String(now.getMinutes()).padStart(2, "0")}`);
    item.dataset.queued = "";
    if (shown) item.lastChild.append(make("p", "typed", shown));
    else item.lastChild.remove();
    if (files.length) item.appendChild(make("ul", "files")).append(...files.map((each) => make("li", "", each.name)));
    log.append(item);
    queue.push({ fields: { ...fields, csrf, token: newToken() }, shown, files, form, item });
    say("");
    toEnd();
    pump();
  }

  function body({ fields, files }) {
    const data = files.length ? new FormData() : new URLSearchParams();
    for (const [name, value] of Object.entries({ ...fields, after: last })) data.append(name, value);
    for (const each of files) data.append("file", each);
    return data;
  }

  async function pump() {
    if (isSending || !queue.length) return;
    isSending = true;
    clearTimeout(retry);
    const sent = queue[0];
    delete sent.item.dataset.queued;
    sent.item.dataset.low = sent.item.dataset.low || last;
    typing.hidden = false;
    if (isNearEnd()) toEnd();
    try {
      const answer = await fetch("/messages", { method: "POST", headers: { Accept: "application/json" }, body: body(sent) });
      if (answer.status >= 500) throw new Error(answer.statusText);
      const found = await answer.json();
      queue.shift();
      if (answer.ok) confirm(sent, found);
      else giveBack(sent, found.error);
    } catch {
      sent.item.dataset.queued = "";
      say("Pas de connexion pour l’instant. Votre message est gardé ici et partira dès que possible.", true);
      retry = setTimeout(pump, 4000);
      isSending = false;
      typing.hidden = true;
      return;
    }
    isSending = false;
    typing.hidden = !queue.length;
    pump();
  }

  function confirm({ item, form }, { messages, notice: sentence }) {
    const hadFocus = form && (form.contains(document.activeElement) || document.activeElement === document.body);
    if (messages.length) item.dataset.high = messages[messages.length - 1].id;
    for (const group of log.querySelectorAll(".assistant .buttons")) {
      if (group.compareDocumentPosition(item) & Node.DOCUMENT_POSITION_FOLLOWING) group.remove();
    }
    if (form) form.remove();
    say(sentence || "");
    messages.forEach(show);
    if (!hadFocus) return;
    if (hasKeyboard) text.focus({ preventScroll: true });
    else if (item.nextElementSibling) {
      item.nextElementSibling.tabIndex = -1;
      item.nextElementSibling.focus({ preventScroll: true });
    }
  }

  function giveBack({ item, shown, form }, sentence) {
    item.remove();
    if (form) for (const button of form.elements) button.disabled = false;
    else write([shown, text.value].filter(Boolean).join("\n"));
    say(sentence || "Votre message n’est pas parti. Rechargez la page et recommencez.", true);
  }

  function listen() {
    if (source || document.hidden) return;
    source = new EventSource(`/live?after=${last}`);
    source.onmessage = (event) => show(JSON.parse(event.data));
    source.onerror = () => {
      if (source && source.readyState === EventSource.CLOSED) {
        source = null;
        setTimeout(listen, 10000);
      }
    };
  }

  function showChosen() {
    chosen.hidden = !file.files.length;
    chosen.firstElementChild.textContent = [...file.files].map((each) => each.name).join(", ");
  }

  composer.addEventListener("submit", (event) => {
    event.preventDefault();
    const files = [...file.files];
    if (!text.value.trim() && !files.length) return text.focus();
    send({ text: text.value }, text.value.trim(), files);
    write("");
    file.value = "";
    showChosen();
  });
  log.addEventListener("submit", (event) => {
    event.preventDefault();
    const { submitter, target } = event;
    send({ button: submitter.value }, submitter.textContent, [], target);
    for (const button of target.elements) button.disabled = true;
  });
  text.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || !hasKeyboard) return;
    event.preventDefault();
    composer.requestSubmit();
  });
  text.addEventListener("input", () => write(text.value));
  file.addEventListener("change", showChosen);
  chosen.lastElementChild.addEventListener("click", () => {
    file.value = "";
    showChosen();
    file.focus();
  });
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) return listen();
    if (source) source.close();
    source = null;
  });
  addEventListener("online", pump);
  addEventListener("beforeunload", (event) => queue.length && event.preventDefault());

  write(text.value || sessionStorage.getItem("draft") || "");
  showChosen();
  toEnd();
  listen();
  if (hasKeyboard) text.focus({ preventScroll: true });
})();
