import { type Client, expectStatus } from "../http.ts";
import type { Service } from "../service.ts";
import { ADDRESSES, type Callers, type SignIn } from "./types.ts";

const PASSWORD = "a passphrase for the smoke walk";

/** Makes an admin. Returns its first API key, or nothing where it signs in with the password. */
export const makeAdmin = async (
  command: Service["command"],
  email: string,
  password: string,
): Promise<string> => {
  const said = await command(["create-admin", "--email", email], { ADMIN_PASSWORD: password });
  return /^csa_\S+$/m.exec(said)?.[0] ?? "";
};

/** Signs an account in, with its password or with its first API key. */
type Credential = (
  service: Service,
  email: string,
  password: string,
  key: string,
) => Promise<Client>;

/** Accounts that the service's own command line makes: two admins, one of whom then is a user. */
export const withAccounts = (signIn: Credential, settings = {}): SignIn => ({
  settings,
  callers: async (service): Promise<Callers> => {
    const [admin, user] = [
      await signedIn(signIn, service, ADDRESSES.admin),
      await signedIn(signIn, service, ADDRESSES.user),
    ];
    const { id } = expectStatus(await user("GET", "/api/v1/users/me"), 200);
    expectStatus(await admin("PATCH", `/api/v1/users/${id}`, { role: "user" }), 200);
    return { admin, user };
  },
  close: async () => undefined,
});

const signedIn = async (signIn: Credential, service: Service, email: string): Promise<Client> => {
  const key = await makeAdmin(service.command, email, PASSWORD);
  return signIn(service, email, PASSWORD, key);
};
