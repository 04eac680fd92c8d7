import { Shell } from './shell';

/** The list of nodes. */
export class NodesPage extends Shell {
  async show(query = '', dc = 'dc1'): Promise<void> {
    await this.open(`/ui/${dc}/nodes${query}`);
  }
}

/** One node. */
export class NodePage extends Shell {
  async show(name: string, dc = 'dc1'): Promise<void> {
    await this.open(`/ui/${dc}/nodes/${encodeURIComponent(name)}`);
  }
}
