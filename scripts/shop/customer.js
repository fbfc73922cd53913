import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Registers a customer at the shop sample and logs in; resolves to a token once the profile and its wallet are there.
 *
 * @param {string} gateway
 * @param {{ email: string, password: string }} credentials
 * @param {AbortSignal} signal
 * @returns {Promise<string>}
 */
export async function signIn(gateway, credentials, signal) {
  await post(`${gateway}/auth/register`, { body: credentials, signal });
  const { token } = await post(`${gateway}/auth/login`, { body: credentials, signal });
  // The profile is made by an event, a moment after the registration.
  for (let tries = 0; tries < 100; tries += 1) {
    const profile = await fetch(`${gateway}/users/me`, { headers: { authorization: `Bearer ${token}` }, signal });
    if (profile.ok) return token;
    await sleep(50, undefined, { signal });
  }
  throw new Error('the profile did not appear');
}

/**
 * Orders something; resolves to the order, whatever became of it.
 *
 * @param {string} gateway
 * @param {string} token
 * @param {{ productId: string, quantity: number }} body
 * @param {AbortSignal} signal
 * @returns {Promise<{ id: string, state: string, reason?: string | null }>}
 */
export async function placeOrder(gateway, token, body, signal) {
  return post(`${gateway}/orders`, { token, body, answers: [201, 202, 409], signal });
}

/**
 * @param {string} url
 * @param {{ token?: string, body: object, answers?: number[], signal: AbortSignal }} request
 * @returns {Promise<any>}
 */
async function post(url, { token, body, answers = [200, 201], signal }) {
  const headers = { 'content-type': 'application/json', ...(token ? { authorization: `Bearer ${token}` } : {}) };
  const reply = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body), signal });
  if (!answers.includes(reply.status)) throw new Error(`${url} answered ${reply.status}: ${await reply.text()}`);
  return reply.json();
}
