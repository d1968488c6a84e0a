// The published npm package @camunda8/sdk works against us unmodified: its own REST client, and the
// older version of the cluster client that it brings along.
import assert from 'node:assert/strict';
import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { after, test } from 'node:test';

import { Camunda8 } from '@camunda8/sdk';

import { file, settings, until } from './house.mjs';

const camunda8 = new Camunda8({ ...settings, CAMUNDA_LOG_LEVEL: 'none' });
const rest = camunda8.getCamundaRestClient();
const cluster = camunda8.getOrchestrationClusterApiClientLoose();
const now = { consistency: { waitUpToMs: 0 } };

after(() => rest.stopWorkers());

const deploy = (...names) => rest.deployResourcesFromFiles(names.map(file));
const start = async (processDefinitionId, variables = {}, more = {}) =>
  (await rest.createProcessInstance({ processDefinitionId, variables, ...more })).processInstanceKey;
const instance = async (processInstanceKey) =>
  (await rest.searchProcessInstances({ filter: { processInstanceKey } })).items[0];
const state = async (key) => (await instance(key)).state;
const tasks = async (processInstanceKey) =>
  (await rest.searchUserTasks({ filter: { processInstanceKey, state: 'CREATED' } })).items;
const lend = (type) =>
  rest.activateJobs({ type, worker: 'w', timeout: 60_000, maxJobsToActivate: 10, requestTimeout: -1 });

async function ask(key, amount) {
  const [task] = await tasks(key);
  await rest.completeUserTask({ userTaskKey: task.userTaskKey, variables: { amount } });
}

test('a deployment tells what it brought', async () => {
  const done = await deploy('order.bpmn', 'discount.dmn', 'amount.form');
  assert.equal(done.processes[0].processDefinitionId, 'order');
  assert.equal(done.decisions[0].decisionDefinitionId, 'discount');
  assert.equal(done.forms[0].formId, 'amount');
  assert.equal((await rest.getTopology()).gatewayVersion, '8.9.0');
  assert.equal((await rest.getLicenseStatus()).validLicense, true);
});

test('an order goes all the way: person, decision, worker', async () => {
  const key = await start('order', { customer: 'Mira' });
  const [task] = await tasks(key);
  const { userTaskKey } = task;
  await rest.assignUserTask({ userTaskKey, assignee: 'alice' });
  await rest.updateUserTask({ userTaskKey, changeset: { candidateUsers: ['bob'] } });
  assert.deepEqual((await rest.getUserTask(userTaskKey)).candidateUsers, ['bob']);
  await rest.unassignUserTask({ userTaskKey });
  await ask(key, 150);

  const seen = [];
  const worker = rest.createJobWorker({
    type: 'ship',
    worker: 'w',
    timeout: 20_000,
    maxJobsToActivate: 2,
    pollIntervalMs: 50,
    requestTimeout: 1_000,
    jobHandler: (job) => {
      seen.push({ ...job.variables });
      return job.complete({ shipped: true });
    },
  });
  await until(async () => (await state(key)) === 'COMPLETED');
  worker.stop();
  assert.deepEqual(seen[0], { customer: 'Mira', amount: 150, discount: 10 });
  const found = await rest.searchVariables({ filter: { processInstanceKey: key, name: 'shipped' } });
  assert.equal(String(found.items[0].value), 'true');
  const [{ variableKey }] = found.items;
  assert.equal(String((await rest.getVariable({ variableKey })).value), 'true'); // it reads the JSON text
  // Its last long poll may still take a job: let it end first.
  await new Promise((go) => setTimeout(go, 1_500));
});

test('a job fails, is tried again, becomes an incident, is resolved', async () => {
  const key = await start('order');
  await ask(key, 5);
  let [job] = await lend('ship');
  await rest.failJob({ jobKey: job.jobKey, retries: 1, errorMessage: 'jam', retryBackOff: 0 });
  [job] = await lend('ship');
  assert.equal(job.retries, 1);
  await rest.failJob({ jobKey: job.jobKey, retries: 0, errorMessage: 'fire', retryBackOff: 0 });
  const found = await rest.searchIncidents({ filter: { processInstanceKey: key, state: 'ACTIVE' } });
  assert.equal(found.items[0].errorType, 'JOB_NO_RETRIES');
  await rest.updateJob({ jobKey: job.jobKey, retries: 3 });
  await rest.resolveIncident(found.items[0].incidentKey);
  [job] = await lend('ship');
  await rest.completeJob({ jobKey: job.jobKey, variables: {} });
  assert.equal(await state(key), 'COMPLETED');
});

test('a business error takes its arrow', async () => {
  const key = await start('order');
  await ask(key, 5);
  const [job] = await lend('ship');
  await rest.errorJob({ jobKey: job.jobKey, errorCode: 'out_of_stock', errorMessage: 'none', variables: {} });
  assert.deepEqual((await tasks(key)).map((task) => task.elementId), ['Tell']);
});

test('messages are published and correlated, signals are heard', async () => {
  await deploy('talk.bpmn', 'alarm.bpmn');
  const [one, two] = [await start('talk', { order_id: 'S-1' }), await start('talk', { order_id: 'S-2' })];
  await rest.publishMessage({ name: 'paid', correlationKey: 'S-1', timeToLive: 0, variables: {} });
  const done = await rest.correlateMessage({ name: 'paid', correlationKey: 'S-2', variables: {} });
  assert.equal(done.processInstanceKey, two);
  assert.deepEqual([await state(one), await state(two)], ['COMPLETED', 'COMPLETED']);
  const heard = await start('alarm');
  await rest.broadcastSignal({ signalName: 'alarm', variables: {} });
  assert.equal(await state(heard), 'COMPLETED');
});

