import { fileURLToPath } from "node:url";
import {
  type AuthorizationServer,
  allowInsecureRequests,
  genericTokenEndpointRequest,
  None,
  type Client as OAuthClient,
  processGenericTokenEndpointResponse,
  processRefreshTokenResponse,
  processRevocationResponse,
  refreshTokenGrantRequest,
  revocationRequest,
} from "oauth4webapi";
import { expect } from "vitest";
import { runScript } from "../fastapi.ts";
import { clientOf } from "../http.ts";
import type { Project } from "../project.ts";
import type { Service } from "../service.ts";
import { withAccounts } from "./accounts.ts";
import type { OpenSignIn } from "./types.ts";

const client: OAuthClient = { client_id: "walk" };
/** More clients sign in within a minute than one address may. */
const MANY_SIGN_INS = { RATE_LIMIT_AUTH: "10/minute" };
const overHttp = { [allowInsecureRequests]: true };

/** A bearer token for a password (OAuth2, as `jwt` and `opaque` have it), with clients of OAuth. */
export const bearer: OpenSignIn = async (project) => {
  const signIn = withAccounts(async ({ url }, username, password) => {
    const server: AuthorizationServer = {
      issuer: url,
      token_endpoint: `${url}/api/v1/auth/token`,
      revocation_endpoint: `${url}/api/v1/auth/revoke`,
    };
    const signIn = async () => {
      const form = { username, password };
      const answer = await genericTokenEndpointRequest(
        server,
        client,
        None(),
        "password",
        form,
        overHttp,
      );
      return processGenericTokenEndpointResponse(server, client, answer);
    };
    const refresh = async (token = "") => {
      const answer = await refreshTokenGrantRequest(server, client, None(), token, overHttp);
      return processRefreshTokenResponse(server, client, answer);
    };
    const statusWith = async (token: string) =>
      (await clientOf(url, { authorization: `Bearer ${token}` })("GET", "/api/v1/users/me")).status;

    const other = await signIn();
    const revoked = await revocationRequest(
      server,
      client,
      None(),
      other.refresh_token ?? "",
      overHttp,
    );
    await processRevocationResponse(revoked);
    expect(await statusWith(other.access_token), "after revocation").toBe(401);

    const { refresh_token: token } = await signIn();
    const { access_token: access } = await refresh(token);
    return clientOf(url, { authorization: `Bearer ${access}` });
  }, MANY_SIGN_INS);
  return {
    ...signIn,
    callers: async (service) => {
      await walkInPython(project, service);
      return signIn.callers(service);
    },
  };
};

/** Takes the walk with those that Python programs use. */
const walkInPython = async (project: Project, service: Service): Promise<void> => {
  const [email, password] = ["client@example.com", "what two other programs know"];
  await service.command(["create-admin", "--email", email], { ADMIN_PASSWORD: password });
  const program = fileURLToPath(new URL("oauth_clients.py", import.meta.url));
  await runScript(project, program, [service.url, email], { CLIENT_PASSWORD: password });
};
