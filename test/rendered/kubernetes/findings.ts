/** What checkov finds in the manifests and what stays, with why. */
export const findings: readonly {
  readonly rule: string;
  /** The object that it is found in. */
  readonly at: RegExp;
  readonly because: string;
}[] = [
  {
    rule: "CKV_K8S_8",
    at: /^Deployment\.[\w-]+\.worker$/,
    because: "A worker listens on no port. When its event loop stops, others take over its jobs.",
  },
  {
    rule: "CKV_K8S_9",
    at: /^Deployment\.[\w-]+\.worker$/,
    because: "No request is sent to a worker, so that it need not say when it is ready for one.",
  },
];
