// Single-key shortcuts by position on the keyboard (event.code), so that they work in Persian too.
// Never while somebody types, never with a modifier (but Ctrl+Enter), and they can be switched off.

const ACTIONS = {
  KeyJ: () => move(1),
  KeyK: () => move(-1),
  Enter: () => current()?.querySelector('.row-title')?.click(),
  KeyC: () => (current() ?? document).querySelector('[data-claim]')?.click(),
  KeyH: () => snooze((current() ?? document).querySelector('[data-snooze]')),
  KeyX: () => current()?.querySelector('.pick input')?.click(),
  KeyZ: () => document.querySelector('[data-undo]')?.click(),
  KeyR: () => document.querySelector('#comments textarea')?.focus(),
  Slash: () => search(),
};

export function shortcuts() {
  document.addEventListener('keydown', (event) => {
    if (event.code === 'Enter' && (event.ctrlKey || event.metaKey)) return complete(event);
    if (event.code === 'Escape') for (const menu of document.querySelectorAll('details.menu[open]')) close(menu);
    if (document.body.hasAttribute('data-no-shortcuts') || typing(event)) return;
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    // The question mark lives on different keys; the character says it, in Persian too.
    const action = ['?', '؟'].includes(event.key) ? help : ACTIONS[event.code];
    if (!action || (event.code === 'Enter' && event.target !== document.body && !event.target.closest('.row'))) return;
    if (event.code === 'Enter' && event.target.closest('a, button')) return;
    event.preventDefault();
    action(event);
  });
}

function typing(event) {
  return event.target.closest('input, textarea, select, [contenteditable], dialog, .foreign') !== null;
}

const rows = () => [...document.querySelectorAll('.row')];
const current = () => document.querySelector('.row.is-current') ?? document.activeElement?.closest?.('.row') ?? null;

function move(step) {
  const all = rows();
  if (!all.length) return;
  const at = all.indexOf(current());
  const next = all[Math.max(0, Math.min(all.length - 1, at < 0 ? (step > 0 ? 0 : all.length - 1) : at + step))];
  for (const row of all) row.classList.toggle('is-current', row === next);
  next.querySelector('.row-title')?.focus({ preventScroll: true });
  next.scrollIntoView({ block: 'nearest' });
}

function close(menu) {
  menu.open = false;
  menu.querySelector('summary')?.focus();
}

function snooze(menu) {
  if (!menu) return;
  menu.open = true;
  menu.querySelector('form button')?.focus();
}

function search() {
  document.querySelector('input[type="search"]')?.focus();
}

function help() {
  document.getElementById('shortcuts')?.showModal();
}

function complete(event) {
  const form = event.target.closest?.('form') ?? document.querySelector('form[data-task]');
  const button = form?.querySelector('button[data-submit]');
  if (!button) return;
  event.preventDefault();
  button.click();
}
