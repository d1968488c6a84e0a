// What pages gain with JavaScript; every one of them works without. Loaded as a module on all pages.
import { shortcuts } from './shortcuts.js';
import { forms } from './forms.js';
import { refresh } from './refresh.js';

shortcuts();
forms();
refresh();
announce();
undo();
answers();

// What a page says about the last step is read out: a live region speaks only when it changes.
function announce() {
  const words = [...document.querySelectorAll('[data-announce]')].map((notice) => notice.textContent.trim());
  const speaker = document.getElementById('announcer');
  if (speaker && words.length) setTimeout(() => { speaker.textContent = words.join(' '); }, 200);
}

// A menu closes when somebody clicks elsewhere.
document.addEventListener('click', ({ target }) => {
  for (const menu of document.querySelectorAll('details.menu[open]')) if (!menu.contains(target)) menu.open = false;
});

// What cannot be undone any more is not offered any more.
function undo() {
  for (const form of document.querySelectorAll('form.undo')) setTimeout(() => form.remove(), 1000 * form.dataset.seconds);
}

// A canned answer goes where somebody wrote last: a field of the form, or the comment.
function answers() {
  let last;
  document.addEventListener('focusin', ({ target }) => { if (target.matches('textarea, input[type="text"].input')) last = target; });
  document.addEventListener('click', ({ target }) => {
    const button = target.closest('[data-answer]');
    if (!button) return;
    const field = last?.isConnected ? last : document.querySelector('#comments textarea');
    if (!field) return;
    button.closest('details').open = false;
    field.setRangeText(button.dataset.answer, field.selectionStart, field.selectionEnd, 'end');
    field.dispatchEvent(new Event('input', { bubbles: true }));
    field.focus();
  });
}
