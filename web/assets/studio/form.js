// Edits a form-js form.
import { FormEditor } from '@bpmn-io/form-js-editor';

import { page } from './page.js';
import { begin } from './session.js';
import { toolbar } from './toolbar.js';
import { translations } from './translate.js';

const editor = new FormEditor({
  container: document.getElementById('canvas'),
  additionalModules: [await translations(page.language)],
});

await show(page.content);
toolbar({ undo: () => editor.get('commandStack').undo(), redo: () => editor.get('commandStack').redo() });
await begin({
  read: async () => `${JSON.stringify(editor.saveSchema(), null, 2)}\n`,
  show,
  touch: (changed) => editor.on('commandStack.changed', changed),
  select(id) {
    const field = editor.get('formFieldRegistry').getAll().find((one) => [one.id, one.key].includes(id));
    if (field) editor.get('selection').set(field);
  },
});

async function show(text) {
  await editor.importSchema(JSON.parse(text));
}
