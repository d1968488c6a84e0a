// Edits a BPMN diagram: the modeler with the properties our engine runs.
import Modeler from 'bpmn-js/lib/Modeler';
import { BpmnPropertiesPanelModule, BpmnPropertiesProviderModule, ZeebePropertiesProviderModule } from 'bpmn-js-properties-panel';
import zeebe from 'zeebe-bpmn-moddle/resources/zeebe.json';
import behaviors from 'camunda-bpmn-js-behaviors/lib/camunda-cloud';
import TokenSimulation from 'bpmn-js-token-simulation';
import minimap from 'diagram-js-minimap';
import colors from 'bpmn-js-color-picker';
import { CreateAppendAnythingModule, CreateAppendElementTemplatesModule } from 'bpmn-js-create-append-anything';
import { CloudElementTemplatesPropertiesProviderModule } from 'bpmn-js-element-templates';
import { ZeebeVariableResolverModule } from '@bpmn-io/variable-resolver';

import { declared } from './declared.js';
import { Marks } from './marks.js';
import { items, notice } from './notices.js';
import { page } from './page.js';
import * as place from './place.js';
import { readable } from './reading.js';
import { begin } from './session.js';
import { steps } from './steps.js';
import { toolbar } from './toolbar.js';
import { translations } from './translate.js';

const modeler = new Modeler({
  container: '#canvas',
  propertiesPanel: { parent: '#properties' },
  moddleExtensions: { zeebe },
  elementTemplates: page.templates,
  keyboard: { bind: true },
  additionalModules: [
    BpmnPropertiesPanelModule,
    BpmnPropertiesProviderModule,
    ZeebePropertiesProviderModule,
    CloudElementTemplatesPropertiesProviderModule,
    CreateAppendAnythingModule,
    CreateAppendElementTemplatesModule,
    ZeebeVariableResolverModule,
    behaviors,
    colors,
    minimap,
    TokenSimulation,
    declared,
    await translations(page.language),
  ],
});
const marks = new Marks(modeler);

// What the modeler says of parts that it cannot read: saving would lose them.
const UNREAD = /unparsable|illegal|failed|unknown/;
let unread = [];

await show(page.content);
toolbar({
  undo: () => modeler.get('commandStack').undo(),
  redo: () => modeler.get('commandStack').redo(),
  fit: () => place.fit(modeler.get('canvas')),
  in: () => modeler.get('zoomScroll').stepZoom(1),
  out: () => modeler.get('zoomScroll').stepZoom(-1),
  search: () => modeler.get('searchPad').toggle(),
  simulate: () => modeler.get('toggleMode').toggleMode(),
});
modeler.on('tokenSimulation.toggleMode', ({ active }) => {
  document.querySelector('[data-studio]').classList.toggle('is-simulating', active);
  const button = document.querySelector('[data-act="simulate"]');
  button.setAttribute('aria-pressed', active);
  button.textContent = active ? page.words.edit : page.words.simulate;
});
steps(modeler);
await begin({
  read: async () => (await modeler.saveXML({ format: true })).xml,
  show,
  touch: (changed) => modeler.on('commandStack.changed', changed),
  problems: (list) => marks.show(list),
  select,
});
if (unread.length) notice(page.words.unread, 'late', items([...new Set(unread)].slice(0, 8)));

async function show(text) {
  const { warnings } = await modeler.importXML(await readable(text));
  unread = warnings.map((one) => one.message.split('\n').pop().trim()).filter((one) => UNREAD.test(one));
  place.fit(modeler.get('canvas'));
}

function select(id) {
  const element = modeler.get('elementRegistry').get(id);
  if (element) place.show(modeler, element);
}
