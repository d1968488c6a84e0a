// Who else has this draft open, and whether somebody has saved this file meanwhile.
import { notice } from './notices.js';
import { page } from './page.js';

const EVERY_MS = 8_000;
const me = crypto.randomUUID?.() ?? String(Math.random()).slice(2);

export function presence(state, renew) {
  let told = null;
  const look = async () => {
    if (document.hidden) return;
    const found = await tell(state.csrf);
    if (!found) return;
    renew(found.csrf);
    show(found.others);
    if (found.etag && found.etag !== state.etag && found.etag !== told && !state.saving) {
      told = found.etag;
      notice(found.message, 'soon');
    }
  };
  look();
  setInterval(look, EVERY_MS);
}

async function tell(csrf) {
  const body = new URLSearchParams({ window: me, file: page.file });
  const noted = await fetch(page.presenceUrl, { method: 'POST', body, headers: { 'X-CSRFToken': csrf } }).catch(() => null);
  if (noted?.ok) return noted.json();
  // Another sign-in has another token: ask for it, the next time it is noted.
  const asked = await fetch(`${page.presenceUrl}?${body}`, { redirect: 'manual' }).catch(() => null);
  return asked?.ok ? asked.json() : null;
}

function show(others) {
  const place = document.querySelector('[data-others]');
  if (place) place.textContent = others;
}
