// The properties our engine knows, as fields of the properties panel instead of a bag of names.
import { TextFieldEntry, isTextFieldEntryEdited } from '@bpmn-io/properties-panel';
import { h } from '@bpmn-io/properties-panel/preact';
import { useService } from 'bpmn-js-properties-panel';

import { page } from './page.js';

const BAG = 'Zeebe__ExtensionProperties';
const AFTER_OTHERS = 400; // a low priority comes last and sees the groups of the others

class DeclaredProperties {
  constructor(propertiesPanel) {
    propertiesPanel.registerProvider(AFTER_OTHERS, this);
  }

  getGroups(element) {
    return (groups) => {
      const object = owner(element);
      const place = object && placeOf(object);
      const known = page.declared.filter((one) => one.places.includes(place));
      if (!known.length) return groups;
      const names = new Set(known.flatMap((one) => [one.name, ...one.former]));
      const others = list(object).some((one) => !names.has(one.name));
      const left = others ? groups : groups.filter((one) => one.id !== BAG);
      return [...left, { id: 'declared', label: page.words.declared, entries: known.map(entry) }];
    };
  }
}
DeclaredProperties.$inject = ['propertiesPanel'];

export const declared = { __init__: ['declaredProperties'], declaredProperties: ['type', DeclaredProperties] };

function entry(field) {
  return { id: `declared-${field.name}`, field, component: Field, isEdited: isTextFieldEntryEdited };
}

function Field({ element, id, field }) {
  const commands = useService('commandStack');
  const factory = useService('bpmnFactory');
  const debounce = useService('debounceInput');
  return h(TextFieldEntry, {
    element,
    id,
    label: field.name,
    description: field.help,
    debounce,
    getValue: () => find(owner(element), field)?.value,
    setValue: (value) => write(commands, factory, element, field, value),
  });
}

function write(commands, factory, element, field, value) {
  const object = owner(element);
  const kept = list(object).filter((one) => one !== find(object, field));
  const made = value ? [factory.create('zeebe:Property', { name: field.name, value })] : [];
  const holder = properties(object);
  const update = (moddleElement, changed) => commands.execute('element.updateModdleProperties', { element, moddleElement, properties: changed });
  if (holder) return update(holder, { properties: [...kept, ...made] });
  const added = factory.create('zeebe:Properties', { properties: made });
  for (const one of made) one.$parent = added;
  const extensions = factory.create('bpmn:ExtensionElements', {
    values: [...(object.extensionElements?.values ?? []), added],
  });
  extensions.$parent = object;
  for (const one of extensions.values) one.$parent = extensions;
  return update(object, { extensionElements: extensions });
}

// A pool stands for its process.
function owner(element) {
  const object = element.businessObject;
  return object?.$instanceOf?.('bpmn:Participant') ? object.processRef : object;
}

function placeOf(object) {
  const kinds = [['bpmn:Process', 'process'], ['bpmn:UserTask', 'user task'], ['bpmn:Activity', 'activity'], ['bpmn:FlowNode', 'element']];
  return kinds.find(([kind]) => object.$instanceOf(kind))?.[1];
}

function properties(object) {
  return object?.extensionElements?.values?.find((one) => one.$type === 'zeebe:Properties');
}

function list(object) {
  return properties(object)?.properties ?? [];
}

function find(object, field) {
  return list(object).find((one) => [field.name, ...field.former].includes(one.name));
}
