const SAFE_METHODS = ["GET", "HEAD", "OPTIONS"];

// The browser keeps the cookie; the token beside it is asked for where a request needs one.
async function addCsrfToken(request) {
  if (!SAFE_METHODS.includes((request.method ?? "GET").toUpperCase())) {
    const answer = await fetch("api/v1/auth/csrf");
    if (answer.ok) {
      request.headers["X-CSRF-Token"] = (await answer.json()).csrf_token;
    }
  }
  return request;
}

SwaggerUIBundle({
  url: "openapi.json",
  dom_id: "#swagger-ui",
  deepLinking: true,
  presets: [SwaggerUIBundle.presets.apis],
  requestInterceptor: addCsrfToken,
});
