import { type Client, expectStatus } from "../http.ts";
import type { Service } from "../service.ts";
import { ADDRESSES, type Callers, type SignIn } from "./types.ts";

const PASSWORD = "a passphrase for the smoke walk";

/** Signs an account in, with its password or with what `create-admin` printed. */
type Credential = (
  service: Service,
  email: string,
  password: string,
  said: string,
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
  const variables = { ADMIN_PASSWORD: PASSWORD };
  const said = await service.command(["create-admin", "--email", email], variables);
  return signIn(service, email, PASSWORD, said);
};
