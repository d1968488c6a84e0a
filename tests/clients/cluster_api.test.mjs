// The published npm package @camunda8/orchestration-cluster-api works against us unmodified,
// and its own strict validation finds nothing wrong in our answers.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, test } from 'node:test';

import { createCamundaClient } from '@camunda8/orchestration-cluster-api';

import { file, settings, until } from './house.mjs';

const camunda = createCamundaClient({
  config: { ...settings, CAMUNDA_SDK_VALIDATION: 'req:none,res:strict', CAMUNDA_SDK_LOG_LEVEL: 'error' },
});
const now = { consistency: { waitUpToMs: 0 } };

after(() => camunda.stopAllWorkers());

const deploy = (...names) => camunda.deployResourcesFromFiles(names.map(file));
const start = async (processDefinitionId, more = {}) =>
  (await camunda.createProcessInstance({ processDefinitionId, ...more })).processInstanceKey;
const instance = (processInstanceKey) => camunda.getProcessInstance({ processInstanceKey }, now);
const state = async (key) => (await instance(key)).state;
const tasks = async (processInstanceKey, filter = {}) =>
  (await camunda.searchUserTasks({ filter: { processInstanceKey, state: 'CREATED', ...filter } }, now)).items;
const incidents = async (processInstanceKey) =>
  (await camunda.searchProcessInstanceIncidents({ processInstanceKey, filter: { state: 'ACTIVE' } }, now)).items;
const refused = (call, status) => assert.rejects(call, (error) => error.status === status);

async function ask(key, amount) {
  const [task] = await tasks(key);
  await camunda.completeUserTask({ userTaskKey: task.userTaskKey, variables: { amount } });
}

test('a deployment tells what it brought', async () => {
  const done = await deploy('order.bpmn', 'discount.dmn', 'amount.form');
  assert.equal(done.processes[0].processDefinitionId, 'order');
  assert.equal(done.decisions[0].decisionDefinitionId, 'discount');
  assert.equal(done.forms[0].formId, 'amount');
  assert.ok((await camunda.getTopology()).brokers[0].partitions.length > 0);
});

test('an order goes all the way: person, decision, worker', async () => {
  const key = await start('order', { variables: { customer: 'Mira' }, businessId: 'B-1', tags: ['web'] });
  const [task] = await tasks(key, { candidateGroup: 'sales' });
  assert.equal(task.name, 'Ask for the amount');
  assert.equal((await camunda.getUserTaskForm({ userTaskKey: task.userTaskKey }, now)).formId, 'amount');
  await camunda.assignUserTask({ userTaskKey: task.userTaskKey, assignee: 'alice' });
  await camunda.updateUserTask({ userTaskKey: task.userTaskKey, changeset: { priority: 90 } });
  await camunda.unassignUserTask({ userTaskKey: task.userTaskKey });
  assert.equal((await camunda.getUserTask({ userTaskKey: task.userTaskKey }, now)).priority, 90);
  await ask(key, 150);

  const seen = [];
  const worker = camunda.createJobWorker({
    jobType: 'ship',
    maxParallelJobs: 2,
    jobTimeoutMs: 20_000,
    pollIntervalMs: 50,
    jobHandler: async (job) => {
      seen.push(job.variables, job.customHeaders);
      return job.complete({ shipped: true });
    },
  });
  await until(async () => (await state(key)) === 'COMPLETED');
  await worker.stopGracefully({ waitUpToMs: 15_000 });
  assert.deepEqual(seen[0], { customer: 'Mira', amount: 150, discount: 10 });
  assert.deepEqual(seen[1], { lane: 'fast' });
  const found = await camunda.searchVariables({ filter: { processInstanceKey: key, name: 'shipped' } }, now);
  assert.equal(found.items[0].value, 'true');
  assert.deepEqual((await instance(key)).tags, ['web']);
});

const lend = async (type) =>
  (await camunda.activateJobs({ type, timeout: 60_000, maxJobsToActivate: 10, requestTimeout: -1 })).jobs;

