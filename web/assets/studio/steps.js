// The diagram in words, beside the picture: every step with its name and documentation, both editable.
import { page } from './page.js';
import { show } from './place.js';

export function steps(modeler) {
  const place = document.querySelector('[data-steps]');
  if (!place) return;
  const draw = () => {
    if (place.contains(document.activeElement)) return; // not under somebody's hands
    place.replaceChildren(...listed(modeler).map((element) => row(modeler, element)));
  };
  modeler.on(['import.done', 'elements.changed', 'shape.removed', 'shape.added'], () => queueMicrotask(draw));
  place.addEventListener('focusout', () => setTimeout(draw));
  modeler.on('selection.changed', ({ newSelection }) => {
    for (const item of place.children) item.classList.toggle('is-selected', item.dataset.element === newSelection[0]?.id);
  });
  draw();
}

function listed(modeler) {
  const found = modeler.get('elementRegistry').filter((one) => !one.labelTarget && one.businessObject?.$instanceOf?.('bpmn:FlowNode'));
  return found.sort((a, b) => a.x - b.x || a.y - b.y);
}

function row(modeler, element) {
  const item = document.createElement('li');
  item.dataset.element = element.id;
  const kind = document.createElement('button');
  kind.type = 'button';
  kind.className = 'step';
  kind.textContent = page.kinds[element.type] ?? element.type.replace('bpmn:', '');
  kind.addEventListener('click', () => show(modeler, element));
  const name = field('input', page.words.name, element.businessObject.name ?? '');
  name.addEventListener('change', () => modeler.get('modeling').updateProperties(element, { name: name.value || undefined }));
  const text = element.businessObject.documentation?.[0]?.text ?? '';
  const note = field('textarea', page.words.documentation, text);
  note.addEventListener('change', () => describe(modeler, element, note.value));
  item.append(kind, name, note);
  return item;
}

function describe(modeler, element, text) {
  const documentation = text ? [modeler.get('moddle').create('bpmn:Documentation', { text })] : [];
  modeler.get('modeling').updateProperties(element, { documentation });
}

function field(kind, label, value) {
  const made = document.createElement(kind);
  made.className = 'input';
  made.dir = 'auto';
  made.value = value;
  made.setAttribute('aria-label', label);
  made.placeholder = label;
  if (kind === 'textarea') made.rows = 1;
  return made;
}
