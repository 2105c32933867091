// All that the board does in the browser: it follows the change stream and takes the parts that changed from a
// page rendered anew, keeps the times true, sends what the buttons say, and tells when it is stale.
const LOOK_MS = 15_000; // Guards and locks change without a change in the ledger.
const SETTLE_MS = 250; // A turn makes several changes at once.
const connection = document.querySelector('#connection');
const said = document.querySelector('#said');
const parts = new Map(partsOf(document).map((part) => [part.id, part.outerHTML]));

let seq = document.body.dataset.seq;
let staleSince = null;
let asking = false;
let again = false;
let settling = false;

listen();
setInterval(refresh, LOOK_MS);
setInterval(tellTimes, 5_000);
document.addEventListener('visibilitychange', refresh);
document.addEventListener('click', ({ target }) => {
  const button = target.closest('button[data-post]');
  if (button) send(button, button.dataset.post, {});
});
document.addEventListener('submit', async (event) => {
  event.preventDefault();
  const form = event.target;
  const { id } = form.elements.text;
  const body = { text: form.elements.text.value };
  if (!(await send(form.querySelector('button'), form.dataset.post, body))) return;
  const field = document.getElementById(id); // Another one, where its part was replaced meanwhile.
  if (field?.value === body.text) field.value = '';
});

function listen() {
  const stream = new EventSource(`/changes/stream?after=${seq}`);
  stream.onopen = refresh;
  stream.onmessage = changed;
  stream.addEventListener('resync', changed);
  stream.onerror = () => {
    refresh(); // It says whether nobody is there, or nobody who knows us.
    if (stream.readyState !== EventSource.CLOSED) return; // The browser tries again by itself.
    stream.close();
    setTimeout(listen, 2_000);
  };
}

function changed({ lastEventId }) {
  seq = lastEventId;
  if (settling) return;
  settling = true;
  setTimeout(() => {
    settling = false;
    refresh();
  }, SETTLE_MS);
}

/** One question at a time; what changes meanwhile is asked for once more. */
async function refresh() {
  if (document.hidden) return;
  again = asking;
  if (asking) return;
  asking = true;
  try {
    const headers = { accept: 'text/html' };
    const answer = await fetch(location.href, { headers, signal: AbortSignal.timeout(10_000) });
    if (answer.status === 401) tellState('bad', 'logged out: run holdfast open');
    else if (!answer.ok) throw new Error(String(answer.status));
    else take(new DOMParser().parseFromString(await answer.text(), 'text/html'));
  } catch {
    // No sidecar, or one that cannot answer now.
    staleSince ??= new Date();
    tellState('bad', `stale since ${staleSince.toLocaleTimeString()}, trying again`);
  } finally {
    asking = false;
    if (again) changed({ lastEventId: seq });
  }
}

function take(page) {
  if (page.body.dataset.version !== document.body.dataset.version) return location.reload();
  staleSince = null;
  tellState('good', 'live');
  const fresh = partsOf(page);
  // A view that came or went, as a queue does: the frame itself is another one.
  if (fresh.map(({ id }) => id).join() !== [...parts.keys()].join()) return location.reload();
  for (const part of fresh) {
    const old = document.getElementById(part.id);
    if (parts.get(part.id) === part.outerHTML || isSelected(old)) continue;
    parts.set(part.id, part.outerHTML);
    replace(old, part);
  }
}

/** What a person opened, wrote or stands on stays as it is. */
function replace(old, part) {
  const stood = standing(old).indexOf(document.activeElement);
  const { id, selectionStart, selectionEnd } = document.activeElement;
  for (const { id, open } of old.querySelectorAll('details[id]')) {
    const same = part.querySelector(`#${CSS.escape(id)}`);
    if (same) same.open = open;
  }
  for (const { id, value } of old.querySelectorAll('input[id]')) {
    const same = part.querySelector(`#${CSS.escape(id)}`);
    if (same) same.value = value;
  }
  old.replaceWith(document.adoptNode(part));
  if (stood < 0) return;
  // What has no name is known by its place; where that is gone, the one before it is nearest.
  const places = standing(part);
  const same = (id && document.getElementById(id)) || places[Math.min(stood, places.length - 1)];
  same?.focus({ preventScroll: true });
  if (same?.matches('input')) same.setSelectionRange(selectionStart, selectionEnd);
}

function standing(part) {
  return [...part.querySelectorAll('a, button, input, summary')];
}

function isSelected(part) {
  const selection = document.getSelection();
  return selection !== null && !selection.isCollapsed && part.contains(selection.anchorNode);
}

async function send(button, path, body) {
  button.disabled = true;
  say('');
  try {
    const answer = await fetch(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    if (answer.ok) return true;
    const { error } = await answer.json();
    say(`${error.message} ${error.hint}`);
  } catch {
    say('The sidecar does not answer, so nothing was done.');
  } finally {
    button.disabled = false;
    refresh();
  }
  return false;
}

function say(text) {
  said.textContent = text;
  said.hidden = text === '';
}

function tellState(tone, text) {
  document.body.classList.toggle('stale', tone === 'bad');
  connection.className = `state ${tone}`;
  if (connection.textContent !== text) connection.textContent = text; // Else it would be read out again.
}

function tellTimes() {
  for (const time of document.querySelectorAll('time[data-when]'))
    time.textContent = relative(Date.parse(time.dateTime));
}

/** The words of the server's `relative`. */
function relative(at) {
  const seconds = Math.round((Date.now() - at) / 1000);
  const size = Math.abs(seconds);
  const [unit, word] = [
    [1, 's'],
    [60, 'min'],
    [3600, 'h'],
    [86_400, 'd'],
  ].findLast(([least]) => size >= least) ?? [1, 's'];
  const words = `${Math.floor(size / unit)} ${word}`;
  return seconds < 0 ? `in ${words}` : `${words} ago`;
}

function partsOf(page) {
  return [...page.querySelectorAll('[data-part]')];
}
