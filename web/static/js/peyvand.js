// What pages gain with JavaScript; every one of them works without. Loaded as a module on all pages.
import { shortcuts } from './shortcuts.js';
import { forms } from './forms.js';
import { refresh } from './refresh.js';

shortcuts();
forms();
refresh();
announce();

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
