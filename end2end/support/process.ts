import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, openSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A process that ends with this one, however this one ends. */
export class Process {
  private readonly shell: ChildProcess;
  private readonly gone: Promise<void>;
  readonly folder: string;

  /** A shell stands between: it ends the program, by its process id, when our pipe closes. */
  constructor(command: string, args: (folder: string) => string[], environment: Record<string, string> = {}) {
    this.folder = mkdtempSync(join(tmpdir(), 'waggle-end2end-'));
    const script = `folder=$1; shift; "$@" & program=$!
      read -r _; kill -9 "$program"; wait "$program"; rm -rf "$folder"`;
    const log = openSync(join(this.folder, 'log'), 'w');
    this.shell = spawn('sh', ['-c', script, 'sh', this.folder, command, ...args(this.folder)], {
      stdio: ['pipe', log, log],
      env: { ...clean(process.env), ...environment },
    });
    this.gone = new Promise((done) => this.shell.once('exit', () => done()));
  }

  /** What it wrote so far. */
  log(): string {
    try {
      return readFileSync(join(this.folder, 'log'), 'utf8');
    } catch {
      return '';
    }
  }

  /** Ends it and waits until it is gone. */
  async stop(): Promise<void> {
    this.shell.stdin?.end();
    await this.gone;
  }
}

/** The environment without what would lead waggle to somebody's real agents. */
function clean(environment: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(
    Object.entries(environment).filter(
      (entry): entry is [string, string] =>
        entry[1] !== undefined && !entry[0].startsWith('CONSUL_') && !entry[0].startsWith('WAGGLE_'),
    ),
  );
}

/** A port of 127.0.0.1 where nobody listens. */
export function freePort(): Promise<number> {
  return new Promise((done, fail) => {
    const server = createServer();
    server.once('error', fail);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => done(typeof address === 'object' && address ? address.port : 0));
    });
  });
}

/** Asks until it gets an answer that is wanted. */
export async function until<T>(
  what: string,
  ask: () => Promise<T | undefined | false>,
  seconds = 30,
): Promise<T> {
  const end = Date.now() + seconds * 1000;
  let last: unknown;
  while (Date.now() < end) {
    try {
      const found = await ask();
      if (found !== undefined && found !== false) return found;
    } catch (error) {
      last = error;
    }
    await new Promise((done) => setTimeout(done, 100));
  }
  throw new Error(`${what}: not within ${seconds} s${last ? `; last: ${last}` : ''}`);
}
