// What pages gain with JavaScript; every one of them works without. Loaded as a module on all pages.
import { shortcuts } from './shortcuts.js';
import { forms } from './forms.js';

shortcuts();
forms();
