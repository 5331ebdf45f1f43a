# One file for all images: docker build --build-arg APP=<app> -t colloquy/<app> .
# APP is a folder of apps/, or ops (the commands of npm run ops). What one image holds is put together by
# tools/images/assemble.ts; everything up to there is the same for all of them, and built once.
# There is no "# syntax" line on purpose: it would make every build ask a registry for the parser.

ARG BUILD_IMAGE=node:24-bookworm-slim
ARG RUNTIME_IMAGE=gcr.io/distroless/nodejs24-debian12:nonroot

# Only what decides what is installed, so that a change of a source file does not install anything again.
FROM ${BUILD_IMAGE} AS manifests
WORKDIR /src
COPY . .
RUN find . -type f ! -name package.json ! -name pnpm-lock.yaml ! -name pnpm-workspace.yaml -delete

# A registry of your own: --secret id=npmrc,src=$HOME/.npmrc. It stays out of the image and of its history.
FROM ${BUILD_IMAGE} AS dependencies
ENV CI=true NEXT_TELEMETRY_DISABLED=1
WORKDIR /src
COPY --from=manifests /src ./
RUN --mount=type=secret,id=npmrc,target=/root/.npmrc \
    npm install --global --no-fund --no-audit "$(node -p 'require("./package.json").packageManager')"
RUN --mount=type=secret,id=npmrc,target=/root/.npmrc --mount=type=cache,id=colloquy-pnpm,target=/pnpm \
    pnpm install --frozen-lockfile --ignore-scripts --store-dir=/pnpm --reporter=append-only

# As the launcher builds it. What is not compiled comes after, so that a word in the docs compiles nothing again.
FROM dependencies AS build
COPY tsconfig.json tsconfig.base.json ./
COPY libs ./libs
COPY apps ./apps
RUN node node_modules/typescript/bin/tsc -b
COPY . .

FROM build AS assembled
ARG APP
ARG VERSION=0.0.0
RUN --mount=type=secret,id=npmrc,target=/root/.npmrc --mount=type=cache,id=colloquy-pnpm,target=/pnpm \
    node tools/images/assemble.ts --app "$APP" --version "$VERSION" --to /app --store /pnpm

FROM ${RUNTIME_IMAGE}
ARG APP
ARG VERSION=0.0.0
ARG REVISION=unknown
ARG CREATED=1970-01-01T00:00:00Z
LABEL org.opencontainers.image.title="colloquy/${APP}" \
      org.opencontainers.image.description="Colloquy: ${APP}" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}" \
      org.opencontainers.image.created="${CREATED}" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.vendor="Colloquy"
# What is put here belongs to root, so that the service could not change it even where the root is writable.
USER 0:0
WORKDIR /app
# The runtime image does not have its node on the PATH; tools of workflows that are programs are started by name.
ENV PATH=/nodejs/bin:/usr/local/bin:/usr/bin:/bin NODE_ENV=production PORT=3000 WORKFLOWS_DIR=/app/workflows
COPY --from=assembled /app ./
USER 65532:65532
# The event loop and nothing else: a database that is away must not restart everything. Ops has no server and needs none.
HEALTHCHECK --interval=10s --timeout=3s --start-period=60s --retries=3 \
    CMD ["/nodejs/bin/node", "/app/healthy.mjs"]
# That Node takes the types away from workflows' tools it calls experimental; an operator need not read it at each start.
ENTRYPOINT ["/nodejs/bin/node", "--disable-warning=ExperimentalWarning", "/app/main.mjs"]
