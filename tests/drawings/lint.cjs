// What published tools say of a drawing, a line each: the import of bpmn-moddle with the types of
// zeebe and of the modeler, bpmnlint's recommended rules, and the rules of camunda-compat.
const { readFileSync } = require('node:fs');
const { Linter } = require('bpmnlint');
const NodeResolver = require('bpmnlint/lib/resolver/node-resolver');
const moddleModule = require('bpmn-moddle');
const zeebe = require('zeebe-bpmn-moddle/resources/zeebe.json');
const modeler = require('modeler-moddle/resources/modeler.json');

const BpmnModdle = moddleModule.BpmnModdle || moddleModule.default || moddleModule;
const config = {
  extends: ['bpmnlint:recommended', 'plugin:camunda-compat/camunda-cloud-8-8'],
  rules: { 'bpmnlint/fake-join': 'off' }, // two ways may meet at one element
};

async function remarks(file) {
  const moddle = new BpmnModdle({ zeebe, modeler });
  const read = await moddle.fromXML(readFileSync(file, 'utf8'), 'bpmn:Definitions');
  const linter = new Linter({ config, resolver: new NodeResolver({ require }) });
  const found = Object.entries(await linter.lint(read.rootElement));
  return [
    ...read.warnings.map((warning) => `import: ${warning.message}`),
    ...found.flatMap(([rule, reports]) =>
      reports.map((each) => `${each.category} ${rule}: ${each.id} ${each.message}`)),
  ];
}

(async () => {
  for (const file of process.argv.slice(2)) {
    for (const line of await remarks(file)) console.log(`${file}: ${line}`);
  }
})();
