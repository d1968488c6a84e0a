// Where the server is, who asks, and small helpers that every story uses.
import { join } from 'node:path';

export const address = process.env.PEYVAND_ADDRESS;
export const password = process.env.PEYVAND_PASSWORD;
export const file = (name) => join(process.env.PEYVAND_FILES, name);

export const settings = {
  CAMUNDA_REST_ADDRESS: address,
  ZEEBE_REST_ADDRESS: address,
  CAMUNDA_AUTH_STRATEGY: 'BASIC',
  CAMUNDA_BASIC_AUTH_USERNAME: 'alice',
  CAMUNDA_BASIC_AUTH_PASSWORD: password,
};

export async function until(question, seconds = 30) {
  const end = Date.now() + seconds * 1000;
  for (;;) {
    const answer = await question();
    if (answer) return answer;
    if (Date.now() > end) throw new Error(`not so after ${seconds} s: ${question}`);
    await new Promise((go) => setTimeout(go, 100));
  }
}
