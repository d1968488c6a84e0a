// Collects the texts of the bundled editors that go through their `translate`: what the catalogues in
// studio/texts have to hold. It reads a bundle that is not minified, so that what is left out of it asks
// for no translation.

import { readFileSync } from 'node:fs';

// Of the provider for Camunda 7 and of connectors: bundled with the others, never registered.
const UNUSED = new Set(JSON.parse(readFileSync(new URL('studio/texts/unused.json', import.meta.url), 'utf8')));
// Put together while running, most from the type of an element.
const TYPES = [
  'Process',
  'Search in diagram',
  'Templates',
  'User Task',
  'Service Task',
  'Script Task',
  'Business Rule Task',
  'Send Task',
  'Receive Task',
  'Manual Task',
  'Call Activity',
  'Sub Process',
  'Sub-Process',
  'Event Sub Process',
  'Ad Hoc Sub Process',
  'Start Event',
  'End Event',
  'Intermediate Catch Event',
  'Intermediate Throw Event',
  'Boundary Event',
  'Exclusive Gateway',
  'Parallel Gateway',
  'Inclusive Gateway',
  'Complex Gateway',
  'Event Based Gateway',
  'Sequence Flow',
  'Conditional Flow',
  'Default Flow',
  'Message Flow',
  'Association',
  'Data Object Reference',
  'Data Store Reference',
  'Data Input Association',
  'Data Output Association',
  'Text Annotation',
  'Participant',
  'Collaboration',
  'Lane',
  'Group',
  'Local variable name',
];
const EDITORS = /node_modules\/(bpmn-js|diagram-js|dmn-js|@bpmn-io\/properties-panel|camunda-bpmn-js)[^/]*\//;
const CALLS = /\b_?translate\d*\(\s*(?:'((?:[^'\\\n]|\\.)+)'|"((?:[^"\\\n]|\\.)+)"|`([^`$\\]+)`)/g;
// Lists of entries whose labels are translated where they are shown.
const LISTS = /(ReplaceOptions|PopupEntries|CreateOptions|ReplaceMenuProvider|bpmn-js-create-append-anything\/dist\/index\.es|[a-z]Options|HitPolicies|dmn-js-[\w-]+\/.*)\.js$/;
const LABELS = /\b(?:label|title|name|actionName|explanation)\s*:\s*(?:'((?:[^'\\\n]|\\.)+)'|"((?:[^"\\\n]|\\.)+)")/g;

export function texts(sources) {
  const found = new Set(TYPES);
  for (const source of sources) {
    for (const [file, code] of modules(source)) {
      if (!EDITORS.test(file)) continue;
      collect(code, CALLS, found);
      if (LISTS.test(file)) collect(code, LABELS, found, (text) => /^[A-Z]/.test(text));
    }
  }
  return [...found].filter((text) => !UNUSED.has(text)).sort();
}

// The bundler writes the path of each module before its code.
function modules(source) {
  const parts = source.split(/^ *\/\/ (.*node_modules\/.*)$/m);
  const found = [];
  for (let at = 1; at < parts.length; at += 2) found.push([parts[at], parts[at + 1]]);
  return found;
}

function collect(source, pattern, found, wanted = () => true) {
  for (const match of source.matchAll(pattern)) {
    const text = JSON.parse(`"${(match[1] ?? match[2] ?? match[3]).replace(/\\'/g, "'").replace(/(?<!\\)"/g, '\\"').replace(/\n/g, '\\n')}"`);
    if (wanted(text) && !text.startsWith(' + ')) found.add(text); // ' + x + ': an SVG transform
  }
}
