// Keeps a page fresh. The Hub says on /live by a number that something changed; the page is then fetched again, and each element with an id and data-live
// takes over what the new one says, node by node, so that focus, selection, scrolling and open details stay; what has an id is the same thing where it has
// moved to. A form stays as it is, with what somebody types into it, until it is for something else. At most one fetch a second, and none while the page
// cannot be seen: a browser has few connections to a server, and a page in the background must not take one.

const line = document.getElementById("live-line");
const staleAfter = 10_000;
const minute = 60_000;
let shown = document.documentElement.dataset.changes;
let told = shown;
let known = performance.now();
let fetched = known;
let isFetching = false;
let notBefore = 0;
let source = null;
let again = null;

function connect() {
  clearTimeout(again);
  source?.close();
  source = new EventSource("/live");
  source.onmessage = event => {
    told = event.data;
    if (told === shown) known = performance.now();
    look();
  };
  source.onerror = () => {
    // A browser gives up when it was answered at all; the Hub may be back in a while, or has room again.
    if (source.readyState === EventSource.CLOSED) again = setTimeout(connect, 5_000);
    say();
  };
}

async function look() {
  const now = performance.now();
  // Times such as "4 min ago" grow old though nothing changes.
  if (isFetching || now < notBefore || document.hidden || (told === shown && now - fetched < minute / 2)) return;
  isFetching = true;
  try {
    const response = await fetch(location.href, { headers: { "Hub-Live": "1" }, redirect: "manual", cache: "no-store", signal: AbortSignal.timeout(staleAfter) });
    if (!response.ok) throw new Error(String(response.status));
    take(new DOMParser().parseFromString(await response.text(), "text/html"));
    known = fetched = now;
  } catch {
    // Tried again; the line says so when it lasts.
    notBefore = performance.now() + 2_000;
  } finally {
    isFetching = false;
    // A page that takes long to make is asked for less often.
    notBefore = Math.max(notBefore, performance.now() + Math.max(1_000, 3 * (performance.now() - now)));
    say();
  }
}

function take(page) {
  shown = page.documentElement.dataset.changes ?? shown;
  for (const old of document.querySelectorAll("[data-live][id]")) {
    const fresh = page.getElementById(old.id);
    if (fresh) morph(old, fresh);
  }
}

function morph(old, fresh) {
  if (old.nodeType !== fresh.nodeType || old.nodeName !== fresh.nodeName || (old.id ?? "") !== (fresh.id ?? "")) {
    old.replaceWith(document.importNode(fresh, true));
    return;
  }
  if (old.nodeType !== Node.ELEMENT_NODE) {
    if (old.nodeValue !== fresh.nodeValue) old.nodeValue = fresh.nodeValue;
    return;
  }
  if (old.nodeName === "FORM") {
    if (purpose(old) !== purpose(fresh)) old.replaceWith(document.importNode(fresh, true));
    return;
  }
  for (const { name } of [...old.attributes])
    if (!fresh.hasAttribute(name) && name !== "open") old.removeAttribute(name);
  for (const { name, value } of fresh.attributes)
    if (name !== "open" && old.getAttribute(name) !== value) old.setAttribute(name, value);
  morphChildren(old, fresh);
}

function morphChildren(old, fresh) {
  const stays = new Set([...fresh.children].map(child => child.id).filter(id => id));
  const known = new Map([...old.children].filter(child => stays.has(child.id)).map(child => [child.id, child]));
  [...fresh.childNodes].forEach((child, i) => {
    const same = known.get(child.id);
    if (same) {
      // What stood before it and is gone; it is moved only when the order is another one, because what is moved loses its focus.
      while (old.childNodes[i] !== same && !stays.has(old.childNodes[i].id)) old.childNodes[i].remove();
      if (old.childNodes[i] !== same) old.insertBefore(same, old.childNodes[i]);
      morph(same, child);
    } else if (old.childNodes[i] && !old.childNodes[i].id) morph(old.childNodes[i], child);
    else old.insertBefore(document.importNode(child, true), old.childNodes[i] ?? null);
  });
  while (old.childNodes.length > fresh.childNodes.length) old.lastChild.remove();
}

// What a form does: where it is sent to, and what its buttons and the field "to" say.
function purpose(form) {
  return [form.getAttribute("action"), ...[...form.querySelectorAll("button, [name=to]")].map(one => `${one.name} ${one.value}`)].join();
}

function say() {
  const isLost = source?.readyState !== EventSource.OPEN;
  const isOld = performance.now() - known > staleAfter;
  const text = !isOld ? "" : isLost ? line.dataset.lost : line.dataset.stale;
  if (line.textContent !== text) line.textContent = text;
  line.hidden = text === "";
}

// A page on which nothing moves, as those before a login, asks for nothing.
if (line && document.querySelector("[data-live][id]")) {
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) {
      clearTimeout(again);
      source?.close();
    } else {
      known = performance.now();
      connect();
    }
  });
  setInterval(() => { if (!document.hidden) { look(); say(); } }, 1_000);
  connect();
}