test('a job fails, is tried again, becomes an incident, is resolved', async () => {
  const key = await start('order');
  await ask(key, 5);
  let [job] = await lend('ship');
  await camunda.failJob({ jobKey: job.jobKey, retries: 1, errorMessage: 'jam', retryBackOff: 0 });
  [job] = await lend('ship');
  assert.equal(job.retries, 1);
  await camunda.failJob({ jobKey: job.jobKey, retries: 0, errorMessage: 'fire' });
  const [incident] = await incidents(key);
  assert.equal(incident.errorType, 'JOB_NO_RETRIES');
  await refused(camunda.completeJob({ jobKey: job.jobKey }), 409);
  await camunda.updateJob({ jobKey: job.jobKey, changeset: { retries: 3 } });
  await camunda.resolveIncident({ incidentKey: incident.incidentKey });
  [job] = await lend('ship');
  await camunda.completeJob({ jobKey: job.jobKey, variables: {} });
  assert.equal(await state(key), 'COMPLETED');
});

test('a business error takes its arrow', async () => {
  const key = await start('order');
  await ask(key, 5);
  const [job] = await lend('ship');
  await camunda.throwJobError({ jobKey: job.jobKey, errorCode: 'out_of_stock', errorMessage: 'none left' });
  assert.deepEqual((await tasks(key)).map((task) => task.elementId), ['Tell']);
});

test('messages are published and correlated, signals are heard', async () => {
  await deploy('talk.bpmn', 'alarm.bpmn');
  const [one, two] = [await start('talk', { variables: { order_id: 'J-1' } }), await start('talk', { variables: { order_id: 'J-2' } })];
  await camunda.publishMessage({ name: 'paid', correlationKey: 'J-1', timeToLive: 0 });
  const done = await camunda.correlateMessage({ name: 'paid', correlationKey: 'J-2' });
  assert.equal(done.processInstanceKey, two);
  assert.deepEqual([await state(one), await state(two)], ['COMPLETED', 'COMPLETED']);
  const taken = await camunda.searchCorrelatedMessageSubscriptions({ filter: { processInstanceKey: one } }, now);
  assert.equal(taken.items.length, 1);
  const heard = await start('alarm');
  await camunda.broadcastSignal({ signalName: 'alarm' });
  assert.equal(await state(heard), 'COMPLETED');
});

test('a timer goes off when the clock is pinned later', async () => {
  await deploy('waits.bpmn');
  const key = await start('waits');
  await camunda.pinClock({ timestamp: Date.now() + 2 * 3_600_000 });
  assert.equal(await state(key), 'COMPLETED');
  await camunda.resetClock();
});

test('an instance is changed, moved, migrated and cancelled', async () => {
  await deploy('steps.bpmn');
  const key = await start('steps');
  await camunda.createElementInstanceVariables({ elementInstanceKey: key, variables: { n: 6 } });
  const found = await camunda.searchVariables({ filter: { processInstanceKey: key } }, now);
  assert.deepEqual(found.items.map(({ name, value }) => [name, value]), [['n', '6']]);
  await camunda.modifyProcessInstance({
    processInstanceKey: key,
    moveInstructions: [
      {
        sourceElementInstruction: { sourceType: 'byId', sourceElementId: 'First' },
        targetElementId: 'Second',
        ancestorScopeInstruction: { ancestorScopeType: 'inferred' },
      },
    ],
  });
  assert.deepEqual((await tasks(key)).map((task) => task.elementId), ['Second']);
  const { processes } = await deploy('longer.bpmn');
  await camunda.migrateProcessInstance({
    processInstanceKey: key,
    targetProcessDefinitionKey: processes[0].processDefinitionKey,
    mappingInstructions: [{ sourceElementId: 'Second', targetElementId: 'Middle' }],
  });
  assert.equal((await instance(key)).processDefinitionVersion, processes[0].processDefinitionVersion);
  await camunda.cancelProcessInstance({ processInstanceKey: key });
  assert.equal(await state(key), 'TERMINATED');
  await refused(camunda.cancelProcessInstance({ processInstanceKey: key }), 404);
});

test('many are cancelled in the background', async () => {
  const keys = [await start('steps'), await start('steps')];
  const { batchOperationKey } = await camunda.cancelProcessInstancesBatchOperation({
    filter: { processInstanceKey: { $in: keys } },
  });
  await until(async () => (await camunda.getBatchOperation({ batchOperationKey }, now)).state === 'COMPLETED');
  const items = await camunda.searchBatchOperationItems({ filter: { batchOperationKey } }, now);
  assert.deepEqual(items.items.map((item) => item.state), ['COMPLETED', 'COMPLETED']);
  assert.deepEqual([await state(keys[0]), await state(keys[1])], ['TERMINATED', 'TERMINATED']);
});

