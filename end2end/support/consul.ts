import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { Process, until } from './process';

/** Consul 1.22.6, or whatever `$CONSUL_BIN` names; none where there is none. */
export function consulBinary(): string | undefined {
  const cache = process.env.XDG_CACHE_HOME || join(homedir(), '.cache');
  const path = process.env.CONSUL_BIN || join(cache, 'waggle', 'consul-1.22.6');
  return existsSync(path) ? path : undefined;
}

/** How an agent is started. */
export interface AgentOptions {
  node: string;
  ip: string;
  /** How many servers make a quorum; 0: a client. */
  servers: number;
  join: string[];
  datacenter?: string;
  /** More of its configuration, as HCL. */
  hcl?: string;
}

/** A real agent on a loopback address of its own. */
export class Agent {
  readonly node: string;
  readonly ip: string;
  readonly url: string;
  private readonly process: Process;

  constructor(options: AgentOptions) {
    const binary = consulBinary();
    if (!binary) throw new Error('there is no Consul on this machine');
    this.node = options.node;
    this.ip = options.ip;
    this.url = `http://${options.ip}:8500`;
    this.process = new Process(binary, (folder) => [
      'agent',
      '-log-level=warn',
      `-node=${options.node}`,
      `-datacenter=${options.datacenter ?? 'dc1'}`,
      `-bind=${options.ip}`,
      `-client=${options.ip}`,
      `-data-dir=${join(folder, 'data')}`,
      ...(options.servers > 0 ? ['-server', `-bootstrap-expect=${options.servers}`] : []),
      ...options.join.map((ip) => `-retry-join=${ip}`),
      '-retry-interval=1s',
      '-hcl=performance { raft_multiplier = 1 }',
      ...(options.hcl ? [`-hcl=${options.hcl}`] : []),
    ]);
  }

  async json(path: string): Promise<any> {
    const answer = await fetch(`${this.url}${path}`);
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    return answer.json();
  }

  async put(path: string, body?: unknown): Promise<void> {
    const answer = await fetch(`${this.url}${path}`, {
      method: 'PUT',
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  }

  /** The address of the leading server, without its port; empty where there is none. */
  async leader(): Promise<string> {
    return String(await this.json('/v1/status/leader')).replace(/:\d+$/, '');
  }

  log(): string {
    return this.process.log();
  }

  /** Ends it at once, as a power cut would. */
  stop(): Promise<void> {
    return this.process.stop();
  }
}

/** Starts agents together and waits until one of them leads and all are registered. */
export async function startCluster(options: AgentOptions[]): Promise<Agent[]> {
  const agents = options.map((one) => new Agent(one));
  try {
    await until(
      'a cluster with a leader and every node',
      async () => {
        const nodes = await agents[0].json('/v1/catalog/nodes');
        const states = await Promise.all(agents.map((agent) => agent.leader()));
        return nodes.length === agents.length && states.every((leader) => leader !== '');
      },
      60,
    );
  } catch (error) {
    const logs = agents.map((agent) => `${agent.node}:\n${agent.log()}`).join('\n');
    await Promise.all(agents.map((agent) => agent.stop()));
    throw new Error(`${error}\n${logs}`);
  }
  return agents;
}

/** go-micro's tags: broker, protocol, registry, version 1.0.0. */
export const microTags = [
  't-789caa564a2acacf4e2d52b252ca28292950aa05040000ffff364d0600',
  'v-789c32d433d03300040000ffff02ce00ee',
  't-789caa562a28ca2fc94fcecf51b252ca2d4d2e50aa05040000ffff46a906e2',
  't-789caa562a4a4dcf2c2e29aa54b2524acecf2b2ecd51aa05040000ffff560f07c8',
];
