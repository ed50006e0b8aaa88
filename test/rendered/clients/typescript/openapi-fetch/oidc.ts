import { sendAlways } from "./client";
import { setting } from "./walk";

export const signIn = async (): Promise<void> => {
  sendAlways({ Authorization: `Bearer ${setting("CREDENTIAL")}` });
};

export const refresh = undefined;
