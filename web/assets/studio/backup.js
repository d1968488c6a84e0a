// Unsaved work of one file, kept in this browser until it is saved or thrown away.
import { page } from './page.js';

const DELAY_MS = 800;
const key = `peyvand.studio.${page.draft}.${page.file}.${page.user}`;
let timer;

export const backup = {
  read() {
    try {
      return JSON.parse(localStorage.getItem(key) ?? 'null');
    } catch {
      return null;
    }
  },
  now(kept) {
    clearTimeout(timer);
    try {
      localStorage.setItem(key, JSON.stringify(kept));
    } catch {
      // a full or closed store: the work is still in the window
    }
  },
  later(read) {
    clearTimeout(timer);
    timer = setTimeout(async () => backup.now(await read()), DELAY_MS);
  },
  drop() {
    clearTimeout(timer);
    localStorage.removeItem(key);
  },
};
