# The base images are rebuilt each night with their patches: https://wiki.acme.example/images
FROM registry.acme.example/base/python:3.13-hardened
COPY --from=registry.acme.example/base/uv:0.9 /uv /usr/local/bin/uv
WORKDIR /srv
COPY pyproject.toml uv.lock ./
RUN uv sync --locked --no-dev
COPY . .
USER 10001
CMD [".venv/bin/python", "-m", "app", "serve"]
