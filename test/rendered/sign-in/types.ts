import type { Client } from "../http.ts";
import type { Project, Variables } from "../project.ts";
import type { Service } from "../service.ts";

/** An admin and a user, and how they call. */
export type Callers = { readonly admin: Client; readonly user: Client };

/** How callers of a service prove who they are. */
export type SignIn = {
  /** Settings that the service needs for it. */
  readonly settings: Variables;
  /** Makes two accounts, with the addresses of `ADDRESSES`, and signs them in. */
  readonly callers: (service: Service) => Promise<Callers>;
  readonly close: () => Promise<void>;
};

export type OpenSignIn = (project: Project) => Promise<SignIn>;

export const ADDRESSES = { admin: "admin@example.com", user: "user@example.com" } as const;
