// Reads each diagram as the modeler does and writes it again: node resave.mjs <web/assets>, pairs of files on stdin
import { readFileSync, writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const assets = process.argv[2];
const load = (file) => import(pathToFileURL(join(assets, file)));
const { BpmnModdle } = await load('node_modules/bpmn-moddle/dist/index.js');
const { withLegalIds } = await load('studio/reading.js');
const zeebe = JSON.parse(readFileSync(join(assets, 'node_modules/zeebe-bpmn-moddle/resources/zeebe.json')));

for await (const line of createInterface({ input: process.stdin })) {
  const [from, to] = line.split('\t');
  const moddle = new BpmnModdle({ zeebe });
  const { rootElement } = await moddle.fromXML(withLegalIds(readFileSync(from, 'utf8')));
  const { xml } = await moddle.toXML(rootElement, { format: true });
  writeFileSync(to, xml);
}
