// The chat without reloading. Everything also works without this file, by form posts.
"use strict";
(() => {
  const [log, composer, text, file, chosen, typing, notice, end] =
    ["messages", "composer", "text", "file", "chosen", "typing", "notice", "bas"].map((id) => document.getElementById(id));
  const hasKeyboard = matchMedia("(hover: hover) and (pointer: fine)").matches;
  const csrf = composer.elements.csrf.value;
  const draft = `draft ${csrf}`;
  const queue = []; // what the person wrote and the server has not confirmed, oldest first
  let last = Number(log.dataset.last);
  let [isSending, source, retry] = [false, null, 0];
  const make = (tag, className, content = "") =>
    Object.assign(document.createElement(tag), { className, textContent: content });
  const newToken = () => [...crypto.getRandomValues(new Uint8Array(16))].map((b) => b.toString(16).padStart(2, "0")).join("");
  const isNearEnd = () => innerHeight + scrollY > document.documentElement.scrollHeight - 200;
  // Down to the end, but never past the beginning of what is to be read.
  function follow(first) {
    end.scrollIntoView({ block: "end" });
    if (first && first.getBoundingClientRect().top < 70) first.scrollIntoView({ block: "start" });
  }
  function say(sentence, isWrong = false) {
    notice.textContent = sentence;
    notice.classList.toggle("wrong", isWrong);
    if (sentence) notice.scrollIntoView({ block: "nearest" });
  }
  function write(value) {
    text.value = value;
    sessionStorage.setItem(draft, value);
    text.style.height = "auto";
    text.style.height = `${text.scrollHeight + 3}px`;
  }
  function choose(none) {
    if (none) file.value = "";
    chosen.hidden = !file.files.length;
    chosen.firstElementChild.textContent = [...file.files].map((each) => each.name).join(", ");
  }
  function bubble({ author, writer, when = "", files = [], buttons = [] }) {
    const item = make("li", `message ${author}`);
    const meta = item.appendChild(make("p", "meta"));
    meta.append(make("span", "", writer), " ", make("time", "", when));
    item.append(make("div", "bubble"));
    const list = make("ul", "files");
    for (const { name, href } of files) {
      list.append(make("li", "", href ? "" : name));
      if (href) list.lastChild.append(Object.assign(make("a", "", name), { href, download: "" }));
    }
    const form = make("form", "buttons");
    for (const { label, data } of buttons) form.append(Object.assign(make("button", "", label), { value: data }));
    item.append(...[list, form].filter((each) => each.firstChild));
    return item;
  }

  // A message may come twice, from the answer to its post and from the stream: its id tells. The person's own is first
  // shown without an id; it is the one whose number falls between what was known before and the reply.
  function show(message) {
    if (document.getElementById(`m${message.id}`)) return;
    const isFollowed = isNearEnd();
    last = Math.max(last, message.id);
    const isOwn = ({ dataset }) => Number(dataset.low) < message.id && !(Number(dataset.high) <= message.id);
    const own = message.author === "person" && [...log.querySelectorAll("[data-low]")].find(isOwn);
    const item = own || bubble(message);
    item.id = `m${message.id}`;
    item.querySelector("time").textContent = message.when;
    delete item.dataset.low;
    const isLater = (each) => Number(each.id.slice(1)) > message.id || "queued" in each.dataset;
    if (!own) log.insertBefore(item, [...log.children].find(isLater) || null);
    if (!own || !item.querySelector(".files")) item.querySelector(".bubble").innerHTML = message.html; // made safe there
    if (isFollowed) follow(item);
  }
  function send(fields, shown, files, form) {
    const item = bubble({ author: "person", writer: "Vous", files });
    item.querySelector(".bubble").append(make("p", "typed", shown || "Fichier envoyé"));
    item.dataset.queued = "";
    log.append(item);
    queue.push({ fields: { ...fields, csrf, token: newToken() }, shown, files, form, item });
    say("");
    follow();
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
    sent.item.dataset.low ||= last;
    typing.hidden = false;
    if (isNearEnd()) follow();
    try {
      const answer = await fetch("/messages", { method: "POST", headers: { Accept: "application/json" }, body: body(sent) });
      if (answer.status >= 500) throw new Error(answer.statusText);
      const found = await answer.json();
      queue.shift();
      if (answer.ok) confirmed(sent, found);
      else refused(sent, found.error);
      setTimeout(pump);
    } catch {
      sent.item.dataset.queued = "";
      say("Pas de connexion pour l’instant. Votre message est gardé ici et partira dès que possible.", true);
      retry = setTimeout(pump, 4000);
    }
    isSending = false;
    typing.hidden = true;
  }
  function confirmed({ item, form }, { messages, notice: sentence = "" }) {
    const hadFocus = form && [document.body, ...form.elements].includes(document.activeElement);
    const reply = messages.find(({ author }) => author !== "person");
    if (reply) {
      item.dataset.high = reply.id;
      item.querySelector("time").textContent = reply.when;
    }
    for (const group of log.querySelectorAll(".assistant .buttons")) {
      if (group.compareDocumentPosition(item) & Node.DOCUMENT_POSITION_FOLLOWING) group.remove();
    }
    if (form) form.remove();
    say(sentence);
    messages.forEach(show);
    follow(item);
    const next = item.nextElementSibling;
    if (hadFocus && hasKeyboard) text.focus({ preventScroll: true });
    else if (hadFocus && next) Object.assign(next, { tabIndex: -1 }).focus({ preventScroll: true });
  }
  function refused({ item, shown, form }, sentence) {
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
      if (!source || source.readyState !== EventSource.CLOSED) return; // the browser tries again by itself
      source = null;
      setTimeout(listen, 10000);
    };
  }

  composer.addEventListener("submit", (event) => {
    event.preventDefault();
    const files = [...file.files];
    if (!text.value.trim() && !files.length) return text.focus();
    send({ text: text.value }, text.value.trim(), files);
    write("");
    choose(true);
  });
  log.addEventListener("submit", (event) => {
    event.preventDefault();
    send({ button: event.submitter.value }, event.submitter.textContent, [], event.target);
    for (const button of event.target.elements) button.disabled = true;
  });
  text.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || !hasKeyboard) return;
    event.preventDefault();
    composer.requestSubmit();
  });
  text.addEventListener("input", () => write(text.value));
  file.addEventListener("change", () => choose());
  chosen.lastElementChild.addEventListener("click", () => { choose(true); file.focus(); });
  document.addEventListener("visibilitychange", () => {
    if (source) source.close();
    source = null;
    listen();
  });
  addEventListener("online", pump);
  addEventListener("beforeunload", (event) => queue.length && event.preventDefault());
  write(text.value || sessionStorage.getItem(draft) || "");
  choose();
  follow([...log.querySelectorAll(".person")].pop());
  listen();
  if (hasKeyboard) text.focus({ preventScroll: true });
})();
