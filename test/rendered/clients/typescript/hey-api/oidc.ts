import { client } from "./client/client.gen";
import { setting } from "./walk";

export const signIn = async (): Promise<void> => {
  client.setConfig({ auth: setting("CREDENTIAL") });
};

export const refresh = undefined;
