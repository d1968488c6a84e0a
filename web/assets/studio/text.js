// Edits a scenario or another text.
import { page } from './page.js';
import { begin } from './session.js';

const area = document.getElementById('canvas');
area.value = page.content;
await begin({
  read: async () => area.value,
  show: async (text) => { area.value = text; },
  touch: (changed) => area.addEventListener('input', changed),
});
