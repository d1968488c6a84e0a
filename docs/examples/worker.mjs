// A worker in JavaScript for the job type `ship-parcel` of shipping.bpmn; Ctrl-C stops it.
//
//   npm install @camunda8/orchestration-cluster-api
//   export CAMUNDA_REST_ADDRESS=http://localhost:8080 CAMUNDA_AUTH_STRATEGY=BASIC
//   export CAMUNDA_BASIC_AUTH_USERNAME=our-shop CAMUNDA_BASIC_AUTH_PASSWORD=$TOKEN
//   node worker.mjs
import { createCamundaClient } from '@camunda8/orchestration-cluster-api';

const stock = { book: 3, lamp: 0 };
const camunda = createCamundaClient();

const worker = camunda.createJobWorker({
  jobType: 'ship-parcel',
  maxParallelJobs: 5,
  jobTimeoutMs: 30_000,
  jobHandler: (job) => {
    const { article } = job.variables;
    // Something is wrong: tried again until no retries are left, then an incident.
    if (!(article in stock)) return job.fail({ errorMessage: `unknown article ${article}`, retries: job.retries - 1 });
    // A business "no": the diagram has an arrow for it.
    if (!stock[article]) return job.error({ errorCode: 'out_of_stock', errorMessage: `no ${article} left` });
    return job.complete({ parcel: `${job.customHeaders.carrier}-${job.processInstanceKey}` });
  },
});

process.on('SIGINT', () => worker.stop());
