/** A line to the server of a URL that can be cut, or go silent. */

import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";

/** Listens on a port of its own, and passes on what comes to the server. */
export class Line {
  readonly #target: URL;
  readonly #defaultPort: number;
  readonly #sockets = new Set<Socket>();
  #server: Server | undefined;
  #port = 0;
  #isSilent = false;

  constructor(databaseUrl: string, defaultPort: number) {
    this.#target = new URL(databaseUrl);
    this.#defaultPort = defaultPort;
  }

  get url(): string {
    const url = new URL(this.#target);
    url.host = `127.0.0.1:${this.#port}`;
    return url.href;
  }

  async restore(): Promise<void> {
    this.#isSilent = false;
    for (const socket of this.#sockets) {
      socket.resume();
    }
    if (this.#server === undefined) {
      this.#server = createServer((near) => this.#connect(near)).listen(this.#port, "127.0.0.1");
      await once(this.#server, "listening");
      this.#port = (this.#server.address() as AddressInfo).port;
    }
  }

  async cut(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    for (const socket of this.#sockets) {
      socket.destroy();
    }
    if (server !== undefined) {
      server.close();
      await once(server, "close");
    }
  }

  silence(): void {
    this.#isSilent = true;
    for (const socket of this.#sockets) {
      socket.pause();
    }
  }

  #connect(near: Socket): void {
    const port = Number(this.#target.port || this.#defaultPort);
    const far = connect(port, this.#target.hostname);
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      this.#sockets.add(from);
      from.on("data", (piece) => to.write(piece));
      from.on("error", () => to.destroy());
      from.on("close", () => {
        this.#sockets.delete(from);
        to.destroy();
      });
      if (this.#isSilent) {
        from.pause();
      }
    }
  }
}
