import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Process, freePort, until } from './process';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');

/** The binary: `$WAGGLE_BIN`, else the last debug build. */
export const binary = process.env.WAGGLE_BIN || join(root, 'target', 'debug', 'waggle');

/** A running waggle. */
export interface Waggle {
  /** With the base path, without an ending slash. */
  url: string;
  log(): string;
  stop(): Promise<void>;
}

/** Starts waggle with these flags and waits until it answers. */
export async function startWaggle(flags: string[], basePath = '', port?: number): Promise<Waggle> {
  if (!existsSync(binary)) throw new Error(`there is no waggle at ${binary}: build it first`);
  const address = `127.0.0.1:${port ?? (await freePort())}`;
  const all = ['--listen', address, ...(basePath ? ['--base-path', basePath] : []), ...flags];
  // the demo keeps its history in memory; of other agents nothing is kept in the user's folder
  if (flags.includes('--agent')) all.push('--no-history');
  const program = new Process(binary, () => all);
  const url = `http://${address}${basePath}`;
  try {
    await until(`waggle on ${url}`, async () => (await fetch(`${url}/healthz`)).ok);
  } catch (error) {
    throw new Error(`${error}\n${program.log()}`);
  }
  return { url, log: () => program.log(), stop: () => program.stop() };
}

/** A request to waggle's API as the page sends it. */
export async function api(waggle: Waggle, method: string, path: string, body?: unknown): Promise<Response> {
  return fetch(`${waggle.url}${path}`, {
    method,
    headers: { 'X-Waggle': '1', ...(body === undefined ? {} : { 'Content-Type': 'application/json' }) },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
}

let folders = 0;

/** A folder that no other test uses. */
export function folder(word: string): string {
  folders += 1;
  return `end2end/${word}-${process.pid}-${folders}`;
}

/** Creates a key, which must not be there. */
export async function createKey(waggle: Waggle, key: string, value: string | Uint8Array, flags = 0): Promise<void> {
  const answer = await api(waggle, 'PUT', '/api/kv/value', {
    Datacenter: 'dc1',
    Key: key,
    Value: Buffer.from(value).toString('base64'),
    Flags: flags,
    Cas: 0,
  });
  if (!answer.ok) throw new Error(`${key}: ${answer.status} ${await answer.text()}`);
}

/** Creates so many keys in `root`, k000 and so on. */
export async function createKeys(waggle: Waggle, root: string, count: number): Promise<void> {
  for (let from = 0; from < count; from += 20) {
    const numbers = Array.from({ length: Math.min(20, count - from) }, (_, index) => from + index);
    await Promise.all(numbers.map((one) => createKey(waggle, `${root}k${String(one).padStart(3, '0')}`, '1')));
  }
}

/** A key as it is now; none where it is missing. */
export async function readKey(
  waggle: Waggle,
  key: string,
): Promise<{ bytes: Buffer; flags: number; index: number } | undefined> {
  const answer = await api(waggle, 'GET', `/api/kv/value?dc=dc1&key=${encodeURIComponent(key)}`);
  if (answer.status === 404) return undefined;
  if (!answer.ok) throw new Error(`${key}: ${answer.status} ${await answer.text()}`);
  const pair = await answer.json();
  return { bytes: Buffer.from(pair.Value ?? '', 'base64'), flags: pair.Flags, index: pair.ModifyIndex };
}

/** Overwrites a key as somebody else would. */
export async function overwriteKey(waggle: Waggle, key: string, value: string): Promise<void> {
  const now = await readKey(waggle, key);
  const answer = await api(waggle, 'PUT', '/api/kv/value', {
    Datacenter: 'dc1',
    Key: key,
    Value: Buffer.from(value).toString('base64'),
    Flags: now?.flags ?? 0,
    Cas: now?.index ?? 0,
  });
  if (!answer.ok) throw new Error(`${key}: ${answer.status} ${await answer.text()}`);
}