test('decisions and expressions are evaluated', async () => {
  const outcome = await camunda.evaluateDecision({ decisionDefinitionId: 'discount', variables: { amount: 200 } });
  assert.equal(outcome.output, '10');
  assert.equal((await camunda.evaluateExpression({ expression: '=6 * 7' })).result, 42);
  const kept = await camunda.searchDecisionInstances({ filter: { decisionDefinitionId: 'discount' } }, now);
  const { decisionEvaluationInstanceKey } = kept.items[0];
  assert.ok((await camunda.getDecisionInstance({ decisionEvaluationInstanceKey }, now)).matchedRules.length);
  const [decision] = (await camunda.searchDecisionDefinitions({}, now)).items;
  const xml = await camunda.getDecisionDefinitionXml({ decisionDefinitionKey: decision.decisionDefinitionKey }, now);
  assert.equal(xml, await readFile(file('discount.dmn'), 'utf8'));
});

test('what runs and ran is counted', async () => {
  const key = await start('order');
  const [definition] = (
    await camunda.searchProcessDefinitions({ filter: { processDefinitionId: 'order', isLatestVersion: true } }, now)
  ).items;
  const { processDefinitionKey } = definition;
  const counted = await camunda.getProcessDefinitionStatistics({ processDefinitionKey }, now);
  assert.ok(counted.items.find((item) => item.elementId === 'Ask').active >= 1);
  const of = await camunda.getProcessInstanceStatistics({ processInstanceKey: key }, now);
  assert.equal(of.items.find((item) => item.elementId === 'Ask').active, 1);
  const flows = await camunda.getProcessInstanceSequenceFlows({ processInstanceKey: key }, now);
  assert.equal(flows.items.length, 1);
  const running = await camunda.getProcessDefinitionInstanceStatistics({}, now);
  assert.ok(running.items.length >= 1);
  const versions = await camunda.getProcessDefinitionInstanceVersionStatistics(
    { filter: { processDefinitionId: 'order' } },
    now,
  );
  assert.equal(versions.items[0].processDefinitionId, 'order');
  const page = await camunda.searchElementInstances({ page: { limit: 2 }, sort: [{ field: 'startDate' }] }, now);
  assert.equal(page.items.length, 2);
  const next = await camunda.searchElementInstances(
    { page: { limit: 2, after: page.page.endCursor }, sort: [{ field: 'startDate' }] },
    now,
  );
  assert.notEqual(next.items[0].elementInstanceKey, page.items[0].elementInstanceKey);
});

test('documents are kept, given and removed', async () => {
  const content = new File(['hello'], 'hello.txt', { type: 'text/plain' });
  const kept = await camunda.createDocument({ file: content, metadata: { fileName: 'hello.txt' } });
  const given = await camunda.getDocument({ documentId: kept.documentId, contentHash: kept.contentHash });
  assert.equal(await new Response(given).text(), 'hello');
  const link = await camunda.createDocumentLink({ documentId: kept.documentId });
  assert.ok(link.url.includes('/v2/documents/links/'));
  await camunda.deleteDocument({ documentId: kept.documentId });
  await refused(camunda.getDocument({ documentId: kept.documentId }), 404);
});

test('people, groups and roles are kept', async () => {
  await camunda.createUser({ username: 'dora', password: 'a long secret', name: 'Dora', email: 'd@x' });
  assert.equal((await camunda.getUser({ username: 'dora' }, now)).name, 'Dora');
  await camunda.createGroup({ groupId: 'lab', name: 'Laboratory' });
  await camunda.assignUserToGroup({ groupId: 'lab', username: 'dora' });
  const members = await camunda.searchUsersForGroup({ groupId: 'lab' }, now);
  assert.deepEqual(members.items.map((each) => each.username), ['dora']);
  await refused(camunda.createGroup({ groupId: 'lab', name: 'Laboratory' }), 409);
  await camunda.createRole({ roleId: 'auditor', name: 'Auditor' });
  await camunda.assignRoleToUser({ roleId: 'auditor', username: 'dora' });
  await camunda.deleteRole({ roleId: 'auditor' });
  await camunda.deleteGroup({ groupId: 'lab' });
  await camunda.deleteUser({ username: 'dora' });
  await refused(camunda.getUser({ username: 'dora' }, now), 404);
  assert.equal((await camunda.getAuthentication()).username, 'alice');
});
