/** A path to Redis whose open connections can go silent while new ones lead somewhere. */

import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import type { Scope } from "./service.ts";

/** Passes connections on to a server, which may become another one. */
export class RedisPath {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #target: number;

  constructor(target: number) {
    this.#target = target;
    this.#server = createServer((near) => this.#connect(near)).listen(0, "127.0.0.1");
  }

  /** Waits until it can be connected to. */
  async open(): Promise<void> {
    await once(this.#server, "listening");
  }

  get url(): string {
    return `redis://127.0.0.1:${(this.#server.address() as AddressInfo).port}/0`;
  }

  /** Passes on nothing more of the open connections, and leaves them open: as a lost machine does. */
  silence(): void {
    for (const socket of this.#sockets) socket.removeAllListeners("data").resume();
  }

  /** Leads new connections to another server; open ones stay where they are. */
  leadTo(target: number): void {
    this.#target = target;
  }

  close(): void {
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
  }

  #connect(near: Socket): void {
    const far = connect(this.#target, "127.0.0.1");
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
    }
  }
}

/** Opens a path to a Redis until the test ends. */
export const pathTo = async (scope: Scope, target: number): Promise<RedisPath> => {
  const path = new RedisPath(target);
  scope.after(async () => path.close());
  await path.open();
  return path;
};
