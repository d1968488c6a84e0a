// Edits a DMN file: its decisions as tables, expressions and their diagram.
import Modeler from 'dmn-js/lib/Modeler';

import { page } from './page.js';
import { begin } from './session.js';
import { toolbar } from './toolbar.js';
import { translations } from './translate.js';
import { views } from './views.js';

const translate = await translations(page.language);
const common = { additionalModules: [translate] };
const modeler = new Modeler({
  container: '#canvas',
  keyboard: { bindTo: document },
  drd: common,
  decisionTable: common,
  literalExpression: common,
  boxedExpression: common,
});
let opened = false;

await show(page.content);
views(modeler);
toolbar({ undo: () => stack().undo(), redo: () => stack().redo() });
await begin({
  read: async () => (await modeler.saveXML({ format: true })).xml,
  show,
  touch(changed) {
    const seen = new WeakSet();
    const listen = ({ viewer }) => {
      if (seen.has(viewer)) return;
      seen.add(viewer);
      viewer.on('commandStack.changed', changed);
    };
    modeler.on('viewer.created', listen);
    const active = modeler.getActiveViewer();
    if (active) listen({ viewer: active });
  },
  select(id) {
    const view = modeler.getViews().find((one) => one.element.id === id || one.element.decisionLogic?.id === id);
    if (view) modeler.open(view);
  },
});

function stack() {
  return modeler.getActiveViewer().get('commandStack');
}

async function show(text) {
  const previous = opened ? modeler.getActiveView()?.element.id : null;
  await modeler.importXML(text);
  opened = true;
  const all = modeler.getViews();
  const table = all.find((one) => one.element.id === previous && one.type !== 'drd') ?? all.find((one) => one.type === 'decisionTable');
  if (table) await modeler.open(table);
}
