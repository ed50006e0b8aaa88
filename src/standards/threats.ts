/** Where data passes from less trust to more; the number is that of the diagram. */
export const BOUNDARIES = {
  callers: { number: 1, title: "callers to the service" },
  accounts: { number: 2, title: "anonymous to signed in" },
  rights: { number: 3, title: "signed in to the data of others" },
  stores: { number: 4, title: "the service to its stores" },
  systems: { number: 5, title: "the service to other systems" },
  operation: { number: 6, title: "operators to the service" },
} as const;

/** A threat: the boundary that it crosses, its kind in STRIDE, and what an attacker does. */
type Threat = {
  readonly at: keyof typeof BOUNDARIES;
  readonly stride: string;
  readonly title: string;
};

const threats = {
  "false-origins": {
    at: "callers",
    stride: "Spoofing",
    title: "A caller claims another address, host or trace",
  },
  "foreign-pages": {
    at: "callers",
    stride: "Spoofing",
    title: "A page of another site calls, reads or frames the service in a user's browser",
  },
  "plain-transport": {
    at: "callers",
    stride: "Tampering",
    title: "Requests are read or changed on the way",
  },
  "ambiguous-input": {
    at: "callers",
    stride: "Tampering",
    title: "Input is forged, or means one thing here and another elsewhere",
  },
  "revealed-internals": {
    at: "callers",
    stride: "Information disclosure",
    title: "A response reveals internals or undeclared fields",
  },
  "costly-requests": {
    at: "callers",
    stride: "Denial of service",
    title: "A single request or slow client uses up time, memory or connections",
  },
  floods: {
    at: "callers",
    stride: "Denial of service",
    title: "Many requests keep others out",
  },
  "guessed-credentials": {
    at: "accounts",
    stride: "Spoofing",
    title: "A credential is guessed",
  },
  "forged-credentials": {
    at: "accounts",
    stride: "Spoofing",
    title: "A credential is forged, or one kind passes for another",
  },
  "stolen-credentials": {
    at: "accounts",
    stride: "Spoofing",
    title: "A stolen or ended credential is used",
  },
  "taken-accounts": {
    at: "accounts",
    stride: "Spoofing",
    title: "An account is taken over, or comes back after its deletion",
  },
  enumeration: {
    at: "accounts",
    stride: "Information disclosure",
    title: "Responses tell which addresses have an account",
  },
  "abused-sign-up": {
    at: "accounts",
    stride: "Denial of service",
    title: "Automated callers use a function more than people would",
  },
  "denied-acts": {
    at: "rights",
    stride: "Repudiation",
    title: "An action or an attack leaves no trace",
  },
  "others-data": {
    at: "rights",
    stride: "Information disclosure",
    title: "A caller reads or changes the data of another account",
  },
  "wider-rights": {
    at: "rights",
    stride: "Elevation of privilege",
    title: "A caller uses or obtains permissions that it was not given",
  },
  "stale-rights": {
    at: "rights",
    stride: "Elevation of privilege",
    title: "A caller uses permissions that it has lost, or wins a race",
  },
  "tapped-stores": {
    at: "stores",
    stride: "Spoofing",
    title: "Somebody else connects to a store, or listens on the way",
  },
  "changed-stores": {
    at: "stores",
    stride: "Tampering",
    title: "The schema, the audit trail or its history is changed",
  },
  "read-stores": {
    at: "stores",
    stride: "Information disclosure",
    title: "A copy of stored data gives away secrets or content",
  },
  "lost-changes": {
    at: "stores",
    stride: "Denial of service",
    title: "A failure leaves half of a change, or loses it",
  },
  "false-systems": {
    at: "systems",
    stride: "Spoofing",
    title: "Another system is impersonated",
  },
  "told-systems": {
    at: "systems",
    stride: "Information disclosure",
    title: "Other systems receive values that they do not need",
  },
  "absent-systems": {
    at: "systems",
    stride: "Denial of service",
    title: "An outage of another system, or a storm of calls to it, spreads",
  },
  "forged-logs": {
    at: "operation",
    stride: "Repudiation",
    title: "Log lines are forged, or miss what happened",
  },
  "unheard-reports": {
    at: "operation",
    stride: "Repudiation",
    title: "A report of a vulnerability reaches nobody",
  },
  "leaked-secrets": {
    at: "operation",
    stride: "Information disclosure",
    title: "Secrets leak through logs, errors or files, or cannot be replaced",
  },
  "unsafe-settings": {
    at: "operation",
    stride: "Elevation of privilege",
    title: "An unsafe setting reaches production",
  },
} as const satisfies Readonly<Record<string, Threat>>;

export type ThreatId = keyof typeof threats;

export const THREATS: Readonly<Record<ThreatId, Threat>> = threats;
export const threatIds = Object.keys(threats) as [ThreatId, ...ThreatId[]];
