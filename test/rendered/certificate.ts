import { join } from "node:path";
import type { Project } from "./project.ts";

/** Makes a certificate of a host that signs itself, and says where it lies: Node cannot make one. */
export const makeCertificate = async (project: Project, host: string) => {
  const certificate = join(project.folder, "certificate.pem");
  const privateKey = join(project.folder, "private-key.pem");
  await project.run("openssl", [
    ...["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"],
    ...["-subj", `/CN=${host}`, "-addext", `subjectAltName=DNS:${host}`, "-days", "2"],
    ...["-keyout", privateKey, "-out", certificate],
  ]);
  return { certificate, privateKey };
};
