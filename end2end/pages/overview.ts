import { Shell } from './shell';

/** How datacenters fare. */
export class OverviewPage extends Shell {
  async show(dc = 'dc1'): Promise<void> {
    await this.open(`/ui/${dc}/overview`);
  }
}