test('a result is awaited; a timer goes off when the clock is pinned later', async () => {
  await deploy('quick.bpmn', 'waits.bpmn');
  const done = await rest.createProcessInstanceWithResult({
    processDefinitionId: 'quick',
    variables: { amount: 21 },
    fetchVariables: ['double'],
  });
  assert.equal(done.variables.double, 42);
  const key = await start('waits');
  await rest.pinInternalClock(Date.now() + 2 * 3_600_000);
  assert.equal(await state(key), 'COMPLETED');
  await rest.resetClock();
});

test('an instance is changed, modified, migrated and cancelled', async () => {
  await deploy('steps.bpmn');
  const key = await start('steps');
  await rest.updateElementInstanceVariables({ elementInstanceKey: key, variables: { n: 6 }, local: false });
  const [task] = await tasks(key);
  const told = await rest.searchUserTaskVariables({ userTaskKey: task.userTaskKey, sort: [{ field: 'name', order: 'ASC' }] });
  assert.deepEqual(told.items.map(({ name, value }) => [name, value]), [['n', '6']]);
  await rest.modifyProcessInstance({
    processInstanceKey: key,
    activateInstructions: [{ elementId: 'Second' }],
    terminateInstructions: [{ elementInstanceKey: task.elementInstanceKey }],
  });
  assert.deepEqual((await tasks(key)).map((each) => each.elementId), ['Second']);
  const { processes } = await deploy('longer.bpmn');
  await rest.migrateProcessInstance({
    processInstanceKey: key,
    targetProcessDefinitionKey: processes[0].processDefinitionKey,
    mappingInstructions: [{ sourceElementId: 'Second', targetElementId: 'Middle' }],
  });
  assert.deepEqual((await tasks(key)).map((each) => each.elementId), ['Middle']);
  await rest.cancelProcessInstance({ processInstanceKey: key });
  assert.equal(await state(key), 'TERMINATED');
});

test('many are cancelled in the background', async () => {
  const keys = [await start('steps'), await start('steps')];
  const filter = { processInstanceKey: { $in: keys } };
  const { batchOperationKey } = await cluster.cancelProcessInstancesBatchOperation({ filter }, now);
  await until(async () => (await cluster.getBatchOperation({ batchOperationKey }, now)).state === 'COMPLETED');
  assert.deepEqual([await state(keys[0]), await state(keys[1])], ['TERMINATED', 'TERMINATED']);
});

test('decisions are evaluated, definitions read, elements counted', async () => {
  const outcome = await rest.evaluateDecision({ decisionDefinitionId: 'discount', variables: { amount: 200 } });
  assert.equal(outcome.output, '10');
  const evaluated = await rest.callApiEndpoint({
    urlPath: 'expression/evaluation',
    method: 'POST',
    body: { expression: '=6 * 7' },
  });
  assert.equal(Number(evaluated.result), 42);
  const found = await rest.searchProcessDefinitions({ filter: { processDefinitionId: 'order' } });
  const { processDefinitionKey } = found.items[0];
  assert.equal((await rest.getProcessDefinition(processDefinitionKey)).name, 'Order');
  const xml = await rest.getProcessDefinitionXML(processDefinitionKey);
  assert.equal(xml, await readFile(file('order.bpmn'), 'utf8'));
  const key = await start('order');
  const ran = await rest.searchElementInstances({ filter: { processInstanceKey: key } });
  const asked = ran.items.find((item) => item.elementId === 'Ask');
  assert.equal((await rest.getElementInstance(asked.elementInstanceKey)).type, 'USER_TASK');
  const counted = await cluster.getProcessDefinitionStatistics({ processDefinitionKey }, now);
  assert.ok(counted.items.find((item) => item.elementId === 'Ask').active >= 1);
});

test('documents are kept, given, linked and removed', async () => {
  const kept = await rest.uploadDocument({
    file: createReadStream(file('notes.txt')),
    metadata: { fileName: 'notes.txt', contentType: 'text/plain' },
  });
  const { documentId } = kept;
  assert.deepEqual(await rest.downloadDocument({ documentId }), await readFile(file('notes.txt')));
  const link = await rest.createDocumentLink({ documentId, timeToLive: 60_000 });
  assert.ok(link.url.includes('/v2/documents/links/'));
  await rest.deleteDocument({ documentId });
  await assert.rejects(rest.downloadDocument({ documentId }), /404/);
});

test('people and groups are kept', async () => {
  await rest.createUser({ username: 'sdk', password: 'a long secret', name: 'Dora', email: 'd@x', enabled: true });
  const people = await rest.searchUsers({ filter: { username: 'sdk' } });
  assert.equal(people.items[0].name, 'Dora');
  await cluster.createGroup({ groupId: 'sdk', name: 'Laboratory' }, now);
  await cluster.assignUserToGroup({ groupId: 'sdk', username: 'sdk' }, now);
  const members = await cluster.searchUsersForGroup({ groupId: 'sdk' }, now);
  assert.deepEqual(members.items.map((each) => each.username), ['sdk']);
  await cluster.deleteGroup({ groupId: 'sdk' }, now);
  await cluster.deleteUser({ username: 'sdk' }, now);
});
