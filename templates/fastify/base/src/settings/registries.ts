/** Domains below which anyone can register a name. */

// example.co.uk, example.com.br.
const REGISTRY_LABELS = new Set([
  "ac",
  "co",
  "com",
  "edu",
  "go",
  "gob",
  "gov",
  "ne",
  "net",
  "or",
  "org",
]);
const HOSTING_DOMAINS = new Set([
  "amazonaws.com",
  "appspot.com",
  "azurewebsites.net",
  "cloudfront.net",
  "fly.dev",
  "github.io",
  "herokuapp.com",
  "netlify.app",
  "ngrok-free.app",
  "ngrok.io",
  "onrender.com",
  "pages.dev",
  "run.app",
  "up.railway.app",
  "vercel.app",
  "workers.dev",
]);

/** Returns whether anyone can register a name below a domain. */
export const isAnybodys = (domain: string): boolean => {
  const [second = "", top, ...rest] = domain.replace(/^\.+|\.+$/g, "").split(".");
  if (top === undefined) return true;
  const isOfCountry = rest.length === 0 && top.length === 2 && REGISTRY_LABELS.has(second);
  return isOfCountry || HOSTING_DOMAINS.has(domain);
};
