import { join } from "node:path";
import { python } from "./fastapi.ts";
import type { Project } from "./project.ts";

const MAKE_CERTIFICATE = `
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization as form
from cryptography.hazmat.primitives.asymmetric import ec

key = ec.generate_private_key(ec.SECP256R1())
name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, sys.argv[1])])
at = datetime.now(UTC)
certificate = (
    x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    .not_valid_before(at - timedelta(hours=1))
    .not_valid_after(at + timedelta(days=1))
    .add_extension(x509.SubjectAlternativeName([x509.DNSName(sys.argv[1])]), critical=False)
    .sign(key, hashes.SHA256())
)
Path(sys.argv[2]).write_bytes(certificate.public_bytes(form.Encoding.PEM))
Path(sys.argv[3]).write_bytes(
    key.private_bytes(form.Encoding.PEM, form.PrivateFormat.PKCS8, form.NoEncryption())
)`;

/** Makes a certificate of a host that signs itself, and says where it lies: Node cannot make one. */
export const makeCertificate = async (project: Project, host: string) => {
  const certificate = join(project.folder, "certificate.pem");
  const privateKey = join(project.folder, "private-key.pem");
  await python(project, MAKE_CERTIFICATE, host, certificate, privateKey);
  return { certificate, privateKey };
};
