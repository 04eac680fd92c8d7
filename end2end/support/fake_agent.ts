import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { freePort } from './process';

/** What a fake agent holds, and how it behaves. */
export interface FakeOptions {
  /** The names of its services; each has one instance, on the node `n1`. */
  services?: string[];
  /** Those of them whose check fails; the others pass. */
  critical?: string[];
  port?: number;
}

/** A small healthy agent of dc1, as far as the pages ask it. */
export class FakeAgent {
  private isSilent = false;
  private waiting: (() => void)[] = [];
  /** Its servers know no leader. */
  leaderless = false;

  private constructor(
    readonly port: number,
    private readonly server: Server,
  ) {}

  /** It takes questions and answers none, until it is no longer so: a machine that stood still. */
  set silent(silent: boolean) {
    this.isSilent = silent;
    if (!silent) for (const answer of this.waiting.splice(0)) answer();
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  static async start(options: FakeOptions = {}): Promise<FakeAgent> {
    const names = options.services ?? ['web'];
    const port = options.port ?? (await freePort());
    const server = createServer((request, response) => {
      if (agent.isSilent) agent.waiting.push(() => answer(request, response));
      else answer(request, response);
    });
    const answer = (request: IncomingMessage, response: ServerResponse): void => {
      const path = (request.url ?? '').split('?')[0];
      const { leaderless } = agent;
      response.setHeader('Content-Type', 'application/json');
      response.setHeader('X-Consul-Index', '7');
      response.setHeader('X-Consul-KnownLeader', leaderless ? 'false' : 'true');
      response.setHeader('X-Consul-LastContact', '0');
      const said = answers(names, options.critical ?? [])[path] ?? [];
      response.end(leaderless && path === '/v1/status/leader' ? '""' : JSON.stringify(said));
    };
    const agent = new FakeAgent(port, server);
    await new Promise<void>((done) => server.listen(port, '127.0.0.1', done));
    return agent;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((done) => this.server.close(done));
  }
}

function answers(names: string[], critical: string[]): Record<string, unknown> {
  const node = { ID: '', Node: 'n1', Address: '10.0.0.1', Datacenter: 'dc1', TaggedAddresses: {}, Meta: {} };
  const check = { Node: 'n1', CheckID: 'serfHealth', Name: 'Serf', Status: 'passing', Notes: '', Output: '', ServiceID: '', ServiceName: '' };
  const services = names.map((name) => ({
    ID: `${name}-1`, Service: name, Tags: ['v1'], Port: 80, Address: '', Meta: {}, Weights: { Passing: 1, Warning: 1 },
  }));
  const own = names.map((name) => ({
    ...check, CheckID: `service:${name}-1`, Name: 'answers', Status: critical.includes(name) ? 'critical' : 'passing',
    ServiceID: `${name}-1`, ServiceName: name,
  }));
  return {
    '/v1/catalog/datacenters': ['dc1'],
    '/v1/agent/self': {
      Config: { Datacenter: 'dc1', NodeName: 'n1', Version: '1.22.6', Server: true },
      Member: { Name: 'n1', Addr: '10.0.0.1', Tags: {} },
    },
    '/v1/status/leader': '10.0.0.1:8300',
    '/v1/catalog/services': Object.fromEntries(names.map((name) => [name, ['v1']])),
    '/v1/catalog/nodes': [node],
    '/v1/catalog/node/n1': { Node: node, Services: Object.fromEntries(services.map((one) => [one.ID, one])) },
    // asked with a filter: those that do not pass
    '/v1/health/state/any': own.filter((about) => about.Status !== 'passing'),
    '/v1/health/node/n1': [check, ...own],
    '/v1/internal/ui/services': names.map((name) => ({
      Name: name, Datacenter: 'dc1', Tags: ['v1'], Nodes: ['n1'], InstanceCount: 1,
      ChecksPassing: critical.includes(name) ? 1 : 2, ChecksWarning: 0, ChecksCritical: critical.includes(name) ? 1 : 0, Kind: '',
    })),
    '/v1/internal/ui/nodes': [{ ...node, Services: services, Checks: [check, ...own] }],
    ...Object.fromEntries(services.map((one) => [
      `/v1/health/service/${one.Service}`,
      [{ Node: node, Service: one, Checks: [check, ...own.filter((about) => about.ServiceID === one.ID)] }],
    ])),
  };
}
