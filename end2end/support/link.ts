import { connect, createServer, type Server, type Socket } from 'node:net';

/** A way to a server that can fall silent, as a sleeping tunnel does: nothing comes, nothing is refused. */
export class Link {
  private silent = false;
  private readonly sockets = new Set<Socket>();

  private constructor(
    private readonly server: Server,
    /** The server's address by this way. */
    readonly url: string,
  ) {}

  static async to(url: string): Promise<Link> {
    const { hostname, port, pathname } = new URL(url);
    const server = createServer((near) => link.join(near, () => connect(Number(port), hostname)));
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    const own = server.address();
    if (typeof own !== 'object' || !own) throw new Error('the link has no address');
    const link = new Link(server, `http://127.0.0.1:${own.port}${pathname.replace(/\/$/, '')}`);
    return link;
  }

  private join(near: Socket, open: () => Socket): void {
    const far = open();
    // what was opened before the silence stays dead after it, as behind a firewall that forgot it
    let dead = false;
    const swallows = () => (dead ||= this.silent);
    for (const [from, to] of [[near, far], [far, near]]) {
      this.sockets.add(from);
      from.on('data', (bytes) => {
        if (!swallows()) to.write(bytes);
      });
      from.on('error', () => {});
      from.on('close', () => {
        this.sockets.delete(from);
        if (!swallows()) to.destroy();
      });
    }
    swallows();
    this.onSilence.push(swallows);
  }

  private readonly onSilence: (() => boolean)[] = [];

  /** From now on it swallows everything. */
  fallSilent(): void {
    this.silent = true;
    for (const swallow of this.onSilence) swallow();
  }

  /** New connections get through again. */
  wake(): void {
    this.silent = false;
  }

  async stop(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise((done) => this.server.close(done));
  }
}
