import { sendAlways } from "./client";
import { setting } from "./walk";

export const signIn = async (): Promise<void> => {
  sendAlways({ "X-API-Key": setting("CREDENTIAL") });
};

export const refresh = undefined;
