/** A state for the tests: each service has its own. */

export const ENVIRONMENT: Readonly<Record<string, string>> = {};

export const newState = async () => ({ settings: {}, drop: async (): Promise<void> => {} });
