// One file of a draft in an editor: explicit saving with an ETag, a conflict that shows the difference,
// who else is here, and a copy of unsaved work in this browser, so that a lost session loses nothing.
//
// editor: {read(): Promise<string>, show(text): Promise, problems?(list), touch?: calls back on a change}
import { backup } from './backup.js';
import { ask, notice, clear, status } from './notices.js';
import { page, words } from './page.js';
import { presence } from './presence.js';
import { problems } from './problems.js';

const state = { etag: page.etag, csrf: page.csrf, dirty: false, saving: false, editor: null };

export async function begin(editor) {
  state.editor = editor;
  editor.touch(changed);
  document.querySelector('[data-save]')?.addEventListener('click', () => save());
  document.addEventListener('keydown', (event) => {
    if ((event.ctrlKey || event.metaKey) && event.code === 'KeyS') {
      event.preventDefault();
      save();
    }
  });
  addEventListener('beforeunload', (event) => { if (state.dirty) event.preventDefault(); });
  problems(page.problems, editor);
  presence(state, (csrf) => { state.csrf = csrf; });
  await offerKept();
  document.querySelector('[data-studio]').dataset.ready = 'true';
}

function changed() {
  state.dirty = true;
  status(words.unsaved);
  backup.later(async () => ({ text: await state.editor.read(), etag: state.etag }));
}

async function offerKept() {
  const kept = backup.read();
  if (!kept || kept.text === page.content) return backup.drop();
  const answer = await ask(words.kept, [['restore', words.restore], ['drop', words.drop]]);
  if (answer === 'drop') return backup.drop();
  await state.editor.show(kept.text);
  if (kept.etag) state.etag = kept.etag; // it began from there: what was saved since shows as a conflict
  return changed();
}

export async function save({ over = null } = {}) {
  if (state.saving) return;
  state.saving = true;
  status(words.saving);
  try {
    const text = await state.editor.read();
    backup.now({ text, etag: state.etag });
    await answer(await send(text, over ?? state.etag), text);
  } catch (error) {
    status(words.unsaved);
    notice(`${words.failed} ${error.message}`, 'late');
  } finally {
    state.saving = false;
  }
}

async function send(text, etag, again = true) {
  const response = await fetch(page.contentUrl, {
    method: 'PUT',
    body: text,
    headers: { 'If-Match': etag, 'X-CSRFToken': state.csrf, 'Content-Type': 'text/plain; charset=utf-8' },
  });
  // A new session has a new token; who is signed in again in another window goes on here.
  if (response.status !== 400 || !again) return response;
  return (await renewed()) ? send(text, etag, false) : new Response(null, { status: 401 });
}

async function renewed() {
  const response = await fetch(page.presenceUrl, { headers: { Accept: 'application/json' }, redirect: 'manual' });
  if (!response.ok || !response.headers.get('Content-Type')?.includes('json')) return false;
  state.csrf = (await response.json()).csrf;
  return true;
}

async function answer(response, text) {
  if (response.status === 409) return conflict(await response.json(), text);
  if (response.status === 401) return signedOut();
  if (!response.ok) {
    const told = await response.json().catch(() => ({}));
    status(words.unsaved);
    return notice(`${words.failed} ${told.detail ?? response.statusText}`, 'late');
  }
  const saved = await response.json();
  state.etag = saved.etag;
  page.content = text;
  state.dirty = (await state.editor.read()) !== text;
  if (!state.dirty) backup.drop();
  clear();
  status(saved.message);
  problems(saved.problems, state.editor);
  document.dispatchEvent(new CustomEvent('studio:saved', { detail: saved }));
}

// Nobody's work is lost: theirs is in the history, mine becomes the newest or a draft of its own.
async function conflict(told, text) {
  status(words.unsaved);
  const chosen = await ask(told.message, [['over', words.over], ['aside', words.aside], ['theirs', words.theirs]], told.changes);
  if (chosen === 'over') {
    state.saving = false;
    return save({ over: told.etag });
  }
  if (chosen === 'aside') {
    const response = await fetch(page.copyUrl, {
      method: 'POST',
      body: text,
      headers: { 'X-CSRFToken': state.csrf, 'Content-Type': 'text/plain; charset=utf-8' },
    });
    if (!response.ok) return notice(words.failed, 'late');
    const copied = await response.json();
    state.dirty = false;
    backup.drop();
    location.assign(copied.url);
    return undefined;
  }
  state.dirty = false;
  backup.drop();
  location.reload();
  return undefined;
}

function signedOut() {
  status(words.unsaved);
  const link = document.createElement('a');
  link.href = page.loginUrl;
  link.target = '_blank';
  link.textContent = words.signIn;
  notice(words.signedOut, 'soon', link);
}
